//! A receiver of webhooks: it takes JSON and remembers it, or refuses everything.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Collected, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::server::spawn;

/// On one port, until dropped.
pub struct Hook {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    _running: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    taken: Vec<(String, Value)>,
    refused: usize,
    refusal: Option<StatusCode>,
}

impl Hook {
    /// Starts on the current runtime.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = Arc::<Mutex<State>>::default();
        let (running, stopped) = watch::channel(());
        spawn(accept(listener, Arc::clone(&state), stopped));
        Ok(Self { address, state, _running: running })
    }

    /// The address of a path, which is without a slash in front.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// Answers with this status from now on, or (none) takes what comes.
    pub fn refuse(&self, status: Option<u16>) {
        self.state.lock().refusal = status.and_then(|status| StatusCode::from_u16(status).ok());
    }

    /// What it took on a path, in order.
    pub fn taken(&self, path: &str) -> Vec<Value> {
        let state = self.state.lock();
        let here = state.taken.iter().filter(|(at, _)| at.trim_start_matches('/') == path);
        here.map(|(_, body)| body.clone()).collect()
    }

    /// How often it refused.
    pub fn refused(&self) -> usize {
        self.state.lock().refused
    }
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>, mut stopped: watch::Receiver<()>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.changed() => return,
        };
        let Ok((stream, _)) = accepted else { continue };
        let (state, mut stopped) = (Arc::clone(&state), stopped.clone());
        spawn(async move {
            let service = service_fn(move |request| answer(Arc::clone(&state), request));
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // how a connection ends is no matter of the test's
            tokio::select! {
                _ = connection => {}
                _ = stopped.changed() => {}
            }
        });
    }
}

async fn answer(state: Arc<Mutex<State>>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    let mut state = state.lock();
    let mut answer = Response::new(Full::from("ok"));
    if let Some(status) = state.refusal {
        state.refused += 1;
        *answer.status_mut() = status;
    } else {
        state.taken.push((head.uri.path().to_owned(), serde_json::from_slice(&body).unwrap_or_default()));
    }
    Ok(answer)
}
