//! The upstream as a test holds it.

use std::fs::OpenOptions;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::log::{Log, TimedOut};
use crate::script::Script;
use crate::served::Served;
use crate::shared::Shared;

/// Longer than any test should take, shorter than a person's patience.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running scripted upstream. Dropped, it accepts no more and closes idle connections; exchanges at hand end.
pub struct Upstream {
    address: SocketAddr,
    shared: Arc<Shared>,
    _running: watch::Sender<()>,
}

/// Where an upstream listens and what it keeps.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// A file that the log is appended to, as JSON lines.
    pub log: Option<PathBuf>,
    /// Whether the log keeps the bodies of requests. A long soak cannot.
    pub keep_bodies: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { host: Ipv4Addr::LOCALHOST.into(), port: 0, log: None, keep_bodies: true }
    }
}

impl Upstream {
    /// Starts on a free port of this machine, on the current runtime.
    ///
    /// # Panics
    /// If this machine has no free port.
    #[expect(clippy::expect_used, reason = "a test cannot go on without its upstream")]
    pub async fn start() -> Self {
        Self::bind(Options::default()).await.expect("a free port on loopback")
    }

    /// Starts as told, on the current runtime.
    pub async fn bind(options: Options) -> io::Result<Self> {
        let file = options.log.map(|path| OpenOptions::new().create(true).append(true).open(path)).transpose()?;
        let listener = TcpListener::bind((options.host, options.port)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(Log::new(file, options.keep_bodies)));
        let (stop, running) = watch::channel(());
        crate::server::start(listener, Arc::clone(&shared), running);
        Ok(Self { address, shared, _running: stop })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Pushes a behaviour for the next request that it matches; that request uses it up. It wins over a script in
    /// the prompt.
    pub fn script(&self, script: Script) {
        self.shared.scripts.push(script);
    }

    /// How many pushed scripts still wait for their request.
    pub fn scripts_waiting(&self) -> usize {
        self.shared.scripts.waiting()
    }

    /// The log as it stands, in the order in which requests came in.
    pub fn served(&self) -> Vec<Served> {
        self.shared.log.served()
    }

    /// The last request in the log.
    pub fn last(&self) -> Option<Served> {
        self.shared.log.last()
    }

    /// How many requests there are in the log.
    pub fn count(&self) -> usize {
        self.shared.log.count()
    }

    /// Waits until the log is as wanted, for 10 seconds at most, and returns it.
    pub async fn wait_for(&self, condition: impl FnMut(&[Served]) -> bool) -> Result<Vec<Served>, TimedOut> {
        self.wait_for_within(PATIENCE, condition).await
    }

    /// Waits until the log is as wanted, for `limit` at most, and returns it.
    pub async fn wait_for_within(
        &self,
        limit: Duration,
        condition: impl FnMut(&[Served]) -> bool,
    ) -> Result<Vec<Served>, TimedOut> {
        self.shared.log.wait_for(limit, condition).await
    }

    /// Waits until every one of at least `count` requests has ended, and returns the log.
    pub async fn wait_for_ended(&self, count: usize) -> Result<Vec<Served>, TimedOut> {
        self.wait_for(|log| log.len() >= count && log.iter().all(Served::is_over)).await
    }
}
