//! Reading a provider's stream. Deltas tell a part as it comes; the `done` events, which repeat it, tell what no delta did.

mod done;

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::item::{self, text};
use super::super::reply::seconds;
use super::super::{citation, error, ids, status, usage};
use super::name;
use super::queue::{Key, Piece, Queue};
use crate::chat::{CallKind, Delta, Event, Part, PartStart, ServiceTier, ToolCall, Usage};
use crate::frame::sse::Frame;
use crate::json::{Invalid, Object, Raw};
use crate::openai_chat::stream::Halves;

/// Frames in, events out.
#[derive(Debug, Default)]
pub struct Reader {
    started: bool,
    /// `End` or `Error` was told: nothing follows.
    over: bool,
    id: String,
    queue: Queue,
    /// Items that are done, and pieces of messages that are not: what is told of them again is passed over.
    done: BTreeSet<u64>,
    pieces_done: BTreeSet<Key>,
    calls: bool,
    halves: Halves<Key>,
}

/// The members of events that are read.
#[derive(Deserialize)]
struct Told<'a> {
    output_index: Option<u64>,
    content_index: Option<u64>,
    summary_index: Option<u64>,
    #[serde(borrow)]
    delta: Option<&'a RawValue>,
    #[serde(borrow)]
    logprobs: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    annotation: Option<&'a RawValue>,
    #[serde(borrow)]
    part: Option<&'a RawValue>,
    #[serde(borrow)]
    item: Option<&'a RawValue>,
    #[serde(borrow)]
    response: Option<&'a RawValue>,
}

/// What a delta adds to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Refusal,
    /// `true`: OpenAI's summary, which is numbered apart from the reasoning itself.
    Thinking(bool),
    Call(CallKind),
}

impl Reader {
    /// Reads one frame and appends what it says to `out`.
    pub fn read(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if self.over {
            return Ok(());
        }
        let Some(data) = frame.data() else { return without_data(frame, out) };
        let data = data.trim();
        if data.is_empty() || data.starts_with("[DONE]") {
            return Ok(());
        }
        let name = name::of(frame, data)?;
        match name.as_ref() {
            "response.output_text.delta" => self.delta(Kind::Text, data, out),
            "response.refusal.delta" => self.delta(Kind::Refusal, data, out),
            "response.reasoning_summary_text.delta" => self.delta(Kind::Thinking(true), data, out),
            "response.reasoning_text.delta" => self.delta(Kind::Thinking(false), data, out),
            "response.function_call_arguments.delta" => self.delta(Kind::Call(CallKind::Function), data, out),
            "response.custom_tool_call_input.delta" => self.delta(Kind::Call(CallKind::Custom), data, out),
            "response.output_text.annotation.added" => self.annotation(data, out),
            "response.content_part.done" => self.piece_done(data, out),
            "response.output_item.added" => self.item_added(data, out),
            "response.output_item.done" => self.item_done(data, out),
            "response.created" | "response.queued" | "response.in_progress" => self.start(&parse(data)?, out),
            "response.completed" => self.end("completed", data, out),
            "response.incomplete" => self.end("incomplete", data, out),
            "response.failed" | "error" => {
                self.error(data, out);
                Ok(())
            }
            // event types that come later must not break a stream
            _ => Ok(()),
        }
    }

    /// Tells the start once, with the names that the response has.
    fn start(&mut self, told: &Told<'_>, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if std::mem::replace(&mut self.started, true) {
            return Ok(());
        }
        let (mut model, mut created) = (None, None);
        if let Some(response) = told.response {
            let mut response = Object::parse(response.get(), "response")?;
            self.id = text(&mut response, "id").unwrap_or_default();
            model = text(&mut response, "model");
            created = response.take("created_at").and_then(seconds);
        }
        out.push(Event::Start { id: self.id.clone(), model: model.unwrap_or_default(), created });
        Ok(())
    }

    fn delta(&mut self, kind: Kind, data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let told: Told<'_> = parse(data)?;
        self.start(&told, out)?;
        let key = told.key(matches!(kind, Kind::Text | Kind::Refusal));
        let Some(raw) = told.delta.filter(|_| !self.is_done(key)) else { return Ok(()) };
        let more = self.halves.decode(key, raw).ok_or_else(|| Invalid::new("delta", "must be a string"))?;
        let tokens = tokens(told.logprobs.unwrap_or_default());
        if more.is_empty() && tokens.is_empty() {
            return Ok(());
        }
        self.begin(kind, key, out);
        let delta = match kind {
            Kind::Text | Kind::Refusal => Delta::Text(more),
            Kind::Thinking(summary) => {
                let index = if summary { told.summary_index } else { told.content_index };
                Delta::Thinking(self.apart(key, (summary, index.unwrap_or(0)), more))
            }
            Kind::Call(_) => Delta::Arguments(more),
        };
        if !tokens.is_empty() {
            self.queue.add(key, Piece::Logprobs(tokens), out)?;
        }
        self.queue.add(key, Piece::Delta(delta), out)
    }

    /// Begins the part that a delta adds to. A call begins with its name, which the delta does not tell.
    fn begin(&mut self, kind: Kind, key: Key, out: &mut Vec<Event>) {
        let start = match kind {
            Kind::Text => Some(PartStart::Text),
            Kind::Refusal => Some(PartStart::Refusal),
            Kind::Thinking(_) => Some(PartStart::Thinking),
            Kind::Call(_) => None,
        };
        self.calls |= start.is_none();
        self.queue.start(key, start, out);
    }

    /// A blank line stands between pieces of reasoning, which are one text here.
    fn apart(&mut self, key: Key, place: (bool, u64), more: String) -> String {
        let Some(slot) = self.queue.find(key) else { return more };
        let before = slot.place.replace(place);
        if before.is_some_and(|before| before != place) { format!("\n\n{more}") } else { more }
    }

    fn annotation(&mut self, data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let told: Told<'_> = parse(data)?;
        self.start(&told, out)?;
        let key = told.key(true);
        let Some(citation) = told.annotation.and_then(citation::one).filter(|_| !self.is_done(key)) else {
            return Ok(());
        };
        self.begin(Kind::Text, key, out);
        self.queue.add(key, Piece::Citation(citation), out)
    }

    fn item_added(&mut self, data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let told: Told<'_> = parse(data)?;
        self.start(&told, out)?;
        let key = told.key(false);
        let Some(item) = told.item.filter(|_| !self.done.contains(&key.0)) else { return Ok(()) };
        let mut item = Object::parse(item.get(), "item")?;
        let kind = item.peek("type").map(RawValue::get);
        // other items begin with what they say; this one says its name now
        if matches!(kind, Some("\"function_call\"" | "\"custom_tool_call\"")) && item.peek("name").is_some() {
            item.take("arguments");
            item.take("input");
            for said in item::read(item, &self.id, key.0)? {
                if let Part::ToolCall(call) = said.part {
                    self.call(key, &call, out);
                }
            }
        }
        Ok(())
    }

    fn call(&mut self, key: Key, call: &ToolCall, out: &mut Vec<Event>) {
        self.calls = true;
        let (id, name, namespace, kind) = (call.id.clone(), call.name.clone(), call.namespace.clone(), call.kind);
        self.queue.start(key, Some(PartStart::ToolCall { id, name, namespace, kind }), out);
    }

    /// The provider's own ending, which repeats the whole answer: items that nothing told are taken from it.
    fn end(&mut self, word: &str, data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let told: Told<'_> = parse(data)?;
        self.start(&told, out)?;
        let response = told.response.ok_or_else(|| Invalid::new("response", "is required"))?;
        let mut response = Object::parse(response.get(), "response")?;
        let items = response.take_list("output").ok().flatten().unwrap_or_default();
        // places in the list and indexes differ where an item came to nothing: then all were told
        if self.done.len() < items.len() {
            for (index, (_, item)) in (0..).zip(items) {
                self.item(index, item, out)?;
            }
        }
        self.finish(out);
        let details = response.take_object("incomplete_details").ok().flatten();
        let why = details.and_then(|mut details| text(&mut details, "reason"));
        let word = text(&mut response, "status").filter(|word| word == "incomplete").unwrap_or_else(|| word.to_owned());
        let reason = status::read(&word, why.as_deref(), self.calls);
        out.push(Event::Stop { choice: 0, reason, sequence: None });
        usage_in(response, out);
        self.over = true;
        out.push(Event::End);
        Ok(())
    }

    fn error(&mut self, data: &str, out: &mut Vec<Event>) {
        self.over = true;
        let told: Option<Told<'_>> = serde_json::from_str(data).ok();
        let response = told.and_then(|told| Object::parse(told.response?.get(), "response").ok());
        if let Some(response) = response {
            usage_in(response, out);
        }
        out.push(Event::Error(error::read_late(data)));
    }

    fn finish(&mut self, out: &mut Vec<Event>) {
        let id = &self.id;
        self.queue.finish(|index| PartStart::function(ids::call(id, index), ""), out);
    }

    fn is_done(&self, key: Key) -> bool {
        self.done.contains(&key.0) || self.pieces_done.contains(&key)
    }
}

impl Told<'_> {
    /// The part that an event is about: a piece of a message, or an item.
    fn key(&self, piece: bool) -> Key {
        let content = self.content_index.filter(|_| piece).unwrap_or(0);
        (self.output_index.unwrap_or(0), content)
    }
}

fn usage_in(mut response: Object<'_>, out: &mut Vec<Event>) {
    let usage = response.take("usage").map(|told| usage::read(told.get())).unwrap_or_default();
    if usage.odd || !usage.is_empty() {
        let tier = ServiceTier::told(response.take("service_tier"));
        out.push(Event::Usage(Usage { tier, ..usage }));
    }
}

fn tokens(told: Vec<&RawValue>) -> Vec<Raw> {
    told.into_iter().map(Raw::from).collect()
}

fn parse(data: &str) -> Result<Told<'_>, Invalid> {
    serde_json::from_str(data).map_err(|error| Invalid::new("data", format!("is not an event of a response ({error})")))
}

/// A comment is a sign of life; any other frame without data says nothing.
fn without_data(frame: &Frame, out: &mut Vec<Event>) -> Result<(), Invalid> {
    if frame.is_comment() {
        out.push(Event::Ping);
    } else if std::str::from_utf8(frame.raw()).is_err() {
        return Err(Invalid::new("data", "is not UTF-8"));
    }
    Ok(())
}
