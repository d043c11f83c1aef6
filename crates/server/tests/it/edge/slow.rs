//! Clients that take their time.

use std::time::Duration;

use serde_json::json;
use server::http::edge::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, sleep_until, timeout};

use super::kit::{Edge, PATIENCE, answer, patient, rest, statuses};
use crate::app::MASTER;

const SHORT: Duration = Duration::from_millis(50);
const GOOD: &str = "GET /health/liveliness HTTP/1.1\r\nhost: a\r\n\r\n";

#[tokio::test]
async fn who_says_nothing_is_not_waited_for() {
    let edge = Edge::open(Limits { first_byte: SHORT, ..patient() }).await;
    assert_eq!(edge.say("").await, "");
}

#[tokio::test]
async fn half_a_head_is_not_waited_for() {
    let edge = Edge::open(Limits { headers: SHORT, ..patient() }).await;
    let many = "x".repeat(20_000);
    for said in ["P", "PRI * HT", "GET / HT", "GET / HTTP/1.1\r\nhost: a\r\n", "\r\n", &format!("GET /?{many}")] {
        assert_eq!(edge.say(said).await, "", "{said}");
        let answers = edge.say(format!("{GOOD}{GOOD}{said}")).await;
        assert_eq!(statuses(&answers), [200, 200], "{said}");
    }
}

#[tokio::test]
async fn a_head_that_trickles_is_not_waited_for() {
    let edge = Edge::open(Limits { headers: SHORT * 4, ..patient() }).await;
    let mut stream = edge.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nx: ").await.unwrap();
    // each byte comes long before the deadline, which it does not move
    while stream.write_all(b"y").await.is_ok() {
        tokio::time::sleep(SHORT / 10).await;
    }
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let edge = Edge::open(Limits { idle: SHORT, ..patient() }).await;
    let answers = edge.say(format!("{GOOD}{GOOD}")).await;
    assert_eq!(statuses(&answers), [200, 200]);
}

#[tokio::test]
async fn a_call_may_take_longer_than_any_of_these() {
    let edge = Edge::open(Limits { headers: SHORT, idle: SHORT, write_stall: SHORT, ..patient() }).await;
    let mut stream = edge.connect().await;
    let call = r#"{"model":"echo","stream":true,"messages":[{"role":"user","content":"[[slow:50]] [[long:10]]"}]}"#;
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {MASTER}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n",
        call.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(SHORT * 3).await;
    stream.write_all(call.as_bytes()).await.unwrap();
    let answers = rest(&mut stream).await;
    assert_eq!(statuses(&answers), [200], "{answers}");
    assert!(answers.contains("[DONE]"), "{answers}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_a_timeout() {
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {MASTER}\r\ncontent-length: 10\r\n\r\n{{"
    );
    let paused = Limits { body_pause: SHORT, ..patient() };
    let late = Limits { body: SHORT, body_bytes_per_second: u64::MAX, ..patient() };
    for limits in [paused, late] {
        let edge = Edge::open(limits).await;
        let answers = edge.say(&head).await;
        assert_eq!(statuses(&answers), [408], "{answers}");
    }
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_cut() {
    let edge = Edge::open(Limits { write_stall: SHORT, ..patient() }).await;
    let mut stream = edge.connect().await;
    // more than the system takes for a client that does not read
    let request = "GET /openapi.json HTTP/1.1\r\nhost: a\r\n\r\n";
    drop(tokio::time::timeout(SHORT * 20, stream.write_all(request.repeat(5_000).as_bytes())).await);
    edge.until_open(0).await;
    drop(stream);
}

#[tokio::test]
async fn a_client_that_reads_slowly_is_not_cut() {
    use tokio::io::AsyncReadExt as _;
    let edge = Edge::open(Limits { write_stall: SHORT * 10, ..patient() }).await;
    let mut stream = edge.connect().await;
    let request = "GET /openapi.json HTTP/1.1\r\nhost: a\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let one = answer(&mut stream).await.len();
    let count = 400;
    let (mut reading, mut writing) = stream.into_split();
    let all = async {
        writing.write_all(request.repeat(count).as_bytes()).await.unwrap();
        writing
    };
    let read = async {
        let mut room = vec![0; 1 << 20];
        let mut left = one * count;
        while left > 0 {
            tokio::time::sleep(SHORT / 5).await;
            let taken = reading.read(&mut room).await.unwrap();
            assert!(taken > 0, "cut, {left} bytes are missing");
            left -= taken;
        }
    };
    let (_writing, ()) = tokio::join!(all, read);
}

/// Long enough on its way that whoever sends it must show again that he may.
const ON_ITS_WAY: Duration = Duration::from_millis(300);

#[tokio::test]
async fn a_key_that_is_taken_back_while_its_body_comes_starts_no_call() {
    let edge = Edge::open(patient()).await;
    let (key, _) = edge.app.generate(json!({})).await;
    let body = json!({"model": "echo", "messages": [{"role": "user", "content": "hi"}]}).to_string();
    let (first, second) = body.split_at(20);
    let mut stream = edge.connect().await;
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer {key}\r\n\
         content-length: {}\r\nexpect: 100-continue\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // the body is asked for once the key is known
    let began = Instant::now();
    let mut asked_for = [0; 25];
    timeout(PATIENCE, stream.read_exact(&mut asked_for)).await.unwrap().unwrap();
    assert_eq!(&asked_for, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(first.as_bytes()).await.unwrap();
    edge.app.post(MASTER, "/key/block", json!({"key": key})).await;
    sleep_until(began + ON_ITS_WAY).await;
    stream.write_all(second.as_bytes()).await.unwrap();
    assert_eq!(statuses(&rest(&mut stream).await), [401]);
}
