//! The order of a Responses stream: events are numbered from 0, `response.created` stands first and the end last, every item
//! and part begins and is done, deltas add up to what is done, and the last object says all of it again.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::{Seen, parse, text};
use super::{item, object, stopped};
use crate::kit::Got;

/// The beginnings of the names of events that belong to an item.
const OF_ITEMS: &[&str] = &[
    "response.content_part.",
    "response.output_text.",
    "response.refusal.",
    "response.reasoning_",
    "response.function_call_arguments.",
    "response.custom_tool_call_input.",
    "response.web_search_call.",
];

#[derive(Default)]
struct Order {
    number: u64,
    id: String,
    /// The response as it began.
    first: Value,
    /// Items that have begun, by `output_index`.
    open: BTreeMap<u64, Open>,
    done: BTreeMap<u64, Value>,
    over: bool,
}

/// An item that has begun.
struct Open {
    id: String,
    kind: String,
    /// The texts of its parts, or of its input, as the deltas bring them.
    parts: Vec<Piece>,
    input: String,
}

#[derive(Default)]
struct Piece {
    text: String,
    annotations: Vec<Value>,
    logprobs: Vec<Value>,
    done: bool,
}

pub(in crate::seen) fn stream(got: &Got, seen: &mut Seen) {
    let mut order = Order::default();
    let stream = std::str::from_utf8(&got.body).unwrap().replace("\r\n", "\n").replace('\r', "\n");
    for frame in stream.split("\n\n").filter(|frame| !frame.trim().is_empty()) {
        let field = |name| {
            let values = frame.lines().filter_map(|line| line.strip_prefix(name)).map(str::trim);
            values.collect::<Vec<_>>().join("\n")
        };
        let data: String = field("data:");
        if data.is_empty() {
            assert!(frame.starts_with(':'), "neither data nor a comment: {frame}");
            continue;
        }
        let event = parse(&data);
        if event["error"]["type"] == "not JSON" {
            seen.error = event["error"].clone();
            continue;
        }
        assert_eq!(field("event:"), text(&event["type"]), "the event's name");
        order.event(&event, seen);
    }
    order.rest(seen);
}

impl Order {
    /// What of the text came of items that were never done.
    fn rest(self, seen: &mut Seen) {
        assert!(!seen.complete || self.open.is_empty());
        let messages = self.open.into_values().filter(|item| item.kind == "message");
        messages.flat_map(|message| message.parts).for_each(|piece| seen.text.push_str(&piece.text));
    }

    fn event(&mut self, event: &Value, seen: &mut Seen) {
        let kind = text(&event["type"]);
        assert_eq!(event["sequence_number"].as_u64(), Some(self.number), "{event}");
        assert_eq!(self.number == 0, matches!(kind, "response.created" | "error") && self.id.is_empty(), "{event}");
        assert!(!self.over, "something follows the ending: {event}");
        self.number += 1;
        match kind {
            "response.created" | "response.in_progress" | "response.queued" => self.begun(&event["response"]),
            "response.completed" | "response.incomplete" | "response.failed" => {
                assert_eq!(kind.strip_prefix("response."), event["response"]["status"].as_str());
                self.ended(&event["response"], seen);
            }
            "error" if event["error"].is_object() => seen.error = event["error"].clone(),
            "error" => seen.error = json!({"type": event["code"], "message": event["message"]}),
            "response.output_item.added" => self.added(event),
            "response.output_item.done" => self.finished(event, seen),
            _ => self.piece(kind, event),
        }
    }

    fn begun(&mut self, response: &Value) {
        object(response);
        assert!(matches!(text(&response["status"]), "in_progress" | "queued"), "{response}");
        assert_eq!(response["output"], json!([]));
        if self.id.is_empty() {
            text(&response["id"]).clone_into(&mut self.id);
            self.first = response.clone();
        }
        assert_eq!(response["id"], json!(self.id));
    }

    fn ended(&mut self, response: &Value, seen: &mut Seen) {
        object(response);
        self.over = true;
        for told in ["id", "model", "created_at", "instructions", "metadata", "tools"] {
            assert_eq!(response[told], self.first[told], "{told} changed: {response}");
        }
        if response["status"] == "failed" {
            self.broken_off(response);
            if seen.error.is_null() {
                seen.error = json!({"type": response["error"]["code"], "message": response["error"]["message"]});
            }
            return;
        }
        assert!(self.open.is_empty(), "items that are not done");
        assert_eq!(response["output"], json!(self.done.values().collect::<Vec<_>>()), "the last object says all again");
        stopped(response, seen);
    }

    /// A response that failed has the items that were told, or none where nobody kept them.
    fn broken_off(&self, response: &Value) {
        let output = response["output"].as_array().unwrap();
        assert!(output.is_empty() || output.len() == self.open.len() + self.done.len(), "{response}");
        for (at, item) in (0..).zip(output) {
            let Some(open) = self.open.get(&at) else {
                assert_eq!(item, &self.done[&at], "{response}");
                continue;
            };
            assert!(item["status"].is_null() || item["status"] == "incomplete", "{item}");
            let said: Vec<_> =
                item["content"].as_array().into_iter().flatten().map(|part| text(&part["text"])).collect();
            let told: Vec<_> = open.parts.iter().map(|piece| piece.text.as_str()).collect();
            assert!(open.kind != "message" || said == told, "{item}");
        }
    }

    fn added(&mut self, event: &Value) {
        let (index, item) = (event["output_index"].as_u64().unwrap(), &event["item"]);
        assert_eq!(index, (self.open.len() + self.done.len()) as u64, "items are counted: {event}");
        let of = |key: &str| item[key].as_str().unwrap_or_else(|| panic!("no {key}: {event}")).to_owned();
        let open = Open { id: of("id"), kind: of("type"), parts: Vec::new(), input: String::new() };
        assert!(item["status"].is_null() || item["status"] == "in_progress", "{event}");
        self.open.insert(index, open);
    }

    fn finished(&mut self, event: &Value, seen: &mut Seen) {
        let index = event["output_index"].as_u64().unwrap();
        let open = self.open.remove(&index).unwrap_or_else(|| panic!("done without a beginning: {event}"));
        let done = &event["item"];
        assert_eq!((text(&done["id"]), text(&done["type"])), (open.id.as_str(), open.kind.as_str()));
        match open.kind.as_str() {
            "message" => same(&open, &done["content"]),
            "reasoning" if done["content"].as_array().is_some_and(|parts| !parts.is_empty()) => {
                same(&open, &done["content"]);
            }
            "reasoning" => same(&open, &done["summary"]),
            "function_call" => assert_eq!(done["arguments"], json!(open.input), "{event}"),
            "custom_tool_call" => assert_eq!(done["input"], json!(open.input), "{event}"),
            _ => {}
        }
        item(done, seen);
        self.done.insert(index, done.clone());
    }

    /// Everything that belongs to an item names it twice.
    fn piece(&mut self, kind: &str, event: &Value) {
        // what is new is for whoever knows it
        if !OF_ITEMS.iter().any(|family| kind.starts_with(family)) {
            return;
        }
        let Some(index) = event["output_index"].as_u64() else { panic!("an event of no item: {event}") };
        let open = self.open.get_mut(&index).unwrap_or_else(|| panic!("no such item: {event}"));
        assert_eq!(text(&event["item_id"]), open.id, "{event}");
        let (name, step) = kind.rsplit_once('.').unwrap();
        match name {
            "response.function_call_arguments" => open.told(step, event, "arguments"),
            "response.custom_tool_call_input" => open.told(step, event, "input"),
            "response.content_part" | "response.reasoning_summary_part" => open.part(step, event),
            "response.output_text.annotation" => {
                let piece = open.at(event);
                assert_eq!(event["annotation_index"].as_u64(), Some(piece.annotations.len() as u64), "{event}");
                piece.annotations.push(event["annotation"].clone());
            }
            "response.output_text" | "response.reasoning_summary_text" | "response.reasoning_text" => {
                open.spoken(step, event, "text");
            }
            "response.refusal" => open.spoken(step, event, "refusal"),
            _ => {}
        }
    }
}

impl Open {
    fn at(&mut self, event: &Value) -> &mut Piece {
        let index = event["content_index"].as_u64().or(event["summary_index"].as_u64()).unwrap();
        let piece = self.parts.get_mut(usize::try_from(index).unwrap()).unwrap_or_else(|| panic!("no part: {event}"));
        assert!(!piece.done, "it is done: {event}");
        piece
    }

    fn part(&mut self, step: &str, event: &Value) {
        if step == "added" {
            let index = event["content_index"].as_u64().or(event["summary_index"].as_u64());
            assert_eq!(index, Some(self.parts.len() as u64), "parts are counted: {event}");
            assert!(self.parts.last().is_none_or(|last| last.done), "parts do not overlap: {event}");
            self.parts.push(Piece::default());
        } else {
            let piece = self.at(event);
            piece.done = true;
            piece.is(&event["part"]);
        }
    }

    fn spoken(&mut self, step: &str, event: &Value, whole: &str) {
        let piece = self.at(event);
        if step == "delta" {
            piece.text.push_str(event["delta"].as_str().unwrap());
            piece.logprobs.extend(event["logprobs"].as_array().into_iter().flatten().cloned());
        } else {
            assert_eq!(event[whole], json!(piece.text), "{event}");
        }
    }

    fn told(&mut self, step: &str, event: &Value, whole: &str) {
        if step == "delta" {
            self.input.push_str(event["delta"].as_str().unwrap());
        } else {
            assert_eq!(event[whole], json!(self.input), "{event}");
        }
    }
}

impl Piece {
    fn is(&self, part: &Value) {
        let said = part["text"].as_str().or(part["refusal"].as_str());
        assert_eq!(said, Some(self.text.as_str()), "{part}");
        for (list, known) in [("annotations", &self.annotations), ("logprobs", &self.logprobs)] {
            let told = part[list].as_array().map_or(0, Vec::len);
            assert_eq!(told, known.len(), "{list} of {part}");
        }
    }
}

fn same(open: &Open, parts: &Value) {
    let parts = parts.as_array().unwrap();
    assert_eq!(parts.len(), open.parts.len(), "{parts:?}");
    for (piece, part) in open.parts.iter().zip(parts) {
        assert!(piece.done, "a part that is not done: {part}");
        piece.is(part);
    }
}
