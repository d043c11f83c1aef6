//! Who may ask, by address, on real connections.

use server::http::edge::{Addresses, Limits};

use super::kit::{Edge, patient, statuses};

fn get(path: &str, more: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{more}\r\n")
}

async fn edge(network: &str, forwarded: bool) -> Edge {
    let networks = vec![Addresses::network(network).unwrap()];
    Edge::open(Limits { addresses: Addresses { networks, forwarded }, ..patient() }).await
}

#[tokio::test]
async fn strangers_are_told_in_their_dialect_and_probes_are_answered() {
    let strange = edge("192.0.2.0/24", false).await;
    let answer = strange.say(get("/v1/models", "")).await;
    assert_eq!(statuses(&answer), [403]);
    assert!(answer.contains("this address is not among those that may ask"), "{answer}");
    let bedrock = strange.say(get("/model/echo/converse", "x-forwarded-for: 192.0.2.1\r\n")).await;
    assert!(statuses(&bedrock) == [403] && bedrock.contains("x-amzn-errortype"), "{bedrock}");
    assert_eq!(statuses(&strange.say(get("/health/liveliness", "")).await), [200]);
    let known = edge("127.0.0.1", false).await;
    assert_eq!(statuses(&known.say(get("/v1/models", "")).await), [401]);
}

#[tokio::test]
async fn behind_a_balancer_its_header_counts() {
    let edge = edge("192.0.2.0/24", true).await;
    for (forwarded, status) in [("192.0.2.1", 401), ("192.0.2.1, 127.0.0.1", 403), ("127.0.0.1, 192.0.2.1", 401)] {
        let answer = edge.say(get("/v1/models", &format!("x-forwarded-for: {forwarded}\r\n"))).await;
        assert_eq!(statuses(&answer), [status], "{forwarded}");
    }
    assert_eq!(statuses(&edge.say(get("/v1/models", "")).await), [403]);
}
