//! The end: what is under way is finished, what has only begun is not waited for.

use tokio::io::AsyncWriteExt as _;

use super::kit::{Edge, answer, patient, rest, statuses};
use crate::app::MASTER;

#[tokio::test]
async fn half_a_request_does_not_hold_it_up() {
    let edge = Edge::open(patient()).await;
    let good = "GET /health/liveliness HTTP/1.1\r\nhost: a\r\n\r\n";
    let mut open = Vec::new();
    for said in ["", "G", "PRI * HT", "GET / HTTP/1.1\r\nhost: a\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\r\n"] {
        let mut stream = edge.connect().await;
        stream.write_all(said.as_bytes()).await.unwrap();
        open.push(stream);
        let mut stream = edge.connect().await;
        stream.write_all(good.as_bytes()).await.unwrap();
        assert_eq!(statuses(&answer(&mut stream).await), [200]);
        stream.write_all(said.as_bytes()).await.unwrap();
        open.push(stream);
    }
    edge.until_open(open.len()).await;
    edge.stopped().await;
}

#[tokio::test]
async fn a_request_that_is_under_way_is_finished() {
    let edge = Edge::open(patient()).await;
    let mut stream = edge.connect().await;
    let call = r#"{"model":"echo","messages":[{"role":"user","content":"hi"}]}"#;
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {MASTER}\r\nexpect: 100-continue\r\n\
         content-length: {}\r\n\r\n",
        call.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 100 "));
    edge.stop.send_replace(true);
    // longer than a connection is looked at that has nothing to say
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    stream.write_all(call.as_bytes()).await.unwrap();
    assert_eq!(statuses(&rest(&mut stream).await), [200]);
    edge.stopped().await;
}
