//! Who may ask at all, by address (LiteLLM's `allowed_ips`).

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;
use ipnet::IpNet;

/// Paths that load balancers and orchestrators ask, whose addresses nobody lists.
const PROBES: [&str; 3] = ["/health/liveliness", "/health/liveness", "/health/readiness"];
/// The bits before an address of IPv4 in one of IPv6 (RFC 4291, 2.5.5.2).
const MAPPED: u8 = 96;
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address at the other end of a request's connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// Addresses from which requests are answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// None means all.
    pub networks: Vec<IpNet>,
    /// Whether a load balancer stands in front, which adds the address of its client to `X-Forwarded-For` as the last.
    pub forwarded: bool,
}

impl Addresses {
    /// Reads an address or a network. One of IPv4 in the form of IPv6 is taken for what it is, as addresses of callers are.
    pub fn network(written: &str) -> Option<IpNet> {
        let network = written.parse().ok().or_else(|| written.parse::<IpAddr>().ok().map(IpNet::from))?;
        match (network.addr().to_canonical(), network.prefix_len().checked_sub(MAPPED)) {
            (IpAddr::V4(address), Some(prefix)) if network.addr().is_ipv6() => {
                IpNet::new(IpAddr::V4(address), prefix).ok()
            }
            _ => Some(network),
        }
    }

    /// Whether a request to `path` over a connection from `peer` is answered. A header that is missing or no address is nobody.
    pub(crate) fn admit(&self, peer: Option<IpAddr>, path: &str, headers: &HeaderMap) -> bool {
        self.networks.is_empty() || PROBES.contains(&path) || self.have(self.of(peer, headers))
    }

    /// The address that a request counts as one of.
    pub(crate) fn of(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let address = if self.forwarded { forwarded_for(headers) } else { peer };
        address.map(|address| address.to_canonical())
    }

    /// Whether whoever has that address may ask.
    pub(crate) fn have(&self, address: Option<IpAddr>) -> bool {
        let has = |address: IpAddr| self.networks.iter().any(|network| network.contains(&address));
        self.networks.is_empty() || address.is_some_and(has)
    }
}

/// What the balancer added: whatever stands before is the client's own word.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all(FORWARDED_FOR).iter().next_back()?.to_str().ok()?;
    let last = last.rsplit(',').next()?.trim();
    // some balancers write the port of their client, too
    last.parse().ok().or_else(|| last.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(networks: &[&str], forwarded: bool, peer: &str, path: &str, header: &str) -> bool {
        let networks = networks.iter().map(|network| Addresses::network(network).unwrap()).collect();
        let mut headers = HeaderMap::new();
        for value in header.split('|').filter(|value| !value.is_empty()) {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        Addresses { networks, forwarded }.admit(peer.parse().ok(), path, &headers)
    }

    #[test]
    fn only_who_is_listed_is_answered() {
        let listed = ["203.0.113.7", "10.0.0.0/8", "2001:db8::/32"];
        for (peer, admitted) in [
            ("203.0.113.7", true),
            ("203.0.113.8", false),
            ("10.255.0.1", true),
            ("::ffff:10.0.0.1", true),
            ("2001:db8::1", true),
            ("2001:db9::1", false),
            ("", false),
        ] {
            assert_eq!(admits(&listed, false, peer, "/v1/models", ""), admitted, "{peer}");
        }
        assert!(admits(&[], false, "", "/v1/models", ""));
        assert!(admits(&listed, false, "192.0.2.1", "/health/readiness", ""));
        assert!(!admits(&listed, false, "192.0.2.1", "/health/readiness/x", ""));
    }

    #[test]
    fn addresses_of_ipv4_are_the_same_in_both_forms() {
        for (listed, peer, admitted) in [
            ("::ffff:203.0.113.7", "203.0.113.7", true),
            ("::ffff:203.0.113.7", "203.0.113.8", false),
            ("::ffff:10.0.0.0/104", "10.1.2.3", true),
            ("::ffff:10.0.0.0/104", "11.1.2.3", false),
            ("::/0", "2001:db8::1", true),
        ] {
            assert_eq!(admits(&[listed], false, peer, "/", ""), admitted, "{listed} {peer}");
        }
    }

    #[test]
    fn behind_a_balancer_its_own_word_counts_and_nobody_elses() {
        let listed = ["203.0.113.7"];
        for (header, admitted) in [
            ("203.0.113.7", true),
            ("192.0.2.1, 203.0.113.7", true),
            ("192.0.2.1|203.0.113.7", true),
            ("192.0.2.1, 203.0.113.7:4411", true),
            ("203.0.113.7, 192.0.2.1", false),
            ("203.0.113.7|192.0.2.1", false),
            ("203.0.113.7, unknown", false),
            ("", false),
        ] {
            assert_eq!(admits(&listed, true, "203.0.113.7", "/", header), admitted, "{header}");
        }
        assert!(admits(&listed, false, "203.0.113.7", "/", "192.0.2.1"), "nobody stands in front");
    }

    #[test]
    fn what_is_no_network_is_not_read() {
        for written in ["", "10.0.0.0/33", "10.0.0", "localhost", "10.0.0.1-5"] {
            assert_eq!(Addresses::network(written), None, "{written}");
        }
    }
}
