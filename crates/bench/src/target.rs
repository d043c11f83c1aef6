//! Who is measured: the upstream itself, the floor, the gateway, a peer.

use std::net::SocketAddr;
use std::time::Duration;

use crate::ask::{Ask, Whom};
use crate::peers::Peer;
use crate::process_facts::cpu_nanos;
use crate::program::{Program, pause};

pub(crate) const DIRECT: &str = "direct";
pub(crate) const FLOOR: &str = "floor";
pub(crate) const GATEWAY: &str = "turnpike";

/// A process counts as quiet when it uses less CPU time than this in [`LOOK`].
const QUIET: u64 = 2_000_000;
const LOOK: Duration = Duration::from_millis(60);
/// Nobody is waited for longer.
const LOOKS: u32 = 160;

/// Somebody who can be asked.
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) address: SocketAddr,
    pub(crate) program: Option<Program>,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    Passing,
    Gateway { key: String },
    Peer(Peer),
}

impl Target {
    /// The bytes that ask, unless this one cannot be asked.
    pub(crate) fn request(&self, ask: Ask) -> Option<String> {
        match &self.kind {
            Kind::Passing => Some(ask.request(self.address, Whom::Upstream)),
            Kind::Gateway { key } => Some(ask.request(self.address, Whom::Gateway { key })),
            Kind::Peer(peer) => peer.request(ask),
        }
    }

    pub(crate) fn pid(&self) -> Option<u32> {
        self.program.as_ref().map(Program::pid)
    }

    /// Waits until it works no more, so that what it puts off is counted too. Returns seconds.
    pub(crate) fn settle(&self) -> anyhow::Result<f64> {
        let Some(pid) = self.pid() else { return Ok(0.0) };
        let mut last = cpu_nanos(pid);
        for look in 0..LOOKS {
            pause(LOOK)?;
            let now = cpu_nanos(pid);
            if now.saturating_sub(last) < QUIET {
                return Ok(LOOK.as_secs_f64() * f64::from(look));
            }
            last = now;
        }
        Ok(LOOK.as_secs_f64() * f64::from(LOOKS))
    }
}
