//! Frames of a provider's stream as events: one method an event type.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::note::is_failure;
use crate::chat::{Delta, Event, PartStart, StopReason, uncarried};
use crate::cohere::citation::{self, Of};
use crate::cohere::{error, logprobs, stop, usage};
use crate::frame::sse::Frame;
use crate::json::{Invalid, Object};
use crate::openai_chat::stream::without_data;

/// Reads one stream.
#[derive(Debug, Default)]
pub struct Reader {
    open: Option<Open>,
    next_part: u32,
    /// What comes for the content that is open is swallowed: it is of a type that the conversation does not have.
    foreign: bool,
    /// Nothing follows the end or an error.
    ended: bool,
}

/// A part that is told. It stays open when its content ends, as citations of it may follow.
#[derive(Clone, Copy, Debug)]
struct Open {
    part: u32,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Plan,
    Thinking,
    Call,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    r#type: Option<Cow<'a, str>>,
    id: Option<String>,
    #[serde(borrow)]
    delta: Option<&'a RawValue>,
    #[serde(borrow)]
    logprobs: Option<&'a RawValue>,
}

/// The `content` of a delta.
#[derive(Deserialize)]
struct Content<'a> {
    #[serde(borrow)]
    r#type: Option<Cow<'a, str>>,
    text: Option<String>,
    thinking: Option<String>,
    signature: Option<String>,
}

impl Reader {
    /// Reads one frame and appends what it says to `out`. Events of types that are not known say nothing.
    pub fn read(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if self.ended {
            return Ok(());
        }
        let Some(data) = frame.data() else { return without_data(frame, out) };
        if data.is_empty() || data == "[DONE]" {
            return Ok(());
        }
        let told: Data<'_> = match serde_json::from_str(&data) {
            Ok(told) => told,
            Err(_) if frame.event() == Some("error") => {
                self.fail(frame, out);
                return Ok(());
            }
            Err(error) => return Err(Invalid::new("data", error.to_string())),
        };
        let name = told.r#type.as_deref().or(frame.event()).unwrap_or_default();
        let message = || Self::message(name, told.delta);
        match name {
            "message-start" => {
                out.push(Event::Start { id: told.id.unwrap_or_default(), model: String::new(), created: None });
            }
            "content-start" => self.content_start(message()?, out)?,
            "content-delta" => self.content_delta(message()?, told.logprobs, out)?,
            "content-end" => self.foreign = false,
            "tool-plan-delta" => {
                let plan =
                    message()?.and_then(|mut message| message.take_string("tool_plan").transpose()).transpose()?;
                self.say(Kind::Plan, plan.map(Delta::Text), out);
            }
            "tool-call-start" => self.call_start(message()?, out)?,
            "tool-call-delta" => self.call_delta(message()?, out)?,
            "tool-call-end" => self.close(out),
            "citation-start" => self.cite(message().ok().flatten(), out),
            "message-end" => self.end(frame, told.delta, out)?,
            "error" => self.fail(frame, out),
            _ => {}
        }
        Ok(())
    }

    /// `delta.message` of an event.
    fn message<'a>(name: &str, delta: Option<&'a RawValue>) -> Result<Option<Object<'a>>, Invalid> {
        let Some(delta) = delta else { return Ok(None) };
        Object::parse(delta.get(), format!("{name}.delta"))?.take_object("message")
    }

    fn content(message: Option<Object<'_>>) -> Result<Option<Content<'_>>, Invalid> {
        let Some(mut message) = message else { return Ok(None) };
        let Some(content) = message.take("content") else { return Ok(None) };
        let told = serde_json::from_str(content.get());
        told.map(Some).map_err(|error| message.invalid("content", error.to_string()))
    }

    /// A content begins. The part begins with its first piece.
    fn content_start(&mut self, message: Option<Object<'_>>, out: &mut Vec<Event>) -> Result<(), Invalid> {
        self.close(out);
        let Some(content) = Self::content(message)? else { return Ok(()) };
        match content.r#type.as_deref() {
            None | Some("text" | "thinking") => self.pieces(content, out),
            Some(other) => {
                self.say(Kind::Text, Some(Delta::Text(uncarried(other))), out);
                self.close(out);
                self.foreign = true;
            }
        }
        Ok(())
    }

    fn content_delta(
        &mut self,
        message: Option<Object<'_>>,
        piece: Option<&RawValue>,
        out: &mut Vec<Event>,
    ) -> Result<(), Invalid> {
        let Some(content) = Self::content(message)? else { return Ok(()) };
        if let Some(token) = piece.and_then(logprobs::read)
            && content.text.as_ref().is_some_and(|text| !text.is_empty())
            && !self.foreign
        {
            let part = self.part(Kind::Text, PartStart::Text, out);
            out.push(Event::Logprobs { choice: 0, part, tokens: vec![token] });
        }
        self.pieces(content, out);
        Ok(())
    }

    fn pieces(&mut self, content: Content<'_>, out: &mut Vec<Event>) {
        if self.foreign {
            return;
        }
        self.say(Kind::Thinking, content.thinking.map(Delta::Thinking), out);
        self.say(Kind::Thinking, content.signature.map(Delta::signed), out);
        self.say(Kind::Text, content.text.map(Delta::Text), out);
    }

    fn call_start(&mut self, message: Option<Object<'_>>, out: &mut Vec<Event>) -> Result<(), Invalid> {
        self.close(out);
        let missing = || Invalid::new("tool-call-start.delta.message.tool_calls", "is required");
        let mut message = message.ok_or_else(missing)?;
        let mut call = message.take_object("tool_calls")?.ok_or_else(missing)?;
        let mut function = call.take_object("function")?.ok_or_else(|| call.invalid("function", "is required"))?;
        let start = PartStart::function(call.require_string("id")?, function.require_string("name")?);
        self.part(Kind::Call, start, out);
        self.arguments(function, out)
    }

    fn call_delta(&mut self, message: Option<Object<'_>>, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let Some(mut message) = message else { return Ok(()) };
        let Some(mut call) = message.take_object("tool_calls")? else { return Ok(()) };
        match call.take_object("function")? {
            Some(function) => self.arguments(function, out),
            None => Ok(()),
        }
    }

    fn arguments(&mut self, mut function: Object<'_>, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let arguments = function.take_string("arguments")?.filter(|arguments| !arguments.is_empty());
        match (arguments, self.open) {
            (None, _) => {}
            (Some(arguments), Some(Open { part, kind: Kind::Call })) => {
                out.push(Event::Delta { choice: 0, part, delta: Delta::Arguments(arguments) });
            }
            (Some(_), _) => return Err(function.invalid("arguments", "come without the start of a call")),
        }
        Ok(())
    }

    /// What the open text rests on; of reasoning nothing is kept.
    fn cite(&mut self, message: Option<Object<'_>>, out: &mut Vec<Event>) {
        let told = message.and_then(|mut message| message.take("citations")).and_then(citation::read);
        let (Some(told), Some(Open { part, kind: Kind::Text | Kind::Plan })) = (told, self.open) else { return };
        if told.of != Of::Thinking {
            let citations = told.citations.into_iter();
            out.extend(citations.map(|citation| Event::Citation { choice: 0, part, citation }));
        }
    }

    fn end(&mut self, frame: &Frame, delta: Option<&RawValue>, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let mut delta = match delta {
            Some(delta) => Object::parse(delta.get(), "message-end.delta")?,
            None => Object::parse("{}", "message-end.delta")?,
        };
        self.close(out);
        out.extend(delta.take("usage").map(|raw| Event::Usage(usage::read(raw.get()))));
        let word = delta.take_string("finish_reason")?;
        if is_failure(word.as_deref(), delta.peek("error")) {
            self.fail(frame, out);
            return Ok(());
        }
        let reason = word.map_or_else(|| StopReason::Other("null".to_owned()), |word| stop::read(&word));
        out.extend([Event::Stop { choice: 0, reason, sequence: None }, Event::End]);
        self.ended = true;
        Ok(())
    }

    fn fail(&mut self, frame: &Frame, out: &mut Vec<Event>) {
        self.ended = true;
        out.push(Event::Error(error::read_late(&frame.data().unwrap_or_default())));
    }

    /// Tells a piece that says something. Where the open part is of another kind, it ends and the next begins.
    fn say(&mut self, kind: Kind, delta: Option<Delta>, out: &mut Vec<Event>) {
        let Some(delta) = delta.filter(|delta| !delta.text().is_empty()) else { return };
        let start = if kind == Kind::Thinking { PartStart::Thinking } else { PartStart::Text };
        let part = self.part(kind, start, out);
        out.push(Event::Delta { choice: 0, part, delta });
    }

    /// The open part of this kind, begun if need be.
    fn part(&mut self, kind: Kind, start: PartStart, out: &mut Vec<Event>) -> u32 {
        if let Some(open) = self.open.filter(|open| open.kind == kind) {
            return open.part;
        }
        self.close(out);
        let part = self.next_part;
        self.next_part += 1;
        self.open = Some(Open { part, kind });
        out.push(Event::PartStart { choice: 0, part, kind: start });
        part
    }

    fn close(&mut self, out: &mut Vec<Event>) {
        self.foreign = false;
        if let Some(Open { part, .. }) = self.open.take() {
            out.push(Event::PartEnd { choice: 0, part });
        }
    }
}
