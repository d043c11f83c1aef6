//! Answers of Cohere's, put together by hand: whole, and as the events that tell the same.

use serde_json::{Value, json};
use testkit::Script;

/// The usage of every answer that is made here.
pub(crate) const USAGE: &str = r#"{"billed_units":{"input_tokens":20,"output_tokens":9},"tokens":{"input_tokens":40,"output_tokens":9},"cached_tokens":6}"#;

/// A whole answer of these contents and citations, or the stream that tells each content in one piece.
pub(crate) fn answer(stream: bool, contents: &[Value], citations: &[Value]) -> Vec<u8> {
    let usage: Value = USAGE.parse().unwrap();
    if !stream {
        let message = json!({"role": "assistant", "content": contents, "citations": citations});
        let whole = json!({"id": "c-1", "finish_reason": "COMPLETE", "message": message, "usage": usage});
        return whole.to_string().into_bytes();
    }
    let mut events = begun();
    for (index, content) in contents.iter().enumerate() {
        let (mut empty, mut piece) = (content.clone(), content.clone());
        let kind = content["type"].as_str().unwrap();
        empty[kind] = "".into();
        piece.as_object_mut().unwrap().remove("type");
        let told = |name: &str, content: Value| json!({"type": name, "index": index, "delta": {"message": {"content": content}}});
        events.extend([told("content-start", empty), told("content-delta", piece)]);
        let own = citations.iter().filter(|citation| citation["content_index"] == index);
        for (number, citation) in own.enumerate() {
            let delta = json!({"message": {"citations": citation}});
            events.push(json!({"type": "citation-start", "index": number, "delta": delta}));
            events.push(json!({"type": "citation-end", "index": number}));
        }
        events.push(json!({"type": "content-end", "index": index}));
    }
    events.push(json!({"type": "message-end", "delta": {"finish_reason": "COMPLETE", "usage": usage}}));
    told(&events)
}

/// The first event.
pub(crate) fn begun() -> Vec<Value> {
    let message = json!({"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []});
    vec![json!({"type": "message-start", "id": "c-1", "delta": {"message": message}})]
}

/// Events as bytes.
pub(crate) fn told(events: &[Value]) -> Vec<u8> {
    events.iter().map(one).collect::<String>().into_bytes()
}

pub(crate) fn one(event: &Value) -> String {
    format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap())
}

/// These bytes as a provider's stream or whole answer.
pub(crate) fn raw(stream: bool, body: Vec<u8>) -> Script {
    let kind = if stream { "text/event-stream" } else { "application/json" };
    let headers = [("content-type".to_owned(), kind.to_owned())].into();
    Script { headers, raw_body: Some(body), ..Script::default() }
}
