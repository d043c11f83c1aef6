//! Frames of a provider's stream as events: one method an event type.

use std::borrow::Cow;

use serde::Deserialize;

use super::piece::{Piece, first_deltas, is_empty_object, part_start};
use crate::anthropic::{citation, error, search, stop, usage};
use crate::chat::{Delta, Event, Part, PartStart, StopReason, WebSearch, uncarried};
use crate::frame::sse::Frame;
use crate::json::{Invalid, Object};

/// Reads one stream. The two blocks of a search are one part, so parts have numbers of their own.
#[derive(Debug, Default)]
pub struct Reader {
    open: Option<Open>,
    next_part: u32,
    /// Searches that were called for and not answered yet.
    searches: Vec<WebSearch>,
    /// The reason to stop was told.
    stopped: bool,
    /// Nothing follows the end or an error.
    ended: bool,
}

/// The content block between its start and its stop.
#[derive(Debug)]
struct Open {
    index: u64,
    block: Block,
}

#[derive(Debug)]
enum Block {
    /// It is told as a part, piece by piece.
    Part(u32),
    /// The call of a search, whose input comes in pieces.
    Search { id: String, input: String },
    /// It is told already: what comes for it is swallowed.
    Told,
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
            "message_delta" => self.message_delta(&data, out)?,
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
            let block = self.other_start(&mut block, out)?;
            self.open = Some(Open { index, block });
            return Ok(());
        };
        let part = self.number();
        self.open = Some(Open { index, block: Block::Part(part) });
        let deltas = first_deltas(&kind, &mut block)?;
        let citations = block.take_list("citations").ok().flatten().unwrap_or_default();
        out.push(Event::PartStart { choice: 0, part, kind });
        out.extend(deltas.map(|delta| Event::Delta { choice: 0, part, delta }));
        let citations = citations.into_iter().filter_map(|(_, citation)| citation::of_answer(citation));
        out.extend(citations.map(|citation| Event::Citation { choice: 0, part, citation }));
        Ok(())
    }

    /// A block of a search, or of a type that the conversation does not have: a sentence stands in its place.
    fn other_start(&mut self, block: &mut Object<'_>, out: &mut Vec<Event>) -> Result<Block, Invalid> {
        let word = block.require_string("type")?;
        if search::is_block(&word, block) {
            let input = block.peek("input").map(|input| input.get().to_owned()).unwrap_or_default();
            match search::read(&word, block, &mut Vec::new()) {
                Ok(search) if search.outcome.is_some() => {
                    self.found(search, out);
                    return Ok(Block::Told);
                }
                Ok(WebSearch { id, .. }) => {
                    let input = if is_empty_object(&input) { String::new() } else { input };
                    return Ok(Block::Search { id, input });
                }
                // one that cannot be read must not cost the answer
                Err(_unreadable) => {}
            }
        }
        let part = self.number();
        out.push(Event::PartStart { choice: 0, part, kind: PartStart::Text });
        out.push(Event::Delta { choice: 0, part, delta: Delta::Text(uncarried(&word)) });
        out.push(Event::PartEnd { choice: 0, part });
        Ok(Block::Told)
    }

    /// Tells a search with its outcome; the call of it came before.
    fn found(&mut self, found: WebSearch, out: &mut Vec<Event>) {
        let call = self.searches.iter().position(|call| call.id == found.id).map(|at| self.searches.remove(at));
        self.whole(WebSearch { query: call.and_then(|call| call.query), ..found }, out);
    }

    fn whole(&mut self, search: WebSearch, out: &mut Vec<Event>) {
        let (part, kind) = (self.number(), PartStart::Whole(Box::new(Part::WebSearch(search))));
        out.push(Event::PartStart { choice: 0, part, kind });
        out.push(Event::PartEnd { choice: 0, part });
    }

    /// Tells the searches that nothing came of: the turn was paused before.
    fn unanswered(&mut self, out: &mut Vec<Event>) {
        for search in std::mem::take(&mut self.searches) {
            self.whole(search, out);
        }
    }

    fn number(&mut self) -> u32 {
        let number = self.next_part;
        self.next_part += 1;
        number
    }

    fn block_delta(&mut self, data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        #[derive(Deserialize)]
        struct BlockDelta<'a> {
            index: u64,
            #[serde(borrow)]
            delta: Piece<'a>,
        }
        let BlockDelta { index, delta } = parse(data, "content_block_delta")?;
        match self.open_block(index, "content_block_delta")? {
            Block::Part(part) => {
                let part = *part;
                if let Some(citation) = delta.citation.and_then(citation::of_answer) {
                    out.push(Event::Citation { choice: 0, part, citation });
                }
                out.extend(delta.read().map(|delta| Event::Delta { choice: 0, part, delta }));
            }
            Block::Search { input, .. } => input.push_str(delta.partial_json.as_deref().unwrap_or_default()),
            Block::Told => {}
        }
        Ok(())
    }

    fn block_stop(&mut self, data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        #[derive(Deserialize)]
        struct BlockStop {
            index: u64,
        }
        let BlockStop { index } = parse(data, "content_block_stop")?;
        self.open_block(index, "content_block_stop")?;
        match self.open.take().map(|open| open.block) {
            Some(Block::Part(part)) => out.push(Event::PartEnd { choice: 0, part }),
            Some(Block::Search { id, input }) => {
                self.searches.push(WebSearch { id, query: search::query(&input), outcome: None });
            }
            Some(Block::Told) | None => {}
        }
        Ok(())
    }

    fn message_stop(&mut self, out: &mut Vec<Event>) -> Result<(), Invalid> {
        self.closed("message_stop")?;
        self.ended = true;
        self.unanswered(out);
        // as a whole answer that gives no reason
        self.stop(StopReason::Other("null".to_owned()), None, out);
        out.push(Event::End);
        Ok(())
    }

    fn error(&mut self, data: &str, out: &mut Vec<Event>) {
        self.ended = true;
        out.push(Event::Error(error::read_late(data)));
    }

    fn message_delta(&mut self, data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let mut event = Object::parse(data, "message_delta")?;
        if let Some(mut delta) = event.take_object("delta")?
            && let Some(word) = delta.take_string("stop_reason")?
        {
            self.closed("message_delta")?;
            self.unanswered(out);
            let sequence = delta.take_string("stop_sequence")?;
            self.stop(stop::read(&word), sequence, out);
        }
        push_usage(&mut event, out);
        Ok(())
    }

    /// Tells the reason once, whoever repeats it.
    fn stop(&mut self, reason: StopReason, sequence: Option<String>, out: &mut Vec<Event>) {
        if !std::mem::replace(&mut self.stopped, true) {
            out.push(Event::Stop { choice: 0, reason, sequence });
        }
    }

    /// Refuses an event that no block may be open at.
    fn closed(&self, event: &str) -> Result<(), Invalid> {
        if self.open.is_some() { Err(Invalid::new(event, "a block is still open")) } else { Ok(()) }
    }

    /// The open block, which must be the one at `index`.
    fn open_block(&mut self, index: u64, event: &str) -> Result<&mut Block, Invalid> {
        match &mut self.open {
            Some(open) if open.index == index => Ok(&mut open.block),
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

fn push_usage(object: &mut Object<'_>, out: &mut Vec<Event>) {
    out.extend(object.take("usage").map(|told| Event::Usage(usage::read_served(told.get()))));
}

fn parse<'a, T: Deserialize<'a>>(data: &'a str, event: &str) -> Result<T, Invalid> {
    serde_json::from_str(data).map_err(|error| Invalid::new(event, error.to_string()))
}
