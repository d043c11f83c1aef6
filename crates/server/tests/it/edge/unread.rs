//! Answers that go out before their request was read: the client is told that the connection ends with them.

use tokio::io::AsyncWriteExt as _;

use super::kit::{Edge, answer, patient};

#[tokio::test]
async fn who_is_answered_early_is_told_that_the_connection_ends() {
    let edge = Edge::open(patient()).await;
    for path in ["/no/such", "/v1/messages", "/v1/responses"] {
        let mut stream = edge.connect().await;
        let head = format!("POST {path} HTTP/1.1\r\nhost: h\r\ncontent-length: 10\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let refused = answer(&mut stream).await;
        assert!(refused.starts_with("HTTP/1.1 40") && refused.contains("\r\nconnection: close\r\n"), "{refused}");
    }
    edge.stopped().await;
}

#[tokio::test]
async fn a_request_without_a_body_keeps_its_connection() {
    let edge = Edge::open(patient()).await;
    let mut stream = edge.connect().await;
    for _ in 0..3 {
        stream.write_all(b"POST /no/such HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        let refused = answer(&mut stream).await;
        assert!(refused.starts_with("HTTP/1.1 404 ") && !refused.contains("connection:"), "{refused}");
    }
    edge.stopped().await;
}
