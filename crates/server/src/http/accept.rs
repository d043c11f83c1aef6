//! The accept loop. It is ours because `axum::serve` knows no deadline for a client that connects and says nothing.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::time::timeout;
use tower::ServiceExt as _;

use engine::tasks::Tasks;

/// A connection that sends no byte for so long is closed. Headers must be complete within the other, and an idle connection
/// may wait so long for its next request.
const PATIENCE: Patience = Patience { first_byte: Duration::from_secs(10), headers: Duration::from_secs(75) };
/// How long to rest when the system has no descriptor left for another connection.
const EXHAUSTED: Duration = Duration::from_millis(50);

/// How many connections are taken from the system's queue at the end.
const MOST_QUEUED: usize = 4096;

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
                tasks.spawn("connection", connection(stream, router.clone(), graceful.watcher(), stop.clone()));
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a connection could not be accepted");
                tokio::time::sleep(EXHAUSTED).await;
            }
        }
    }
    // what waits in the system's queue counts as accepted to its client
    for _ in 0..MOST_QUEUED {
        let Ok(Ok((stream, _peer))) = timeout(Duration::ZERO, listener.accept()).await else { break };
        tasks.spawn("connection", connection(stream, router.clone(), graceful.watcher(), stop.clone()));
    }
    drop(listener);
    graceful.shutdown().await;
}

/// How long a connection may take to say what it wants.
#[derive(Clone, Copy)]
struct Patience {
    first_byte: Duration,
    headers: Duration,
}

async fn connection(stream: TcpStream, router: Router, watcher: Watcher, mut stop: watch::Receiver<bool>) {
    // without this small answers wait for the client's acknowledgement
    drop(stream.set_nodelay(true));
    tokio::select! {
        biased;
        speaks = speaks(&stream, PATIENCE.first_byte) => if !speaks { return },
        // a connection that was opened ahead of need has nothing to finish
        _ = stop.wait_for(|stop| *stop) => return,
    }
    converse(stream, router, watcher, PATIENCE).await;
}

/// Whether a byte comes in time. The byte itself is looked for: a socket may be called readable when it is not.
async fn speaks(stream: &TcpStream, patience: Duration) -> bool {
    matches!(timeout(patience, stream.peek(&mut [0])).await, Ok(Ok(1)))
}

async fn converse(stream: TcpStream, router: Router, watcher: Watcher, patience: Patience) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(patience.headers).max_headers(100);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(100);
    let asked = Arc::new(Notify::new());
    let asks = Arc::clone(&asked);
    let router = router.map_request(move |request: http::Request<Incoming>| {
        asks.notify_one();
        request
    });
    let serving = builder.serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(router));
    let serving = watcher.watch(serving.into_owned());
    // the deadline for headers does not hold for HTTP/2, nor while it is open which of the two it is
    let first_request = async {
        if timeout(patience.headers, asked.notified()).await.is_ok() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        biased;
        served = serving => if let Err(error) = served {
            tracing::debug!(error = %error, "a connection ended early");
        },
        () = first_request => tracing::debug!("a connection that made no request was closed"),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const SHORT: Patience = Patience { first_byte: Duration::from_millis(20), headers: Duration::from_millis(40) };

    /// Both ends of a connection.
    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        (client, listener.accept().await.unwrap().0)
    }

    #[tokio::test]
    async fn a_client_that_says_nothing_is_not_waited_for() {
        let (mut client, stream) = pair().await;
        assert!(!speaks(&stream, SHORT.first_byte).await);
        client.write_all(b"G").await.unwrap();
        assert!(speaks(&stream, Duration::from_secs(30)).await);
        assert!(speaks(&stream, Duration::from_secs(30)).await, "the byte is still there");
        drop((client, stream));
        let (client, stream) = pair().await;
        drop(client);
        assert!(!speaks(&stream, Duration::from_secs(30)).await, "one that has left says nothing either");
    }

    #[tokio::test]
    async fn a_client_that_does_not_finish_its_first_request_is_not_waited_for() {
        for said in [&b"P"[..], b"GET / HT", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/1.1\r\nhost: h\r\nx"] {
            let (mut client, stream) = pair().await;
            client.write_all(said).await.unwrap();
            let serving = converse(stream, Router::new(), GracefulShutdown::new().watcher(), SHORT);
            timeout(Duration::from_secs(30), serving).await.unwrap();
            drop(client);
        }
    }

    #[tokio::test]
    async fn an_answer_may_take_longer_than_headers() {
        let slow = || async {
            tokio::time::sleep(SHORT.headers * 3).await;
            "at last"
        };
        let (mut client, stream) = pair().await;
        client.write_all(b"GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").await.unwrap();
        converse(stream, Router::new().route("/", axum::routing::get(slow)), GracefulShutdown::new().watcher(), SHORT)
            .await;
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("at last"), "{answer}");
    }
}
