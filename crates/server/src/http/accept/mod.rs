//! The accept loop. It is ours because `axum::serve` knows no deadline, no cap and no TLS.

mod caps;
mod connection;
mod conversation;
mod frames;
mod heard;
mod line;
mod linger;
mod opening;
mod patience;
mod tls;

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use engine::tasks::Tasks;
use engine::telemetry::events;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use self::caps::Caps;
pub use self::caps::{descriptors, raise_descriptors};
pub(crate) use self::conversation::Conversation;
pub(crate) use self::linger::Linger;
pub use self::tls::{Tls, TlsError};
use crate::app::App;

/// How long to rest when the system has no descriptor left for another connection.
const EXHAUSTED: Duration = Duration::from_millis(50);

/// How many connections are taken from the system's queue at the end.
const MOST_QUEUED: usize = 4096;

/// What a client hears that comes when there is no room: it has not asked yet, so its language is not known.
const NO_ROOM: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// A port, and what is spoken there: TLS where there is a certificate, else plain HTTP.
pub struct Door {
    pub listener: TcpListener,
    pub tls: Option<Arc<Tls>>,
}

/// What stands behind all doors of a process. Clones share their connections' caps.
#[derive(Clone)]
pub struct Front {
    app: App,
    router: Router,
    caps: Caps,
    tasks: Tasks,
}

impl Front {
    /// Connections run as `tasks`.
    pub fn new(app: App, tasks: Tasks) -> Self {
        Self { router: super::router(app.clone()), app, caps: Caps::default(), tasks }
    }

    /// Begins to serve a connection, or turns it away.
    fn welcome(&self, stream: TcpStream, peer: SocketAddr, tls: Option<Arc<Tls>>, stop: &watch::Receiver<bool>) {
        let limits = self.app.limits();
        match self.caps.admit(peer.ip(), &limits) {
            Ok(place) => {
                let newcomer = connection::Newcomer {
                    stream,
                    tls,
                    limits,
                    place,
                    app: self.app.clone(),
                    router: self.router.clone(),
                    peer: peer.ip(),
                    accepted: Instant::now(),
                };
                self.tasks.spawn("connection", newcomer.serve(stop.clone()));
            }
            Err(full) => {
                events::refused_at_the_edge(full.reason());
                if tls.is_none() {
                    // the runtime does not know yet that a new socket has room for it; one that has not is closed all the same
                    drop(stream.into_std().and_then(|mut stream| stream.write(NO_ROOM)));
                }
            }
        }
    }
}

/// Serves connections until `stop` says so. Those that are open then finish their requests; `Front`'s tasks end with them.
///
/// HTTP/1.1 and HTTP/2: by prior knowledge, over TLS also as ALPN agrees.
pub async fn serve(door: Door, front: Front, mut stop: watch::Receiver<bool>) {
    let Door { listener, tls } = door;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok((stream, peer)) => front.welcome(stream, peer, tls.clone(), &stop),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a connection could not be accepted");
                tokio::time::sleep(EXHAUSTED).await;
            }
        }
    }
    // what waits in the system's queue counts as accepted to its client
    for _ in 0..MOST_QUEUED {
        let Ok(Ok((stream, peer))) = timeout(Duration::ZERO, listener.accept()).await else { break };
        front.welcome(stream, peer, tls.clone(), &stop);
    }
}
