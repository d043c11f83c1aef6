//! A gateway behind the real accept loop, and clients that say what they like.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use engine::tasks::Tasks;
use server::http::accept::{Door, Front, Tls, serve};
use server::http::edge::Limits;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::app::TestApp;
use crate::process::gateway::until;

/// Longer than anything here should take.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// Longer than any test: a deadline that must not be what ends something.
pub(super) const NEVER: Duration = Duration::from_hours(1);

pub(super) struct Edge {
    /// Its folder is there as long as this.
    pub(super) app: TestApp,
    pub(super) address: SocketAddr,
    pub(super) stop: watch::Sender<bool>,
    tasks: Tasks,
}

/// Deadlines that do not end anything.
pub(super) fn patient() -> Limits {
    Limits {
        first_byte: NEVER,
        headers: NEVER,
        idle: NEVER,
        body: NEVER,
        body_pause: NEVER,
        write_stall: NEVER,
        ..Limits::default()
    }
}

impl Edge {
    pub(super) async fn open(limits: Limits) -> Self {
        Self::open_with(limits, None).await
    }

    pub(super) async fn open_with(limits: Limits, tls: Option<Arc<Tls>>) -> Self {
        let app = TestApp::with(limits).await;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, tasks) = (watch::Sender::new(false), Tasks::default());
        let front = Front::new(app.app.clone(), tasks.clone());
        tasks.spawn("accept", serve(Door { listener, tls }, front, stop.subscribe()));
        Self { app, address, stop, tasks }
    }

    pub(super) async fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }

    /// Says something and hears all that comes until the connection is closed.
    pub(super) async fn say(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_ref()).await.unwrap();
        rest(&mut stream).await
    }

    /// Waits until so many connections are open.
    pub(super) async fn until_open(&self, count: usize) {
        until(&format!("{count} connections are open"), || (self.tasks.running() == count + 1).then_some(())).await;
    }

    /// Tells it to stop, and waits until all is over.
    pub(super) async fn stopped(&self) {
        self.stop.send_replace(true);
        timeout(PATIENCE, self.tasks.drained()).await.unwrap();
    }
}

/// All that comes until the connection is closed, which must happen.
pub(super) async fn rest(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut all = Vec::new();
    match timeout(PATIENCE, stream.read_to_end(&mut all)).await.unwrap() {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset),
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// One answer of known length.
pub(super) async fn answer(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut all = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&all).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
        let byte = timeout(PATIENCE, stream.read_u8()).await.unwrap().unwrap();
        all.push(byte);
    }
}

/// The statuses of answers that stand one behind the other.
pub(super) fn statuses(answers: &str) -> Vec<u16> {
    answers.split("HTTP/1.1 ").skip(1).filter_map(|answer| answer.get(..3)?.parse().ok()).collect()
}
