//! Converse answers and streams as AWS's SDKs take them: both checksums, every union with exactly one member, events in their
//! order. An offence fails the test. And streams of InvokeModel, whose frames hold the model's own events.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{Called, Seen, text};
use crate::frames::crc;
use crate::kit::Got;

/// One message of an event stream.
#[derive(Debug)]
struct Message {
    headers: Vec<(String, String)>,
    payload: Vec<u8>,
}

impl Message {
    fn header(&self, name: &str) -> &str {
        let mut values = self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let value = values.next().unwrap_or_default();
        assert_eq!(values.next(), None, "{name} stands twice");
        value
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.payload).unwrap_or_default()
    }
}

/// Cuts a stream into messages, of which nothing may be left over.
fn messages(mut bytes: &[u8]) -> Vec<Message> {
    let mut messages = Vec::new();
    while !bytes.is_empty() {
        let (message, rest) = cut(bytes);
        messages.push(message);
        bytes = rest;
    }
    messages
}

fn cut(bytes: &[u8]) -> (Message, &[u8]) {
    assert!(bytes.len() >= 16, "half a frame reached the client");
    let (total, headers) = (number(bytes, 0), number(bytes, 4));
    assert_eq!(number(bytes, 8), crc(&bytes[..8]) as usize, "the checksum of the prelude");
    assert!(total <= bytes.len() && headers + 16 <= total, "{total} and {headers} in {}", bytes.len());
    let (raw, rest) = bytes.split_at(total);
    assert_eq!(number(raw, total - 4), crc(&raw[..total - 4]) as usize, "the checksum of the message");
    let (mut names, mut left) = (Vec::new(), &raw[12..12 + headers]);
    while let [length, more @ ..] = left {
        let (name, more) = more.split_at(usize::from(*length));
        assert_eq!(more[0], 7, "headers are strings");
        let (value, more) = more[3..].split_at(usize::from(u16::from_be_bytes([more[1], more[2]])));
        let string = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        names.push((string(name), string(value)));
        left = more;
    }
    (Message { headers: names, payload: raw[12 + headers..total - 4].to_vec() }, rest)
}

fn number(bytes: &[u8], at: usize) -> usize {
    u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

/// The only member of a union.
fn member(union: &Value) -> (&str, &Value) {
    let members = union.as_object().unwrap_or_else(|| panic!("no union: {union}"));
    assert_eq!(members.len(), 1, "one member: {union}");
    let (name, value) = members.iter().next().unwrap();
    (name, value)
}

/// A stream for human eyes: an event's name and its payload a line.
pub(crate) fn told(got: &Got) -> String {
    let told = messages(&got.body).into_iter().map(|message| {
        let name = [message.header(":event-type"), message.header(":exception-type")].concat();
        format!("{name} {}\n", String::from_utf8_lossy(&message.payload))
    });
    told.collect()
}

const KNOWN: &[&str] =
    &["messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"];

/// Where a stream is.
#[derive(Default)]
struct Order {
    started: bool,
    /// The open block and whether it had a start.
    open: Option<(u64, bool)>,
    next: u64,
    stopped: bool,
    over: bool,
}

pub(super) fn stream(got: &Got, seen: &mut Seen) {
    let mut order = Order::default();
    for message in messages(&got.body) {
        assert!(!order.over, "something follows the ending: {message:?}");
        match message.error() {
            Some(error) => (order.over, seen.error) = (true, error),
            None => order.event(message.header(":event-type"), &message, seen),
        }
    }
}

impl Message {
    /// The error that it is; it must be an event otherwise.
    fn error(&self) -> Option<Value> {
        match self.header(":message-type") {
            "event" => {
                assert_eq!(self.header(":content-type"), "application/json");
                None
            }
            "exception" => {
                let kind = self.header(":exception-type");
                assert!(kind.ends_with("Exception") && !kind.starts_with(char::is_uppercase), "{kind}");
                Some(json!({"type": kind, "message": self.json()["message"]}))
            }
            "error" => {
                let (code, said) = (self.header(":error-code"), self.header(":error-message"));
                Some(json!({"type": code, "message": said}))
            }
            other => panic!("a message of type {other}"),
        }
    }
}

/// A stream of InvokeModel's: Claude's own events, of which the last has Bedrock's counts.
pub(super) fn chunks(got: &Got, seen: &mut Seen) {
    for message in messages(&got.body) {
        assert!(!seen.complete && seen.error.is_null(), "something follows the ending: {message:?}");
        if let Some(error) = message.error() {
            seen.error = error;
            continue;
        }
        assert_eq!(message.header(":event-type"), "chunk");
        let bytes = STANDARD.decode(text(&message.json()["bytes"])).unwrap();
        let event: Value = serde_json::from_slice(&bytes).unwrap();
        seen.event(&event);
        if seen.complete {
            let counts = &event["amazon-bedrock-invocationMetrics"];
            for name in ["inputTokenCount", "outputTokenCount", "invocationLatency", "firstByteLatency"] {
                assert!(counts[name].is_u64(), "{event}");
            }
            seen.count(counts);
        }
    }
}

impl Order {
    fn event(&mut self, name: &str, message: &Message, seen: &mut Seen) {
        let Ok(event) = serde_json::from_slice::<Value>(&message.payload) else {
            seen.error = json!({"message": String::from_utf8_lossy(&message.payload), "type": "not JSON"});
            return;
        };
        // what is new is for whoever knows it, wherever it stands
        if KNOWN.contains(&name) {
            assert_eq!(self.started, name != "messageStart", "messageStart stands first and once: {name}");
        }
        match name {
            "messageStart" => {
                assert_eq!(event["role"], "assistant");
                self.started = true;
            }
            "contentBlockStart" => self.block_start(&event, seen),
            "contentBlockDelta" => self.block_delta(&event, seen),
            "contentBlockStop" => {
                let index = event["contentBlockIndex"].as_u64().unwrap();
                assert_eq!(self.open.take().map(|(open, _)| open), Some(index), "the open block stops");
            }
            "messageStop" => {
                assert!(self.open.is_none() && !self.stopped, "blocks stop before the message");
                self.stopped = true;
                seen.stopped(&event);
            }
            "metadata" => {
                assert!(self.stopped, "metadata stands last");
                assert!(event["metrics"]["latencyMs"].is_u64(), "{event}");
                seen.count(&event["usage"]);
                seen.trace = event["trace"].clone();
                seen.complete = true;
            }
            _ => {}
        }
    }

    fn block_start(&mut self, event: &Value, seen: &mut Seen) {
        self.begin(event, true);
        let (kind, call) = member(&event["start"]);
        assert_eq!(kind, "toolUse", "only tools have a start");
        let of = |key: &str| text(&call[key]).to_owned();
        seen.calls.push(Called { id: of("toolUseId"), name: of("name"), ..Called::default() });
    }

    fn begin(&mut self, event: &Value, started: bool) {
        assert!(self.open.is_none() && !self.stopped, "blocks do not overlap: {event}");
        assert_eq!(event["contentBlockIndex"].as_u64(), Some(self.next), "blocks are counted");
        self.open = Some((self.next, started));
        self.next += 1;
    }

    fn block_delta(&mut self, event: &Value, seen: &mut Seen) {
        let index = event["contentBlockIndex"].as_u64().unwrap();
        if self.open.is_none_or(|(open, _)| open != index) {
            self.begin(event, false);
        }
        let (kind, piece) = member(&event["delta"]);
        match kind {
            "text" => seen.text.push_str(piece.as_str().unwrap()),
            "toolUse" => {
                assert!(self.open.is_some_and(|(_, started)| started), "a tool use starts");
                seen.calls.last_mut().unwrap().arguments.push_str(piece["input"].as_str().unwrap());
            }
            "reasoningContent" => seen.reasoning(piece),
            "citation" => seen.citations.push(piece.clone()),
            other => panic!("a delta of {other}"),
        }
    }
}

#[derive(Deserialize)]
struct Inputs<'a> {
    #[serde(borrow)]
    output: Output<'a>,
}

#[derive(Deserialize)]
struct Output<'a> {
    #[serde(borrow)]
    message: Said<'a>,
}

#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow)]
    content: Vec<Part<'a>>,
}

/// The arguments as they were written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part<'a> {
    #[serde(borrow)]
    tool_use: Option<Input<'a>>,
}

#[derive(Deserialize)]
struct Input<'a> {
    #[serde(borrow)]
    input: &'a RawValue,
}

impl Seen {
    /// A whole answer.
    pub(super) fn converse(&mut self, body: &str) {
        let answer: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("no answer: {body}"));
        let raw: Inputs<'_> = serde_json::from_str(body).unwrap_or_else(|_| panic!("no answer: {body}"));
        let (kind, message) = member(&answer["output"]);
        assert_eq!((kind, &message["role"]), ("message", &json!("assistant")));
        for (block, raw) in message["content"].as_array().unwrap().iter().zip(raw.output.message.content) {
            self.block(block, raw.tool_use.map(|call| call.input.get().to_owned()));
        }
        assert!(answer["metrics"]["latencyMs"].is_u64(), "{answer}");
        self.count(&answer["usage"]);
        self.stopped(&answer);
        self.trace = answer["trace"].clone();
        self.complete = true;
    }

    fn block(&mut self, block: &Value, arguments: Option<String>) {
        let (kind, content) = member(block);
        match kind {
            "text" => self.text.push_str(content.as_str().unwrap()),
            "toolUse" => {
                let of = |key: &str| text(&content[key]).to_owned();
                let arguments = arguments.unwrap_or_default();
                self.calls.push(Called { id: of("toolUseId"), name: of("name"), arguments, ..Called::default() });
            }
            "reasoningContent" => match member(content) {
                ("reasoningText", reasoning) => {
                    self.thinking.push_str(text(&reasoning["text"]));
                    self.signature.push_str(text(&reasoning["signature"]));
                }
                (_, redacted) => self.redacted.push_str(redacted.as_str().unwrap()),
            },
            "citationsContent" => {
                let texts = content["content"].as_array().into_iter().flatten();
                texts.for_each(|part| self.text.push_str(text(member(part).1)));
                self.citations.extend(content["citations"].as_array().cloned().unwrap_or_default());
            }
            other => panic!("a block of {other}"),
        }
    }

    fn reasoning(&mut self, piece: &Value) {
        let (kind, piece) = member(piece);
        let piece = piece.as_str().unwrap();
        match kind {
            "text" => self.thinking.push_str(piece),
            "signature" => self.signature.push_str(piece),
            "redactedContent" => self.redacted.push_str(piece),
            other => panic!("reasoning of {other}"),
        }
    }

    fn stopped(&mut self, event: &Value) {
        text(&event["stopReason"]).clone_into(&mut self.stop);
        let fields = &event["additionalModelResponseFields"];
        let sequence = fields["delta"]["stop_sequence"].as_str().or(fields["stop_sequence"].as_str());
        self.sequence = sequence.map(str::to_owned);
    }

    /// An error answer: its type is in a header.
    pub(super) fn exception(&mut self, got: &Got) {
        let kind =
            got.header("x-amzn-errortype").unwrap_or_else(|| panic!("an error without its type: {}", got.text()));
        self.error = json!({"type": kind, "message": got.json()["message"]});
    }
}
