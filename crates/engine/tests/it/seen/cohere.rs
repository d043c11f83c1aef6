//! Answers of Cohere's chat, in both versions of its API.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{Called, Seen, frames, parse, text};
use crate::kit::Got;

/// A whole answer of the second version.
pub(super) fn whole(seen: &mut Seen, body: &Value) {
    let message = &body["message"];
    assert_eq!(message["role"], "assistant", "{body}");
    assert!(body["id"].is_string(), "{body}");
    seen.text.push_str(text(&message["tool_plan"]));
    for content in list(&message["content"]) {
        seen.begin(&content);
    }
    for call in list(&message["tool_calls"]) {
        seen.calls.push(called(&call));
    }
    seen.citations = list(&message["citations"]);
    seen.logprobs.extend(list(&body["logprobs"]).iter().map(token));
    seen.count(&body["usage"]);
    text(&body["finish_reason"]).clone_into(&mut seen.stop);
    seen.complete = true;
}

/// An error answer is a sentence; SDKs go by the status, which stands for its type here.
pub(super) fn failed(seen: &mut Seen, got: &Got) {
    let body = got.json();
    seen.error = json!({"type": got.status.to_string(), "message": body["message"]});
}

/// The events of a stream. What stands in it is counted from 0 by kind, and each begins before it goes on and ends before the next.
pub(super) fn stream(got: &Got, seen: &mut Seen) {
    let mut order = Order::default();
    for data in frames(got) {
        if data == "[DONE]" {
            assert!(order.over, "it stands behind the end");
            continue;
        }
        let event = parse(&data);
        assert!(!order.over, "something follows the ending: {event}");
        if event["error"].is_object() {
            seen.error = event["error"].clone();
            return;
        }
        order.event(&event, seen);
    }
}

/// Where a stream is.
#[derive(Default)]
struct Order {
    started: bool,
    /// What is open, and its number.
    open: Option<(&'static str, u64)>,
    contents: u64,
    calls: u64,
    citations: u64,
    over: bool,
}

impl Order {
    fn event(&mut self, event: &Value, seen: &mut Seen) {
        let kind = text(&event["type"]);
        assert_eq!(self.started, kind != "message-start", "message-start stands first and once: {event}");
        let message = &event["delta"]["message"];
        match kind {
            "message-start" => {
                assert!(event["id"].is_string() && message["role"] == "assistant", "{event}");
                self.started = true;
            }
            "content-start" => {
                self.begin("content", event);
                seen.begin(&message["content"]);
            }
            "content-delta" => {
                self.goes_on("content", event);
                seen.goes_on(&message["content"]);
                seen.logprobs.extend(event.get("logprobs").map(token));
            }
            "content-end" => self.end("content", event),
            "tool-plan-delta" => seen.text.push_str(text(&message["tool_plan"])),
            "tool-call-start" => {
                self.begin("call", event);
                seen.calls.push(called(&message["tool_calls"]));
            }
            "tool-call-delta" => {
                self.goes_on("call", event);
                let piece = text(&message["tool_calls"]["function"]["arguments"]);
                seen.calls.last_mut().unwrap().arguments.push_str(piece);
            }
            "tool-call-end" => self.end("call", event),
            "citation-start" => {
                assert_eq!(event["index"], self.citations, "{event}");
                seen.citations.push(message["citations"].clone());
            }
            "citation-end" => self.citations += 1,
            "message-end" => self.over(&event["delta"], seen),
            // what is new is for whoever knows it
            _ => {}
        }
    }

    fn begin(&mut self, kind: &'static str, event: &Value) {
        assert_eq!(self.open, None, "{event}");
        let number = if kind == "content" { &mut self.contents } else { &mut self.calls };
        self.open = Some((kind, *number));
        *number += 1;
        self.goes_on(kind, event);
    }

    fn goes_on(&self, kind: &'static str, event: &Value) {
        assert_eq!(self.open, event["index"].as_u64().map(|index| (kind, index)), "{event}");
    }

    fn end(&mut self, kind: &'static str, event: &Value) {
        self.goes_on(kind, event);
        self.open = None;
    }

    /// A stream that broke off ends as every other does, and says why.
    fn over(&mut self, delta: &Value, seen: &mut Seen) {
        self.over = true;
        text(&delta["finish_reason"]).clone_into(&mut seen.stop);
        seen.count(&delta["usage"]);
        if let Some(error) = delta.get("error").filter(|error| !error.is_null()) {
            assert_eq!(delta["finish_reason"], "ERROR", "{delta}");
            seen.error = json!({"type": "ERROR", "message": error});
        } else {
            assert_eq!(self.open, None, "what began ends");
            seen.complete = true;
        }
    }
}

impl Seen {
    /// A content as it stands in an answer, or as it begins in a stream.
    fn begin(&mut self, content: &Value) {
        self.items.push(json!({"type": content["type"]}));
        self.goes_on(content);
    }

    fn goes_on(&mut self, content: &Value) {
        self.text.push_str(text(&content["text"]));
        self.thinking.push_str(text(&content["thinking"]));
        self.signature.push_str(text(&content["signature"]));
        let open = self.items.last_mut().unwrap();
        for name in ["text", "thinking", "signature"] {
            if let Some(more) = content[name].as_str() {
                open[name] = [text(&open[name]), more].concat().into();
            }
        }
    }
}

fn called(call: &Value) -> Called {
    assert_eq!(call["type"], "function", "{call}");
    let of = |value: &Value| text(value).to_owned();
    let function = &call["function"];
    Called {
        id: of(&call["id"]),
        name: of(&function["name"]),
        arguments: of(&function["arguments"]),
        ..Called::default()
    }
}

/// A piece of the text with the probability of its tokens.
fn token(piece: &Value) -> Value {
    assert!(piece["token_ids"].is_array(), "{piece}");
    json!({"token": piece["text"], "logprob": piece["logprobs"][0], "top_logprobs": []})
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

/// An answer of the first version, which also stands in the last line of a stream.
pub(super) fn first_whole(seen: &mut Seen, body: &str) {
    #[derive(Deserialize)]
    struct Raw<'a> {
        #[serde(borrow, default)]
        tool_calls: Vec<RawCall<'a>>,
    }
    #[derive(Deserialize)]
    struct RawCall<'a> {
        name: String,
        #[serde(borrow)]
        parameters: &'a RawValue,
    }
    let answer = parse(body);
    assert!(answer["generation_id"].is_string() && answer["chat_history"].is_array(), "{body}");
    text(&answer["text"]).clone_into(&mut seen.text);
    let raw: Raw<'_> = serde_json::from_str(body).unwrap();
    let calls = raw.tool_calls.into_iter();
    // the arguments as they were written
    seen.calls = calls
        .map(|call| Called { name: call.name, arguments: call.parameters.get().to_owned(), ..Called::default() })
        .collect();
    seen.citations = list(&answer["citations"]);
    seen.items = list(&answer["chat_history"]);
    text(&answer["finish_reason"]).clone_into(&mut seen.stop);
    seen.count(&answer["meta"]);
    seen.complete = true;
}

/// Lines of JSON, of which the last says all that the others did.
pub(super) fn first_stream(got: &Got, seen: &mut Seen) {
    let mut told = Seen::default();
    for (number, line) in got.text().lines().enumerate() {
        let event = parse(line);
        assert!(!told.complete, "something follows the ending: {event}");
        let kind = text(&event["event_type"]);
        assert_eq!(
            (number == 0, kind == "stream-end"),
            (kind == "stream-start", event["is_finished"] == true),
            "{event}"
        );
        match kind {
            "text-generation" => told.text.push_str(text(&event["text"])),
            "citation-generation" => told.citations.extend(list(&event["citations"])),
            "tool-calls-chunk" => {
                let delta = &event["tool_call_delta"];
                if let Some(name) = delta["name"].as_str() {
                    told.calls.push(Called { name: name.to_owned(), ..Called::default() });
                }
                told.calls.last_mut().unwrap().arguments.push_str(text(&delta["parameters"]));
            }
            "stream-end" => {
                told.complete = true;
                let raw: Last<'_> = serde_json::from_str(line).unwrap();
                first_whole(seen, raw.response.get());
                assert_eq!(event["finish_reason"], json!(seen.stop), "{event}");
                if let Some(error) = event["error"].as_str() {
                    seen.complete = false;
                    seen.error = json!({"type": seen.stop, "message": error});
                } else {
                    assert_eq!((&told.text, &told.citations), (&seen.text, &seen.citations));
                    assert_eq!(told.calls, seen.calls);
                }
            }
            _ => {}
        }
    }
}

#[derive(Deserialize)]
struct Last<'a> {
    #[serde(borrow)]
    response: &'a RawValue,
}
