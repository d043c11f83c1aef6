//! Frames of a provider's stream as events: one method an event type.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::anthropic::{citation, error, stop, usage};
use crate::chat::{Delta, Event, PartStart};
use crate::frame::sse::Frame;
use crate::json::{Invalid, Object};

/// Reads one stream. Blocks of tools that the provider runs itself are swallowed, so parts have numbers of their own.
#[derive(Debug, Default)]
pub struct Reader {
    open: Option<Open>,
    next_part: u32,
    /// Nothing follows the end or an error.
    ended: bool,
}

/// The content block between its start and its stop.
#[derive(Clone, Copy, Debug)]
struct Open {
    index: u64,
    /// `None` when it is of a type that the conversation does not have.
    part: Option<u32>,
}

impl Reader {
    /// Reads one frame and appends what it says to `out`.
    pub fn read(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if self.ended {
            return Ok(());
        }
        if frame.is_comment() {
            out.push(Event::Ping);
            return Ok(());
        }
        let data = frame.data().ok_or_else(|| Invalid::new("data", "is missing or is not UTF-8"))?;
        match event_name(frame, &data)?.as_ref() {
            "message_start" => message_start(&data, out)?,
            "content_block_start" => self.block_start(&data, out)?,
            "content_block_delta" => self.block_delta(&data, out)?,
            "content_block_stop" => self.block_stop(&data, out)?,
            "message_delta" => message_delta(&data, out)?,
            "message_stop" => self.message_stop(out)?,
            "error" => self.error(&data, out),
            "ping" => out.push(Event::Ping),
            // event types that come later must not break a stream
            _ => {}
        }
        Ok(())
    }

    fn block_start(&mut self, data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let mut event = Object::parse(data, "content_block_start")?;
        let index = event.take_u64("index")?.ok_or_else(|| event.invalid("index", "is required"))?;
        let block = event.take_object("content_block")?;
        let mut block = block.ok_or_else(|| event.invalid("content_block", "is required"))?;
        if self.open.is_some() {
            return Err(Invalid::new("content_block_start", "another block is open"));
        }
        let Some(kind) = part_start(&mut block)? else {
            self.open = Some(Open { index, part: None });
            return Ok(());
        };
        let part = self.next_part;
        self.next_part += 1;
        self.open = Some(Open { index, part: Some(part) });
        let deltas = first_deltas(&kind, &mut block)?;
        let citations = block.take_list("citations").ok().flatten().unwrap_or_default();
        out.push(Event::PartStart { choice: 0, part, kind });
        out.extend(deltas.map(|delta| Event::Delta { choice: 0, part, delta }));
        let citations = citations.into_iter().filter_map(|(_, citation)| citation::of_answer(citation));
        out.extend(citations.map(|citation| Event::Citation { choice: 0, part, citation }));
        Ok(())
    }

    fn block_delta(&mut self, data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        #[derive(Deserialize)]
        struct BlockDelta<'a> {
            index: u64,
            #[serde(borrow)]
            delta: Piece<'a>,
        }
        let BlockDelta { index, delta } = parse(data, "content_block_delta")?;
        let part = self.open_part(index, "content_block_delta")?;
        let Some(part) = part else { return Ok(()) };
        if let Some(citation) = delta.citation.and_then(citation::of_answer) {
            out.push(Event::Citation { choice: 0, part, citation });
        }
        out.extend(delta.read().map(|delta| Event::Delta { choice: 0, part, delta }));
        Ok(())
    }

    fn block_stop(&mut self, data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        #[derive(Deserialize)]
        struct BlockStop {
            index: u64,
        }
        let BlockStop { index } = parse(data, "content_block_stop")?;
        if let Some(part) = self.open_part(index, "content_block_stop")? {
            out.push(Event::PartEnd { choice: 0, part });
        }
        self.open = None;
        Ok(())
    }

    fn message_stop(&mut self, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if self.open.is_some() {
            return Err(Invalid::new("message_stop", "a block is still open"));
        }
        self.ended = true;
        out.push(Event::End);
        Ok(())
    }

    fn error(&mut self, data: &str, out: &mut Vec<Event>) {
        self.ended = true;
        out.push(Event::Error(error::read_event(data)));
    }

    /// The part of the open block, which must be the one at `index`.
    fn open_part(&self, index: u64, event: &str) -> Result<Option<u32>, Invalid> {
        match self.open {
            Some(open) if open.index == index => Ok(open.part),
            _ => Err(Invalid::new(format!("{event}.index"), format!("block {index} is not open"))),
        }
    }
}

/// What an event is: SDKs go by the `event` line; some servers leave it out and say it in the data only.
fn event_name<'a>(frame: &'a Frame, data: &'a str) -> Result<Cow<'a, str>, Invalid> {
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(borrow)]
        r#type: Cow<'a, str>,
    }
    match frame.event() {
        Some(name) => Ok(Cow::Borrowed(name)),
        None => parse::<Named<'_>>(data, "data").map(|named| named.r#type),
    }
}

fn message_start(data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
    let mut event = Object::parse(data, "message_start")?;
    let mut message = event.take_object("message")?.ok_or_else(|| event.invalid("message", "is required"))?;
    out.push(Event::Start {
        id: message.take_string("id")?.unwrap_or_default(),
        model: message.take_string("model")?.unwrap_or_default(),
        created: None,
    });
    push_usage(&mut message, out);
    Ok(())
}

fn message_delta(data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
    let mut event = Object::parse(data, "message_delta")?;
    if let Some(mut delta) = event.take_object("delta")?
        && let Some(word) = delta.take_string("stop_reason")?
    {
        let sequence = delta.take_string("stop_sequence")?;
        out.push(Event::Stop { choice: 0, reason: stop::read(&word), sequence });
    }
    push_usage(&mut event, out);
    Ok(())
}

fn push_usage(object: &mut Object<'_>, out: &mut Vec<Event>) {
    out.extend(object.take("usage").map(|told| Event::Usage(usage::read(told.get()))));
}

/// What kind of part a block starts; `None` when the conversation does not have it.
fn part_start(block: &mut Object<'_>) -> Result<Option<PartStart>, Invalid> {
    Ok(Some(match block.require_string("type")?.as_str() {
        "text" => PartStart::Text,
        "thinking" => PartStart::Thinking,
        "redacted_thinking" => PartStart::RedactedThinking { data: block.require_string("data")? },
        "tool_use" => PartStart::ToolCall { id: block.require_string("id")?, name: block.require_string("name")? },
        _ => return Ok(None),
    }))
}

/// What a start already holds: nothing at Anthropic, but some servers put a whole block there.
fn first_deltas(kind: &PartStart, block: &mut Object<'_>) -> Result<impl Iterator<Item = Delta> + use<>, Invalid> {
    let (first, second) = match kind {
        PartStart::Text | PartStart::Refusal => (block.take_string("text")?.map(Delta::Text), None),
        PartStart::Thinking => {
            (block.take_string("thinking")?.map(Delta::Thinking), block.take_string("signature")?.map(Delta::Signature))
        }
        PartStart::ToolCall { .. } => {
            let input = block.take("input").map(|input| input.get().to_owned());
            (input.filter(|input| !is_empty_object(input)).map(Delta::Arguments), None)
        }
        PartStart::RedactedThinking { .. } => (None, None),
    };
    Ok([first, second].into_iter().flatten().filter(says_something))
}

fn is_empty_object(text: &str) -> bool {
    text.chars().filter(|c| !c.is_ascii_whitespace()).eq("{}".chars())
}

fn says_something(delta: &Delta) -> bool {
    let (Delta::Text(text) | Delta::Thinking(text) | Delta::Signature(text) | Delta::Arguments(text)) = delta;
    !text.is_empty()
}

#[derive(Deserialize)]
struct Piece<'a> {
    #[serde(borrow)]
    r#type: Cow<'a, str>,
    text: Option<String>,
    thinking: Option<String>,
    signature: Option<String>,
    partial_json: Option<String>,
    #[serde(borrow)]
    citation: Option<&'a RawValue>,
}

impl Piece<'_> {
    /// Types that come later have no place in the conversation.
    fn read(self) -> Option<Delta> {
        let delta = match self.r#type.as_ref() {
            "text_delta" => self.text.map(Delta::Text),
            "thinking_delta" => self.thinking.map(Delta::Thinking),
            "signature_delta" => self.signature.map(Delta::Signature),
            "input_json_delta" => self.partial_json.map(Delta::Arguments),
            _ => None,
        };
        delta.filter(says_something)
    }
}

fn parse<'a, T: Deserialize<'a>>(data: &'a str, event: &str) -> Result<T, Invalid> {
    serde_json::from_str(data).map_err(|error| Invalid::new(event, error.to_string()))
}
