//! Connections: accepted, served over HTTP/1.1, told to finish when the upstream goes.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::service::serve;
use crate::shared::Shared;

/// Small, so that what the log calls sent is never far from what was.
const BUFFER: usize = 64 * 1024;

/// Accepts until `running` closes.
pub(crate) fn start(listener: TcpListener, shared: Arc<Shared>, running: watch::Receiver<()>) {
    spawn(accept(listener, shared, running));
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, mut running: watch::Receiver<()>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = running.changed() => return,
        };
        match accepted {
            Ok((stream, _)) => spawn(converse(stream, Arc::clone(&shared), running.clone())),
            // out of file descriptors, most likely: some will come back
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// One connection. When the upstream goes, the exchange at hand is finished and the connection closed.
async fn converse(stream: TcpStream, shared: Arc<Shared>, mut running: watch::Receiver<()>) {
    // frames must go out one by one; without it they are only late, so a refusal does not matter
    stream.set_nodelay(true).ok();
    let service = service_fn(move |request| serve(Arc::clone(&shared), request));
    let connection = http1::Builder::new().max_buf_size(BUFFER).serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    // how a connection ends is in the log already
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = running.changed() => connection.as_mut().graceful_shutdown(),
    }
    connection.await.ok();
}

#[expect(
    clippy::disallowed_methods,
    reason = "the testkit stands outside the gateway, whose task registry it must not use"
)]
pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}
