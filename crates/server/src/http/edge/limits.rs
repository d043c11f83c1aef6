//! How long a client may take, and how much of the process it may have: `turnpike.limits` and the sizes of bodies.

use std::time::Duration;

use super::Addresses;

/// The limits of the edge that can be set. Connections keep those that were in force when they were opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From a new connection to its first byte; over TLS the handshake is part of it.
    pub first_byte: Duration,
    /// From the first byte of a request to the end of its headers.
    pub headers: Duration,
    /// How long a connection without a request stays open.
    pub idle: Duration,
    /// For a body, and a second more for each [`Limits::body_bytes_per_second`] of it that has come.
    pub body: Duration,
    /// Between two pieces of a body.
    pub body_pause: Duration,
    /// The pace at which a body must come once `body` is over.
    pub body_bytes_per_second: u64,
    /// How long an answer waits for a client that takes nothing of it.
    pub write_stall: Duration,
    /// Open connections, all listeners together.
    pub connections: usize,
    /// Open connections of one address.
    pub connections_per_ip: usize,
    /// Whether `connections_per_ip` holds for loopback and private addresses too, where balancers and sidecars are.
    pub count_private: bool,
    /// The largest body of a call, in bytes.
    pub body_bytes: usize,
    /// The largest body of the management API, in bytes.
    pub management_body_bytes: usize,
    /// The bodies of all calls that are held at once, in bytes.
    pub body_bytes_in_flight: usize,
    /// Who may ask.
    pub addresses: Addresses,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            first_byte: Duration::from_secs(10),
            headers: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            body: Duration::from_mins(1),
            body_pause: Duration::from_secs(30),
            body_bytes_per_second: 1024,
            write_stall: Duration::from_mins(2),
            connections: 10_000,
            connections_per_ip: 200,
            count_private: false,
            body_bytes: 32 << 20,
            management_body_bytes: 1 << 20,
            body_bytes_in_flight: 512 << 20,
            addresses: Addresses::default(),
        }
    }
}

impl Limits {
    /// How long a body may have taken in all when `bytes` of it are there.
    pub(crate) fn body_time(&self, bytes: usize) -> Duration {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.body + Duration::from_secs(bytes / self.body_bytes_per_second.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_body_at_a_steady_pace_is_in_time() {
        let limits = Limits::default();
        for (bytes, seconds) in [(0, 60), (1023, 60), (1024, 61), (32 << 20, 60 + (32 << 10))] {
            assert_eq!(limits.body_time(bytes), Duration::from_secs(seconds), "{bytes}");
        }
        let none = Limits { body_bytes_per_second: 0, ..limits };
        assert_eq!(none.body_time(1), Duration::from_secs(61), "never a division by zero");
    }
}
