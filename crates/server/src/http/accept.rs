//! The accept loop. It is ours because `axum::serve` knows no deadline for a client that connects and says nothing.

use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

use engine::tasks::Tasks;

/// A connection that sends no byte for so long is closed.
const FIRST_BYTE: Duration = Duration::from_secs(10);
/// Headers must be complete within this, and an idle connection may wait so long for its next request.
const HEADERS: Duration = Duration::from_secs(75);
/// How long to rest when the system has no descriptor left for another connection.
const EXHAUSTED: Duration = Duration::from_millis(50);

/// Serves connections until `stop` says so, then lets those that are open finish their requests.
///
/// HTTP/1.1 and, by prior knowledge, HTTP/2 on the same port.
pub async fn serve(listener: TcpListener, router: Router, tasks: Tasks, mut stop: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok((stream, _peer)) => {
                tasks.spawn("connection", connection(stream, router.clone(), graceful.watcher(), stop.clone()))
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a connection could not be accepted");
                tokio::time::sleep(EXHAUSTED).await;
            }
        }
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn connection(stream: TcpStream, router: Router, watcher: Watcher, mut stop: watch::Receiver<bool>) {
    // without this small answers wait for the client's acknowledgement
    drop(stream.set_nodelay(true));
    tokio::select! {
        biased;
        readable = timeout(FIRST_BYTE, stream.readable()) => if !matches!(readable, Ok(Ok(()))) { return },
        // a connection that was opened ahead of need has nothing to finish
        _ = stop.wait_for(|stop| *stop) => return,
    }
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS).max_headers(100);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(100);
    let serving = builder.serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(router));
    let serving = watcher.watch(serving.into_owned());
    if let Err(error) = serving.await {
        tracing::debug!(error = %error, "a connection ended early");
    }
}
