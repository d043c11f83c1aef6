//! How many connections there may be, in all and from one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use parking_lot::Mutex;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::http::edge::Limits;

/// Descriptors that are not for clients' connections: database, journal, log, listeners.
const OTHER_DESCRIPTORS: usize = 64;

/// The connections that are open. Clones count together.
#[derive(Clone, Debug, Default)]
pub(super) struct Caps(Arc<Mutex<Open>>);

#[derive(Debug, Default)]
struct Open {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// The place of an open connection; free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    caps: Caps,
    counted: Option<IpAddr>,
}

/// Which cap is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    All,
    Address,
}

impl Full {
    /// The label of the metric.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::All => "connections",
            Self::Address => "connections_per_ip",
        }
    }
}

impl Caps {
    pub(super) fn admit(&self, peer: IpAddr, limits: &Limits) -> Result<Place, Full> {
        let address = counted_as(peer);
        let counted = (limits.count_private || !is_private(address)).then_some(address);
        let mut open = self.0.lock();
        if open.all >= limits.connections {
            return Err(Full::All);
        }
        if let Some(address) = counted {
            let count = open.by_address.entry(address).or_default();
            if *count >= limits.connections_per_ip {
                return Err(Full::Address);
            }
            *count += 1;
        }
        open.all += 1;
        drop(open);
        Ok(Place { caps: self.clone(), counted })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.caps.0.lock();
        open.all -= 1;
        if let Some(address) = self.counted
            && let Some(count) = open.by_address.get_mut(&address)
        {
            *count -= 1;
            if *count == 0 {
                open.by_address.remove(&address);
            }
        }
    }
}

/// One client's address: IPv6 is given out in networks of 64 bits, whose addresses are all the same client's.
fn counted_as(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        ip @ IpAddr::V4(_) => ip,
    }
}

/// Where load balancers and sidecars are: loopback, RFC 1918, RFC 6598, link-local, RFC 4193. `::1` has become `::` here.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            ip.is_loopback() || ip.is_private() || ip.is_link_local() || (a == 100 && b & 0xc0 == 64)
        }
        IpAddr::V6(ip) => ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

/// The connections that the process has descriptors for when each call takes a second one to its provider. `None` where
/// there is no limit.
pub fn descriptors() -> Option<usize> {
    let soft = usize::try_from(getrlimit(Resource::Nofile).current?).ok()?;
    Some(soft.saturating_sub(OTHER_DESCRIPTORS) / 2)
}

/// Takes all the descriptors that the system allows this process. The usual soft limit, 1024, is for programs that keep
/// descriptors in a bit set.
pub fn raise_descriptors() -> std::io::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_in_all_and_by_address() {
        let limits = Limits { connections: 4, connections_per_ip: 2, ..Limits::default() };
        let caps = Caps::default();
        let admit = |ip: &str| caps.admit(ip.parse().unwrap(), &limits);
        let first = admit("203.0.113.1").unwrap();
        let _second = admit("::ffff:203.0.113.1").unwrap();
        assert_eq!(admit("203.0.113.1").err(), Some(Full::Address));
        let third = admit("2001:db8::1").unwrap();
        let _fourth = admit("2001:db8::2:0:0:1").unwrap();
        assert_eq!(admit("203.0.113.2").err(), Some(Full::All));
        drop(third);
        drop(first);
        drop(admit("203.0.113.1").unwrap());
        assert_eq!(caps.0.lock().by_address.len(), 2, "addresses without a connection are forgotten");
    }

    #[test]
    fn private_addresses_count_when_that_is_written() {
        let mut limits = Limits { connections_per_ip: 0, ..Limits::default() };
        for (ip, private) in [
            ("127.0.0.1", true),
            ("::1", true),
            ("10.1.2.3", true),
            ("172.31.0.1", true),
            ("192.168.0.1", true),
            ("::ffff:10.0.0.1", true),
            ("100.64.0.1", true),
            ("100.128.0.1", false),
            ("fd00::1", true),
            ("fe80::1", true),
            ("172.32.0.1", false),
            ("2001:db8::1", false),
        ] {
            limits.count_private = false;
            let caps = Caps::default();
            assert_eq!(caps.admit(ip.parse().unwrap(), &limits).is_ok(), private, "{ip}");
            limits.count_private = true;
            assert_eq!(caps.admit(ip.parse().unwrap(), &limits).err(), Some(Full::Address), "{ip}");
        }
    }

    #[test]
    fn all_descriptors_that_are_allowed_are_taken() {
        let limit = getrlimit(Resource::Nofile);
        let fewer = limit.maximum.map_or(4096, |most| most - 2);
        setrlimit(Resource::Nofile, Rlimit { current: Some(fewer), ..limit }).unwrap();
        assert_eq!(descriptors(), Some((usize::try_from(fewer).unwrap() - OTHER_DESCRIPTORS) / 2));
        raise_descriptors().unwrap();
        assert_eq!(getrlimit(Resource::Nofile).current, limit.maximum);
    }
}
