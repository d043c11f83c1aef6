//! Every answer has an id that a client can name to those who run the gateway, also where nobody handled its request.

use super::kit::{Edge, patient, statuses};
use crate::app::MASTER;

#[tokio::test]
async fn whatever_is_refused_has_its_ids() {
    let edge = Edge::open(patient()).await;
    let key = format!("host: a\r\nauthorization: Bearer {MASTER}\r\n");
    for (line, headers, status) in [
        ("GET /nothing", key.as_str(), 404),
        ("GET /v1/chat/completions", &key, 405),
        ("POST /v1/chat/completions", "host: a\r\n", 401),
        ("POST /v1/messages", "anthropic-version: 2023-06-01\r\n", 400),
        ("GET /v1/models", "host: a\r\n", 401),
        ("GET /v1/models/nothing", &key, 404),
        ("GET /model/claude/converse", &key, 400),
        ("POST /model/claude/nothing", &key, 404),
        ("POST /bedrock/model/nothing", &key, 404),
        ("POST /guardrail/g/version/DRAFT/apply", &key, 404),
        ("GET /async-invoke", &key, 404),
        ("POST /model/claude/converse", "host: a\r\n", 403),
        ("POST /model/claude/converse", "", 400),
        ("POST /key/generate", "host: a\r\n", 401),
        ("GET /key/list?nothing=1", &key, 400),
        ("GET /key/generate", &key, 405),
    ] {
        let answer = edge.say(format!("{line} HTTP/1.1\r\n{headers}connection: close\r\n\r\n")).await;
        assert_eq!(statuses(&answer), [status], "{line} {answer}");
        let usual = ["x-litellm-call-id", "x-request-id", "request-id"];
        let names = usual.into_iter().chain(is_bedrocks(line).then_some("x-amzn-requestid"));
        let ids: Vec<Option<&str>> =
            names.map(|name| answer.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))).collect();
        assert!(ids[0].is_some_and(|id| id.len() == 36), "{line} {answer}");
        assert!(ids.iter().all(|id| *id == ids[0]), "{line} {answer}");
    }
}

fn is_bedrocks(line: &str) -> bool {
    ["/model/", "/guardrail/", "/async-invoke"].iter().any(|path| line.contains(path))
}
