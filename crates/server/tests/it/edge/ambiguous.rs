//! Requests that two parsers could read in two ways.

use tokio::io::AsyncWriteExt as _;

use super::kit::{Edge, patient, rest, statuses};

const GOOD: &str = "GET /health/liveliness HTTP/1.1\r\nhost: a\r\n\r\n";

/// Whole requests, and what the answer says of them.
const AMBIGUOUS: &[(&str, &str)] = &[
    (
        "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "not both",
    ),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nab", "only one Content-Length"),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc", "only one Content-Length"),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: +2\r\n\r\nab", "decimal"),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2, 2\r\n\r\nab", "decimal"),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding"),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n", "Transfer-Encoding"),
    ("POST / HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding"),
    ("GET / HTTP/1.1\r\nhost: a\nx: y\r\n\r\n", "CR LF"),
    ("GET / HTTP/1.1\nhost: a\n\n", "CR LF"),
    ("GET / HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n", "only one Host"),
    ("GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", "only one Host"),
    ("GET / HTTP/1.1\r\nx: y\r\n\r\n", "one Host"),
    ("GET / HTTP/1.1\r\nhost: a\r\nx: y\r\n z\r\n\r\n", "on one line"),
    ("GET / HTTP/1.1\r\nhost: a\r\nx: a\0b\r\n\r\n", "control character"),
    ("GET / HTTP/1.1\r\nhost: a\r\nx: a\rb\r\n\r\n", "control character"),
    ("GET / HTTP/1.1\r\nhost: a\r\nx : y\r\n\r\n", "directly a colon"),
    ("GET / HTTP/1.1\r\nhost: a\r\nauthorization: Bearer a\r\nauthorization: Bearer a\r\n\r\n", "only one credential"),
    ("GET / HTTP/1.1\r\nhost: a\r\nx-api-key: a\r\nX-Api-Key: b\r\n\r\n", "only one credential"),
    ("GET / HTTP/1.1\r\nhost: a\r\nx-litellm-api-key: a\r\nx-litellm-api-key: b\r\n\r\n", "only one credential"),
    ("GET / HTTP/1.1\r\nhost: a\r\napi-key: a\r\napi-key: b\r\n\r\n", "only one credential"),
    ("GET http://b/ HTTP/1.1\r\nhost: a\r\n\r\n", "different servers"),
    ("GET / HTTP/1.1\r\nhost: a\r\nconnection: close, authorization\r\n\r\n", "must not name"),
];

#[tokio::test]
async fn each_is_refused_and_ends_the_connection() {
    let edge = Edge::open(patient()).await;
    for (request, says) in AMBIGUOUS {
        let answers = edge.say(format!("{request}{GOOD}")).await;
        assert_eq!(statuses(&answers), [400], "{request}\n{answers}");
        assert!(answers.contains(says) && answers.contains(r#""error":"#), "{request}\n{answers}");
    }
}

#[tokio::test]
async fn answers_to_earlier_requests_come_first() {
    let edge = Edge::open(patient()).await;
    for (request, says) in AMBIGUOUS {
        let answers = edge.say(format!("{GOOD}{GOOD}{request}{GOOD}")).await;
        assert_eq!(statuses(&answers), [200, 200, 400], "{request}\n{answers}");
        assert!(answers.contains(says), "{request}\n{answers}");
    }
}

#[tokio::test]
async fn bytes_that_come_one_by_one_are_judged_the_same() {
    let edge = Edge::open(patient()).await;
    for (request, says) in AMBIGUOUS {
        let mut stream = edge.connect().await;
        for byte in format!("{GOOD}{request}").as_bytes() {
            // the last may come when the refusal is out
            if stream.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
        }
        let answers = rest(&mut stream).await;
        assert_eq!(statuses(&answers), [200, 400], "{request}\n{answers}");
        assert!(answers.contains(says), "{request}\n{answers}");
    }
}

#[tokio::test]
async fn the_answer_is_in_the_clients_language() {
    let edge = Edge::open(patient()).await;
    let answer = edge.say("POST /v1/messages HTTP/1.1\r\nanthropic-version: 2023-06-01\r\n\r\n").await;
    assert!(answer.contains(r#""type":"error""#), "{answer}");
}

#[tokio::test]
async fn a_body_that_is_not_what_it_says_ends_there() {
    let edge = Edge::open(patient()).await;
    let head = "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer sk-it-Master0Key-Qx7\r\n\
                transfer-encoding: chunked\r\n\r\n";
    for body in ["2\nab\n0\n\n", "2\r\nabc\r\n0\r\n\r\n", "x\r\n", "11111111111111111\r\n", "0\r\na: b\n\r\n"] {
        let answers = edge.say(format!("{head}{body}{GOOD}")).await;
        assert_eq!(statuses(&answers), [400], "{body}\n{answers}");
        assert!(answers.contains("broke off"), "{body}\n{answers}");
    }
}

#[tokio::test]
async fn extensions_and_trailers_are_ignored() {
    let edge = Edge::open(patient()).await;
    let call = r#"{"model":"echo","messages":[{"role":"user","content":"hi"}]}"#;
    let request = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer sk-it-Master0Key-Qx7\r\n\
         transfer-encoding: chunked\r\n\r\n{:x};x=y\r\n{call}\r\n0\r\nauthorization: Bearer no\r\nhost: b\r\n\r\n",
        call.len()
    );
    let closing = GOOD.replace("host", "connection: close\r\nhost");
    let answers = edge.say(format!("{request}{request}{closing}")).await;
    assert_eq!(statuses(&answers), [200, 200, 200], "{answers}");
}
