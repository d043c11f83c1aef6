//! What a client of a dialect understands of an answer: a reader of its own, since a test must not trust the gateway's.

mod bedrock;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use wire::Dialect;

use crate::kit::Got;

#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) text: String,
    pub(crate) thinking: String,
    pub(crate) signature: String,
    /// Reasoning that only its provider can read.
    pub(crate) redacted: String,
    /// What the text rests on, in the dialect's own form.
    pub(crate) citations: Vec<Value>,
    pub(crate) calls: Vec<Called>,
    pub(crate) stop: String,
    pub(crate) sequence: Option<String>,
    pub(crate) usage: Map<String, Value>,
    /// What a guardrail did.
    pub(crate) trace: Value,
    /// The error object, of an error answer or in a stream.
    pub(crate) error: Value,
    /// The dialect's own ending was there.
    pub(crate) complete: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Called {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) arguments: String,
}

pub(crate) fn read(dialect: Dialect, got: &Got) -> Seen {
    let mut seen = Seen::default();
    match (dialect, got.stream) {
        (Dialect::OpenAiChat, true) => frames(got).for_each(|data| seen.chunk(&data)),
        (Dialect::Anthropic, true) => frames(got).for_each(|data| seen.event(&parse(&data))),
        (Dialect::Bedrock, true) => bedrock::stream(got, &mut seen),
        (Dialect::Bedrock, false) if got.status != 200 => seen.exception(got),
        _ if got.status != 200 => seen.error = got.json()["error"].clone(),
        (Dialect::OpenAiChat, false) => seen.completion(&got.json()),
        (Dialect::Anthropic, false) => seen.message(&got.text()),
        (Dialect::Bedrock, false) => seen.converse(&got.text()),
    }
    seen
}

/// The data of each event, its lines joined.
fn frames(got: &Got) -> impl Iterator<Item = String> {
    let text = std::str::from_utf8(&got.body).unwrap();
    let events = text.split("\n\n").map(|event| {
        let lines = event.lines().filter_map(|line| line.strip_prefix("data:").map(str::trim));
        lines.collect::<Vec<_>>().join("\n")
    });
    events.filter(|data| !data.is_empty())
}

fn parse(data: &str) -> Value {
    let broken = || serde_json::json!({"error": {"message": data, "type": "not JSON"}});
    serde_json::from_str(data).unwrap_or_else(|_| broken())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

impl Seen {
    fn chunk(&mut self, data: &str) {
        if data == "[DONE]" {
            self.complete = true;
            return;
        }
        let chunk = parse(data);
        self.fail(&chunk);
        self.count(&chunk["usage"]);
        let choice = &chunk["choices"][0];
        self.spoken(&choice["delta"]);
        for call in choice["delta"]["tool_calls"].as_array().into_iter().flatten() {
            let at = usize::try_from(call["index"].as_u64().unwrap()).unwrap();
            self.call(at, call);
        }
        self.stop.push_str(text(&choice["finish_reason"]));
    }

    fn completion(&mut self, body: &Value) {
        let choice = &body["choices"][0];
        self.count(&body["usage"]);
        self.spoken(&choice["message"]);
        for (at, call) in choice["message"]["tool_calls"].as_array().into_iter().flatten().enumerate() {
            self.call(at, call);
        }
        text(&choice["finish_reason"]).clone_into(&mut self.stop);
        self.complete = true;
    }

    fn spoken(&mut self, message: &Value) {
        self.text.push_str(text(&message["content"]));
        self.thinking.push_str(text(&message["reasoning_content"]));
        for block in message["thinking_blocks"].as_array().into_iter().flatten() {
            self.signature.push_str(text(&block["signature"]));
            self.redacted.push_str(text(&block["data"]));
        }
        self.citations.extend(message["annotations"].as_array().cloned().unwrap_or_default());
    }

    fn call(&mut self, at: usize, call: &Value) {
        while self.calls.len() <= at {
            self.calls.push(Called::default());
        }
        let called = &mut self.calls[at];
        called.id.push_str(text(&call["id"]));
        called.name.push_str(text(&call["function"]["name"]));
        called.arguments.push_str(text(&call["function"]["arguments"]));
    }

    fn message(&mut self, body: &str) {
        let message: Message<'_> = serde_json::from_str(body).unwrap_or_else(|_| panic!("no message: {body}"));
        self.count(&message.usage);
        self.stop = message.stop_reason.unwrap_or_default();
        self.sequence = message.stop_sequence;
        for block in message.content {
            self.text.push_str(&block.text);
            self.thinking.push_str(&block.thinking);
            self.signature.push_str(&block.signature);
            self.redacted.push_str(&block.data);
            self.citations.extend(block.citations.unwrap_or_default());
            if let Some(input) = block.input {
                self.calls.push(Called { id: block.id, name: block.name, arguments: input.get().to_owned() });
            }
        }
        self.complete = true;
    }

    fn event(&mut self, event: &Value) {
        self.fail(event);
        match text(&event["type"]) {
            "message_start" => self.count(&event["message"]["usage"]),
            "content_block_start" if event["content_block"]["type"] == "tool_use" => {
                let of = |key| text(&event["content_block"][key]).to_owned();
                self.calls.push(Called { id: of("id"), name: of("name"), arguments: String::new() });
            }
            "content_block_start" => self.redacted.push_str(text(&event["content_block"]["data"])),
            "content_block_delta" => {
                let delta = &event["delta"];
                self.citations.extend(delta.get("citation").cloned());
                self.text.push_str(text(&delta["text"]));
                self.thinking.push_str(text(&delta["thinking"]));
                self.signature.push_str(text(&delta["signature"]));
                if let Some(piece) = delta["partial_json"].as_str() {
                    self.calls.last_mut().unwrap().arguments.push_str(piece);
                }
            }
            "message_delta" => {
                self.count(&event["usage"]);
                self.stop.push_str(text(&event["delta"]["stop_reason"]));
                self.sequence = event["delta"]["stop_sequence"].as_str().map(str::to_owned);
            }
            "message_stop" => self.complete = true,
            _ => {}
        }
    }

    fn fail(&mut self, event: &Value) {
        assert!(!self.complete, "something follows the ending: {event}");
        if let Some(error) = event.get("error") {
            self.error = error.clone();
        }
    }

    fn count(&mut self, usage: &Value) {
        self.usage.extend(usage.as_object().cloned().unwrap_or_default());
    }

    pub(crate) fn tokens(&self, field: &str) -> u64 {
        let usage = Value::Object(self.usage.clone());
        usage.pointer(field).and_then(Value::as_u64).unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    content: Vec<Block<'a>>,
    stop_reason: Option<String>,
    stop_sequence: Option<String>,
    usage: Value,
}

#[derive(Deserialize)]
struct Block<'a> {
    #[serde(default)]
    text: String,
    #[serde(default)]
    thinking: String,
    #[serde(default)]
    signature: String,
    #[serde(default)]
    data: String,
    citations: Option<Vec<Value>>,
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(borrow, default)]
    input: Option<&'a RawValue>,
}
