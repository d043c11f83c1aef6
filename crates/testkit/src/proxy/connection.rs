//! One connection of a client and the one to the target behind it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::Traffic;
use super::fault::{Accept, Fault};
use super::pump::{Direction, Over, Pump};

pub(super) struct Connection {
    pub(super) number: u64,
    pub(super) target: SocketAddr,
    pub(super) faults: watch::Receiver<Fault>,
    pub(super) traffic: Arc<watch::Sender<Traffic>>,
}

impl Connection {
    pub(super) async fn run(mut self, mut client: TcpStream) {
        match self.admitted().await {
            Accept::Forward => {}
            Accept::Reset => return reset(&client),
            Accept::Refuse | Accept::Blackhole => return,
        }
        // whoever stands behind the proxy must not seem to listen when it does not
        let Ok(mut target) = TcpStream::connect(self.target).await else { return reset(&client) };
        for stream in [&client, &target] {
            // bytes must pass as they come; without it they are only late, so a refusal does not matter
            stream.set_nodelay(true).ok();
        }
        let (from_client, to_client) = client.split();
        let (from_target, to_target) = target.split();
        let is_lost = AtomicBool::new(false);
        let up = Pump::new(&self, Direction::ToTarget, from_client, to_target, &is_lost).run();
        let down = Pump::new(&self, Direction::ToClient, from_target, to_client, &is_lost).run();
        match tokio::try_join!(up, down) {
            Err(Over::Reset) => {
                reset(&client);
                reset(&target);
            }
            // a stream that is gone already needs no end
            Err(Over::Cut) => drop(tokio::join!(client.shutdown(), target.shutdown())),
            Ok(_) => {}
        }
    }

    /// Waits as long as new connections are held.
    async fn admitted(&mut self) -> Accept {
        loop {
            let accept = self.faults.borrow_and_update().accept;
            if accept != Accept::Blackhole || self.faults.changed().await.is_err() {
                return accept;
            }
        }
    }
}

/// Closing the stream, which follows, will then be an RST.
fn reset(stream: &TcpStream) {
    // it fails only where the other side was faster
    stream.set_zero_linger().ok();
}
