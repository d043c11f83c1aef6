//! A proxy that harms TCP connections: between a client and its server it delays, slows, corrupts and breaks.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::server::spawn;

mod commit;
mod connection;
mod fault;
mod jitter;
mod pump;

pub use fault::{Accept, Break, BreakKind, Fault, Way};

use connection::Connection;

/// Longer than any test should take, shorter than a person's patience.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running proxy. Dropped, it closes its port and all connections, a moment later; [`stop`](Self::stop) waits for
/// that.
pub struct FaultProxy {
    address: SocketAddr,
    faults: watch::Sender<Fault>,
    traffic: Arc<watch::Sender<Traffic>>,
    running: watch::Sender<()>,
}

/// What passed a proxy, and what it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Connections accepted since the start, refused ones included.
    pub accepted: u64,
    /// Connections that it holds now.
    pub open: usize,
    /// Bytes handed on to the target, of all connections.
    pub to_target: u64,
    /// Bytes handed on to clients, of all connections.
    pub to_client: u64,
    /// Commits whose answer got lost.
    pub lost_commits: u64,
}

impl FaultProxy {
    /// Starts before `target`, on a free port of this machine and on the current runtime, without a fault.
    ///
    /// # Panics
    /// If this machine has no free port.
    #[expect(clippy::expect_used, reason = "a test cannot go on without its proxy")]
    pub async fn start(target: SocketAddr) -> Self {
        Self::bind(target).await.expect("a free port on loopback")
    }

    async fn bind(target: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (faults, watched) = watch::channel(Fault::default());
        let traffic = Arc::new(watch::Sender::new(Traffic::default()));
        let (running, stopped) = watch::channel(());
        spawn(accept(listener, target, watched, Arc::clone(&traffic), stopped));
        Ok(Self { address, faults, traffic, running })
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes the fault, of connections that stand and of those to come. Bytes that a connection has passed already
    /// count: a break that it is beyond comes at once.
    pub fn set(&self, fault: Fault) {
        self.faults.send_replace(fault);
    }

    /// The counters as they stand.
    pub fn traffic(&self) -> Traffic {
        *self.traffic.borrow()
    }

    /// Waits until the counters are as wanted, for 10 seconds at most, and returns them; those that stood then, if
    /// they never were, are the error.
    pub async fn wait_for(&self, condition: impl FnMut(&Traffic) -> bool) -> Result<Traffic, Traffic> {
        self.wait_for_within(PATIENCE, condition).await
    }

    /// Waits until the counters are as wanted, for `limit` at most.
    pub async fn wait_for_within(
        &self,
        limit: Duration,
        condition: impl FnMut(&Traffic) -> bool,
    ) -> Result<Traffic, Traffic> {
        let mut changes = self.traffic.subscribe();
        match tokio::time::timeout(limit, changes.wait_for(condition)).await {
            Ok(Ok(traffic)) => Ok(*traffic),
            _ => Err(self.traffic()),
        }
    }

    /// Closes the port and all connections, and returns when they are closed.
    pub async fn stop(self) {
        self.running.send_replace(());
        self.running.closed().await;
    }
}

/// Accepts until `running` changes or closes; ends when the last connection is gone.
async fn accept(
    listener: TcpListener,
    target: SocketAddr,
    faults: watch::Receiver<Fault>,
    traffic: Arc<watch::Sender<Traffic>>,
    mut running: watch::Receiver<()>,
) {
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            _ = running.changed() => break,
            Some(_) = open.join_next() => None,
            accepted = listener.accept() => Some(accepted),
        };
        match accepted {
            Some(Ok((client, _))) => {
                let number = traffic.borrow().accepted + 1;
                let connection = Connection { number, target, faults: faults.clone(), traffic: Arc::clone(&traffic) };
                open.spawn(connection.run(client));
                traffic.send_modify(|traffic| traffic.accepted = number);
            }
            // out of file descriptors, most likely: some will come back
            Some(Err(_)) => tokio::time::sleep(Duration::from_millis(10)).await,
            None => {}
        }
        traffic.send_modify(|traffic| traffic.open = open.len());
    }
    drop(listener);
    open.shutdown().await;
    traffic.send_modify(|traffic| traffic.open = 0);
}
