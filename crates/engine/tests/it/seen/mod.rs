//! What a client of a dialect understands of an answer: a reader of its own, since a test must not trust the gateway's.

mod bedrock;
mod cohere;
mod completions;
mod gemini;
mod responses;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use wire::Dialect;

use crate::kit::Got;

pub(crate) use bedrock::told;

#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) text: String,
    pub(crate) thinking: String,
    pub(crate) signature: String,
    /// Reasoning that only its provider can read.
    pub(crate) redacted: String,
    /// The proofs of reasoning in the dialect that keeps them apart from the text (Responses).
    pub(crate) sealed: Vec<String>,
    pub(crate) refusal: String,
    /// One for each token of the text.
    pub(crate) logprobs: Vec<Value>,
    /// What the provider searched the web for.
    pub(crate) searches: Vec<String>,
    /// The items of an answer (Responses), its contents, or all that was said (Cohere, by the version of its API).
    pub(crate) items: Vec<Value>,
    /// The parts of an answer, as they were written (Gemini).
    pub(crate) parts: Vec<String>,
    /// The text of the second answer, where there are several.
    pub(crate) second: String,
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
    /// The kind of the block that a stream is in (Anthropic).
    block: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Called {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) arguments: String,
    pub(crate) namespace: String,
    /// Its input is text, not JSON.
    pub(crate) custom: bool,
}

pub(crate) fn read(dialect: Dialect, got: &Got) -> Seen {
    let mut seen = Seen::default();
    match (dialect, got.stream) {
        (Dialect::OpenAiChat, true) => frames(got).for_each(|data| seen.chunk(&data)),
        (Dialect::OpenAiResponses, true) => responses::stream(got, &mut seen),
        (Dialect::Anthropic, true) => frames(got).for_each(|data| seen.event(&parse(&data))),
        (Dialect::Bedrock, true) => bedrock::stream(got, &mut seen),
        (Dialect::Gemini, true) => frames(got).for_each(|data| gemini::piece(&mut seen, &data)),
        (Dialect::Cohere, true) => cohere::stream(got, &mut seen),
        (Dialect::CohereV1, true) => cohere::first_stream(got, &mut seen),
        (Dialect::OpenAiCompletions, true) => frames(got).for_each(|data| completions::chunk(&mut seen, &data)),
        (Dialect::BedrockInvoke, true) => bedrock::chunks(got, &mut seen),
        (Dialect::Bedrock | Dialect::BedrockInvoke, false) if got.status != 200 => seen.exception(got),
        (Dialect::Cohere | Dialect::CohereV1, false) if got.status != 200 => cohere::failed(&mut seen, got),
        (Dialect::Gemini, false) if got.status != 200 => gemini::failed(&mut seen, &got.json()),
        _ if got.status != 200 => seen.error = got.json()["error"].clone(),
        (Dialect::OpenAiChat, false) => seen.completion(&got.json()),
        (Dialect::OpenAiResponses, false) => responses::whole(got, &mut seen),
        (Dialect::Anthropic | Dialect::BedrockInvoke, false) => seen.message(&got.text()),
        (Dialect::Bedrock, false) => seen.converse(&got.text()),
        (Dialect::Gemini, false) => gemini::piece(&mut seen, &got.text()),
        (Dialect::Cohere, false) => cohere::whole(&mut seen, &got.json()),
        (Dialect::CohereV1, false) => cohere::first_whole(&mut seen, &got.text()),
        (Dialect::OpenAiCompletions, false) => completions::whole(&mut seen, &got.json()),
    }
    seen
}

/// The data of each event, its lines joined.
fn frames(got: &Got) -> impl Iterator<Item = String> {
    let text = std::str::from_utf8(&got.body).unwrap().replace("\r\n", "\n");
    let events: Vec<_> = text
        .split("\n\n")
        .map(|event| {
            let lines = event.lines().filter_map(|line| line.strip_prefix("data:").map(str::trim));
            lines.collect::<Vec<_>>().join("\n")
        })
        .collect();
    events.into_iter().filter(|data: &String| !data.is_empty())
}

fn parse(data: &str) -> Value {
    let broken = || serde_json::json!({"error": {"message": data, "type": "not JSON"}});
    serde_json::from_str(data).unwrap_or_else(|_| broken())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What a search was for.
fn query(input: &str) -> String {
    text(&parse(input)["query"]).to_owned()
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
        if choice["index"] == 1 {
            self.second.push_str(text(&choice["delta"]["content"]));
            return;
        }
        self.spoken(&choice["delta"]);
        self.logprobs.extend(choice["logprobs"]["content"].as_array().into_iter().flatten().cloned());
        for call in choice["delta"]["tool_calls"].as_array().into_iter().flatten() {
            let at = usize::try_from(call["index"].as_u64().unwrap()).unwrap();
            self.call(at, call);
        }
        self.stop.push_str(text(&choice["finish_reason"]));
    }

    fn completion(&mut self, body: &Value) {
        let choice = &body["choices"][0];
        text(&body["choices"][1]["message"]["content"]).clone_into(&mut self.second);
        self.count(&body["usage"]);
        self.spoken(&choice["message"]);
        self.logprobs.extend(choice["logprobs"]["content"].as_array().into_iter().flatten().cloned());
        for (at, call) in choice["message"]["tool_calls"].as_array().into_iter().flatten().enumerate() {
            self.call(at, call);
        }
        text(&choice["finish_reason"]).clone_into(&mut self.stop);
        self.complete = true;
    }

    fn spoken(&mut self, message: &Value) {
        self.text.push_str(text(&message["content"]));
        self.refusal.push_str(text(&message["refusal"]));
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
        called.custom |= call["type"] == "custom";
        for kind in ["function", "custom"] {
            called.name.push_str(text(&call[kind]["name"]));
            called.arguments.push_str(text(&call[kind]["arguments"]));
            called.arguments.push_str(text(&call[kind]["input"]));
        }
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
            match (block.kind.as_str(), block.input) {
                ("server_tool_use", Some(input)) => self.searches.push(query(input.get())),
                (_, Some(input)) => {
                    let arguments = input.get().to_owned();
                    self.calls.push(Called { id: block.id, name: block.name, arguments, ..Called::default() });
                }
                (_, None) => {}
            }
        }
        self.complete = true;
    }

    fn event(&mut self, event: &Value) {
        self.fail(event);
        match text(&event["type"]) {
            "message_start" => self.count(&event["message"]["usage"]),
            "content_block_start" => {
                let block = &event["content_block"];
                text(&block["type"]).clone_into(&mut self.block);
                self.redacted.push_str(text(&block["data"]));
                let of = |key: &str| text(&block[key]).to_owned();
                match self.block.as_str() {
                    "tool_use" => self.calls.push(Called { id: of("id"), name: of("name"), ..Called::default() }),
                    "server_tool_use" => self.searches.push(String::new()),
                    _ => {}
                }
            }
            "content_block_delta" => {
                let delta = &event["delta"];
                self.citations.extend(delta.get("citation").cloned());
                self.text.push_str(text(&delta["text"]));
                self.thinking.push_str(text(&delta["thinking"]));
                self.signature.push_str(text(&delta["signature"]));
                if let Some(piece) = delta["partial_json"].as_str() {
                    let last = self.calls.last_mut().map(|call| &mut call.arguments);
                    let search = self.block == "server_tool_use";
                    if search { self.searches.last_mut() } else { last }.unwrap().push_str(piece);
                }
            }
            "content_block_stop" if self.block == "server_tool_use" => {
                let told = self.searches.pop().unwrap();
                self.searches.push(query(&told));
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
    #[serde(rename = "type", default)]
    kind: String,
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
