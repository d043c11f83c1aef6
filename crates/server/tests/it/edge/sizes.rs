//! Limits on a request, each one below, at and above.

use serde_json::json;
use server::http::edge::Limits;
use tokio::io::AsyncWriteExt as _;

use super::kit::{Edge, answer, patient, statuses};
use crate::app::MASTER;

/// A request with a body of so many bytes.
fn post(path: &str, body: &serde_json::Value, length: usize) -> String {
    let body = body.to_string();
    let body = format!("{body}{}", " ".repeat(length - body.len()));
    format!("{}{body}", head(path, length))
}

fn head(path: &str, length: usize) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer {MASTER}\r\n\
         content-length: {length}\r\n\r\n"
    )
}

fn call() -> serde_json::Value {
    json!({"model": "echo", "messages": [{"role": "user", "content": "hi"}]})
}

#[tokio::test]
async fn bodies_by_route() {
    let edge = Edge::open(Limits { body_bytes: 2000, management_body_bytes: 1000, ..patient() }).await;
    for (path, body, limit) in [("/v1/chat/completions", call(), 2000), ("/key/generate", json!({}), 1000)] {
        for (length, status) in [(limit - 1, 200), (limit, 200), (limit + 1, 413)] {
            let answers = edge.say(post(path, &body, length)).await;
            assert_eq!(statuses(&answers), [status], "{path} {length} {answers}");
            let chunked = post(path, &body, length).replace(
                &format!("content-length: {length}\r\n\r\n"),
                &format!("transfer-encoding: chunked\r\n\r\n{length:x}\r\n"),
            );
            let answers = edge.say(format!("{chunked}\r\n0\r\n\r\n")).await;
            assert_eq!(statuses(&answers), [status], "{path} {length} chunked {answers}");
        }
    }
}

#[tokio::test]
async fn a_large_body_is_answered_before_it_is_sent() {
    let edge = Edge::open(Limits { body_bytes: 2000, ..patient() }).await;
    let mut stream = edge.connect().await;
    stream.write_all(head("/v1/chat/completions", 100 << 20).as_bytes()).await.unwrap();
    let answer = answer(&mut stream).await;
    assert_eq!(statuses(&answer), [413], "{answer}");
}

#[tokio::test]
async fn all_bodies_together() {
    let edge = Edge::open(Limits { body_bytes_in_flight: 1000, ..patient() }).await;
    let mut first = edge.connect().await;
    let begun = post("/v1/chat/completions", &call(), 800).replace("host: a", "host: a\r\nexpect: 100-continue");
    let (head, rest) = begun.split_at(begun.len() - 800);
    first.write_all(head.as_bytes()).await.unwrap();
    assert!(answer(&mut first).await.starts_with("HTTP/1.1 100 "));
    for (length, status) in [(199, 200), (200, 200), (201, 503)] {
        let answers = edge.say(post("/v1/chat/completions", &call(), length)).await;
        assert_eq!(statuses(&answers), [status], "{length} {answers}");
        assert_eq!(answers.contains("retry-after: 1\r\n"), status == 503, "{answers}");
    }
    let answers = edge.say(post("/key/generate", &json!({}), 500)).await;
    assert_eq!(statuses(&answers), [200], "an administrator has room of its own: {answers}");
    first.write_all(rest.as_bytes()).await.unwrap();
    assert_eq!(statuses(&answer(&mut first).await), [200]);
    let answers = edge.say(post("/v1/chat/completions", &call(), 1000)).await;
    assert_eq!(statuses(&answers), [200], "what was held is free again: {answers}");
}

#[tokio::test]
async fn what_is_only_announced_takes_no_room() {
    let edge = Edge::open(Limits { body_bytes: 1 << 20, body_bytes_in_flight: 1 << 20, ..patient() }).await;
    let mut idle = Vec::new();
    for _ in 0..8 {
        let mut stream = edge.connect().await;
        let head = head("/v1/chat/completions", 1 << 20).replace("host: a", "host: a\r\nexpect: 100-continue");
        stream.write_all(head.as_bytes()).await.unwrap();
        assert!(answer(&mut stream).await.starts_with("HTTP/1.1 100 "));
        idle.push(stream);
    }
    let answers = edge.say(post("/v1/chat/completions", &call(), 500 << 10)).await;
    assert_eq!(statuses(&answers), [200], "{answers}");
    // what comes and has no room any more is refused when it comes
    let answers = edge.say(post("/v1/chat/completions", &call(), 600 << 10)).await;
    assert_eq!(statuses(&answers), [503], "{answers}");
    assert!(answers.contains("retry-after: 1\r\n"), "{answers}");
}

#[tokio::test]
async fn heads() {
    let edge = Edge::open(patient()).await;
    let target = |length: usize| format!("GET /{} HTTP/1.1\r\nhost: a\r\n", "a".repeat(length - 1));
    let headers = |count: usize| {
        format!("GET /none HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{}", "x: y\r\n".repeat(count - 2))
    };
    let head = |length: usize| {
        let frame = "GET /none HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx: \r\n\r\n".len();
        format!("GET /none HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx: {}\r\n", "y".repeat(length - frame))
    };
    for (make, limit, status) in
        [(&target as &(dyn Fn(usize) -> String + Sync), 8 << 10, 414), (&headers, 100, 431), (&head, 64 << 10, 431)]
    {
        for (size, status) in [(limit - 1, 404), (limit, 404), (limit + 1, status)] {
            let close = if status == 404 && limit == 8 << 10 { "connection: close\r\n" } else { "" };
            let answers = edge.say(format!("{}{close}\r\n", make(size))).await;
            assert_eq!(statuses(&answers), [status], "{size} {answers}");
            assert!(answers.contains(r#""error":"#), "{answers}");
        }
    }
}
