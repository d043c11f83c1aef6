//! Answers of Gemini's, put together by hand: whole, and as the pieces that a stream tells them in.

use serde_json::{Value, json};
use testkit::Script;

/// The usage of every answer that is made here.
pub(crate) const USAGE: &str = r#"{"promptTokenCount":40,"cachedContentTokenCount":6,"candidatesTokenCount":6,"thoughtsTokenCount":3,"totalTokenCount":49}"#;

/// An answer, or a piece of one, with one candidate: these parts, and further members of the candidate.
pub(crate) fn piece(parts: &[Value], beside: &Value) -> Value {
    let mut candidate = json!({"content": {"parts": parts, "role": "model"}, "index": 0});
    candidate.as_object_mut().unwrap().extend(beside.as_object().unwrap().clone());
    of(&[candidate])
}

/// An answer, or a piece of one, with these candidates.
pub(crate) fn of(candidates: &[Value]) -> Value {
    json!({"candidates": candidates, "usageMetadata": USAGE.parse::<Value>().unwrap(), "modelVersion": "m",
        "responseId": "g_1"})
}

/// A whole answer of these parts, or the stream that tells each in a piece of its own; `beside` stands where the answer ends.
pub(crate) fn answer(stream: bool, parts: &[Value], beside: &Value) -> Vec<u8> {
    let mut last = json!({"finishReason": "STOP"});
    last.as_object_mut().unwrap().extend(beside.as_object().unwrap().clone());
    if !stream {
        return piece(parts, &last).to_string().into_bytes();
    }
    let mut pieces: Vec<_> = parts.iter().map(|part| piece(std::slice::from_ref(part), &json!({}))).collect();
    pieces.push(piece(&[json!({"text": ""})], &last));
    told(&pieces)
}

/// Pieces as bytes.
pub(crate) fn told(pieces: &[Value]) -> Vec<u8> {
    pieces.iter().map(one).collect::<String>().into_bytes()
}

pub(crate) fn one(piece: &Value) -> String {
    format!("data: {piece}\r\n\r\n")
}

/// These bytes as a provider's stream or whole answer.
pub(crate) fn raw(stream: bool, body: Vec<u8>) -> Script {
    let kind = if stream { "text/event-stream" } else { "application/json" };
    let headers = [("content-type".to_owned(), kind.to_owned())].into();
    Script { headers, raw_body: Some(body), ..Script::default() }
}
