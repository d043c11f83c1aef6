//! Clients that would rather speak over a WebSocket: they are told to fall back, and the connection goes on.

use tokio::io::AsyncWriteExt as _;

use super::kit::{Edge, answer, patient, rest, statuses};

const ASKS: &str = "GET /v1/responses HTTP/1.1\r\nhost: h\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
                    sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                    openai-beta: responses_websockets=2026-02-06\r\n\r\n";

#[tokio::test]
async fn a_websocket_is_refused_with_what_would_do() {
    let edge = Edge::open(patient()).await;
    let mut stream = edge.connect().await;
    stream.write_all(ASKS.as_bytes()).await.unwrap();
    let refused = answer(&mut stream).await;
    assert!(refused.starts_with("HTTP/1.1 426 "), "{refused}");
    for line in ["\r\nupgrade: HTTP/1.1\r\n", "\r\nconnection: upgrade\r\n", "\"error\""] {
        assert!(refused.contains(line), "{line} in {refused}");
    }
    stream.write_all(b"GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").await.unwrap();
    assert_eq!(statuses(&rest(&mut stream).await), [200], "the connection is an ordinary one still");
    edge.stopped().await;
}

#[tokio::test]
async fn the_front_door_answers_a_knock() {
    let edge = Edge::open(patient()).await;
    let said = edge.say("HEAD / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").await;
    assert!(said.starts_with("HTTP/1.1 200 ") && said.ends_with("\r\n\r\n"), "{said}");
    edge.stopped().await;
}
