//! Frames of a provider's stream as events: one method an event type.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::blocks::Blocks;
use super::image::{self, Image};
use crate::bedrock::{citation, error, stop, usage};
use crate::chat::{Delta, Event};
use crate::frame::event_stream::{Frame, Kind};
use crate::json::{Invalid, Object};

/// Reads one stream.
#[derive(Debug, Default)]
pub struct Reader {
    blocks: Blocks,
    stopped: bool,
    /// Nothing follows the end or an error.
    ended: bool,
}

/// The members of a delta that the conversation knows; one of them is set.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pieces<'a> {
    text: Option<String>,
    tool_use: Option<Input>,
    reasoning_content: Option<Reasoning>,
    #[serde(borrow)]
    citation: Option<&'a RawValue>,
    #[serde(borrow)]
    image: Option<image::Piece<'a>>,
}

#[derive(Deserialize)]
struct Input {
    input: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reasoning {
    text: Option<String>,
    signature: Option<String>,
    redacted_content: Option<String>,
}

impl Pieces<'_> {
    /// Whether it brings nothing that the conversation knows.
    fn is_foreign(&self) -> bool {
        self.text.is_none()
            && self.tool_use.is_none()
            && self.reasoning_content.is_none()
            && self.citation.is_none()
            && self.image.is_none()
    }
}

/// The member of a union that says something, if any does.
fn said(union: &Object<'_>) -> Option<String> {
    union.names().find(|name| union.peek(name).is_some()).map(str::to_owned)
}

impl Reader {
    /// Reads one frame and appends what it says to `out`. The dialect tells neither an id nor the model.
    pub fn read(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if self.ended {
            return Ok(());
        }
        match frame.kind() {
            Kind::Event(name) => self.event(name, frame.payload(), out),
            Kind::Exception(_) | Kind::Error { .. } => {
                self.ended = true;
                out.push(Event::Error(error::read_frame(frame)));
                Ok(())
            }
            // it may have been a piece of the answer
            Kind::Unknown => Err(Invalid::new("frame", "does not say what it is")),
        }
    }

    fn event(&mut self, name: &str, payload: &[u8], out: &mut Vec<Event>) -> Result<(), Invalid> {
        let data = || std::str::from_utf8(payload).map_err(|_| Invalid::new(name, "is not UTF-8"));
        match name {
            "messageStart" => out.push(Event::Start { id: String::new(), model: String::new(), created: None }),
            "contentBlockStart" => self.block_start(data()?, out)?,
            "contentBlockDelta" => self.block_delta(data()?, out)?,
            "contentBlockStop" => self.block_stop(data()?, out)?,
            "messageStop" => self.message_stop(data()?, out)?,
            "metadata" => self.metadata(data()?, out)?,
            // event types that come later must not break a stream
            _ => {}
        }
        Ok(())
    }

    fn block_start(&mut self, data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let mut event = Object::parse(data, "contentBlockStart")?;
        let index = event.take_u64("contentBlockIndex")?;
        let index = index.ok_or_else(|| event.invalid("contentBlockIndex", "is required"))?;
        if self.blocks.index() == Some(index) {
            return Err(event.invalid("contentBlockIndex", format!("block {index} is open already")));
        }
        self.open_at(index, "contentBlockStart", out)?;
        // some servers send an empty start before a text
        let Some(mut start) = event.take_object("start")? else { return Ok(()) };
        match start.take_object("toolUse")? {
            Some(mut call) if call.peek("type").is_none() => {
                self.blocks.call(call.require_string("toolUseId")?, call.require_string("name")?, out);
            }
            Some(_) => self.blocks.swallow("toolUse", out),
            None => self.other_start(&mut start, out)?,
        }
        Ok(())
    }

    fn other_start(&mut self, start: &mut Object<'_>, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if let Some(mut image) = start.take_object("image")? {
            let format = image.take_string("format")?;
            self.blocks.picture(Image::of(&format.unwrap_or_default()), out);
        } else if let Some(kind) = said(start) {
            self.blocks.swallow(&kind, out);
        }
        Ok(())
    }

    fn block_delta(&mut self, data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct BlockDelta<'a> {
            content_block_index: u64,
            #[serde(borrow)]
            delta: Pieces<'a>,
        }
        let parsed = serde_json::from_str(data);
        let BlockDelta { content_block_index, delta } =
            parsed.map_err(|error| Invalid::new("contentBlockDelta", error.to_string()))?;
        self.open_at(content_block_index, "contentBlockDelta", out)?;
        if self.blocks.is_foreign() {
            return Ok(());
        }
        if self.blocks.is_unsaid() && delta.is_foreign() {
            let delta = Object::parse(data, "contentBlockDelta")?.take_object("delta")?;
            if let Some(kind) = delta.as_ref().and_then(said) {
                self.blocks.swallow(&kind, out);
            }
        }
        if let Some(piece) = &delta.image {
            self.blocks.paint(piece, out);
        }
        if let Some(text) = delta.text {
            self.blocks.say(Delta::Text(text), out);
        }
        if let Some(reasoning) = delta.reasoning_content {
            self.reasoning(reasoning, out);
        }
        if let Some(input) = delta.tool_use.and_then(|call| call.input) {
            if !self.blocks.is_call() {
                return Err(Invalid::new("contentBlockDelta.delta.toolUse", "belongs to a block that is no tool use"));
            }
            self.blocks.say(Delta::Arguments(input), out);
        }
        if let Some(raw) = delta.citation {
            let object = Object::parse(raw.get(), "contentBlockDelta.delta.citation")?;
            self.blocks.cite(citation::read(object, &mut Vec::new())?, out);
        }
        Ok(())
    }

    fn reasoning(&mut self, reasoning: Reasoning, out: &mut Vec<Event>) {
        if let Some(text) = reasoning.text {
            self.blocks.say(Delta::Thinking(text), out);
        }
        if let Some(signature) = reasoning.signature {
            self.blocks.say(Delta::signed(signature), out);
        }
        if let Some(data) = reasoning.redacted_content {
            self.blocks.redact(data, out);
        }
    }

    /// Makes the block at `index` the open one. What comes of a block before the open one would overlap, and is refused.
    fn open_at(&mut self, index: u64, event: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let problem = match self.blocks.index() {
            Some(open) if open == index => return Ok(()),
            Some(open) if open > index => format!("block {open} is open"),
            _ if self.stopped => "the message has stopped".to_owned(),
            _ => {
                self.blocks.open(index, out);
                return Ok(());
            }
        };
        Err(Invalid::new(format!("{event}.contentBlockIndex"), problem))
    }

    /// A stop of a block that never said anything, or is over already, says nothing.
    fn block_stop(&mut self, data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let index = Object::parse(data, "contentBlockStop")?.take_u64("contentBlockIndex")?;
        if index.is_some() && index == self.blocks.index() {
            self.blocks.close(out);
        }
        Ok(())
    }

    fn message_stop(&mut self, data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        self.blocks.close(out);
        let mut event = Object::parse(data, "messageStop")?;
        let reason = stop::read(&event.require_string("stopReason")?);
        let fields = event.take("additionalModelResponseFields");
        let sequence = fields.and_then(|fields| stop::sequence(fields.get()));
        if !self.stopped {
            self.stopped = true;
            out.push(Event::Stop { choice: 0, reason, sequence });
        }
        Ok(())
    }

    /// The provider's own ending, where the model has stopped.
    fn metadata(&mut self, data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let mut event = Object::parse(data, "metadata")?;
        let tier = event.take("serviceTier");
        out.extend(event.take("usage").map(|told| Event::Usage(usage::read_served(told, tier))));
        out.extend(event.take_raw("trace").map(Event::Trace));
        if self.stopped {
            self.ended = true;
            out.push(Event::End);
        }
        Ok(())
    }
}
