//! Reading a provider's stream: a state machine with one method an aspect of a chunk.

use serde_json::value::RawValue;

use super::super::call::arguments;
use super::super::{citation, error, finish, logprobs, usage};
use super::chunk;
use super::halves::Halves;
use super::parts::{Kind, Parts};
use crate::chat::{CallKind, Delta, Event, ServiceTier, Usage};
use crate::frame::sse::Frame;
pub(super) use crate::json::is_truthy;
use crate::json::{self, Invalid, Raw};

/// Frames in, events out.
#[derive(Debug, Default)]
pub struct Reader {
    started: bool,
    /// `End` or `Error` was told: nothing follows.
    over: bool,
    id: String,
    answers: Vec<Answer>,
}

/// One answer of the stream.
#[derive(Debug)]
struct Answer {
    index: u32,
    parts: Parts,
    halves: Halves<Kind>,
    /// Reasoning came in a plain field: the text in `thinking_blocks` only repeats it.
    plain_reasoning: bool,
    stopped: bool,
}

impl Reader {
    /// Reads one frame and appends what it says to `out`.
    pub fn read(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if self.over {
            return Ok(());
        }
        let Some(data) = frame.data() else { return without_data(frame, out) };
        let data: &str = data.trim();
        if data.is_empty() {
            return Ok(());
        }
        if data.starts_with("[DONE]") {
            return self.end(out);
        }
        let chunk: chunk::Chunk<'_, chunk::Choice<'_>> = serde_json::from_str(data)
            .map_err(|error| Invalid::new("data", format!("is not a chunk of a chat completion ({error})")))?;
        if chunk.is_error(frame) {
            self.over = true;
            out.push(Event::Error(error::read_late(data)));
            return Ok(());
        }
        self.chunk(chunk, out)
    }

    fn chunk(&mut self, chunk: chunk::Chunk<'_, chunk::Choice<'_>>, out: &mut Vec<Event>) -> Result<(), Invalid> {
        self.start(&chunk, out);
        let (mut told, tier) = (chunk.usage, ServiceTier::told(chunk.service_tier));
        for choice in chunk.choices.unwrap_or_default() {
            told = told.or(choice.usage);
            self.choice(choice, out)?;
        }
        let usage = told.map(|value| usage::read(value.get())).unwrap_or_default();
        if usage.odd || !usage.is_empty() {
            out.push(Event::Usage(Usage { tier, ..usage }));
        }
        Ok(())
    }

    /// Tells the start once.
    fn start(&mut self, chunk: &chunk::Chunk<'_, chunk::Choice<'_>>, out: &mut Vec<Event>) {
        if self.started || !chunk.says() {
            return;
        }
        self.started = true;
        self.id = chunk.id.clone().unwrap_or_default();
        out.push(Event::Start {
            id: self.id.clone(),
            model: chunk.model.clone().unwrap_or_default(),
            created: chunk.created.and_then(|created| serde_json::from_str(created.get()).ok()),
        });
    }

    fn choice(&mut self, choice: chunk::Choice<'_>, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let index = choice.index.unwrap_or(0);
        let known = self.answers.iter().position(|answer| answer.index == index);
        let at = known.unwrap_or_else(|| {
            self.answers.push(Answer::new(index, &self.id));
            self.answers.len() - 1
        });
        let Some(answer) = self.answers.get_mut(at) else { return Ok(()) };
        if let Some(delta) = choice.delta {
            let tokens = choice.logprobs.map(logprobs::read).unwrap_or_default();
            answer.delta(delta, tokens, out)?;
        }
        if let Some(word) = choice.finish_reason.filter(|word| !word.is_empty()) {
            answer.stop(&word, choice.stop_reason, out);
        }
        Ok(())
    }

    /// The provider's own ending. An answer without a reason to end was broken off, whatever the provider says.
    fn end(&mut self, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if self.answers.is_empty() {
            return Err(Invalid::new("choices", "the stream ended without an answer"));
        }
        if let Some(answer) = self.answers.iter().find(|answer| !answer.stopped) {
            let path = format!("choices[{}].finish_reason", answer.index);
            return Err(Invalid::new(path, "the stream ended without it"));
        }
        self.over = true;
        out.push(Event::End);
        Ok(())
    }
}

impl Answer {
    fn new(index: u32, reply_id: &str) -> Self {
        Self {
            index,
            parts: Parts::new(index, reply_id),
            halves: Halves::default(),
            plain_reasoning: false,
            stopped: false,
        }
    }

    fn delta(&mut self, delta: chunk::Delta<'_>, tokens: Vec<Raw>, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let before = out.len();
        // those of reasoning and calls are no text's
        if !delta.is_beside_text() {
            self.parts.hold_logprobs(tokens)?;
        }
        let reasoning = [delta.reasoning_content, delta.reasoning].into_iter().flatten();
        if let Some(text) = reasoning.filter(|value| value.get() != "\"\"").find(|value| json::is_string(value)) {
            self.plain_reasoning = true;
            self.text(Kind::Thinking, text, out)?;
        }
        for block in delta.thinking_blocks.unwrap_or_default() {
            self.block(block, out)?;
        }
        if let Some(content) = delta.content {
            self.content(content, out)?;
        }
        for citation in delta.annotations.map(citation::read).unwrap_or_default() {
            self.parts.cite(citation, out);
        }
        if let Some(text) = delta.refusal {
            self.text(Kind::Refusal, text, out)?;
        }
        for call in delta.tool_calls.unwrap_or_default() {
            self.call(call, out)?;
        }
        if let Some(function) = delta.function_call {
            let (index, function) = (Some(0), Some(function));
            self.call(chunk::ToolCall { index, id: None, r#type: None, function, custom: None }, out)?;
        }
        if self.stopped && out.len() > before {
            return Err(Invalid::new(format!("choices[{}].delta", self.index), "came after finish_reason"));
        }
        Ok(())
    }

    /// A piece of text, reasoning or refusal; an empty one begins nothing.
    fn text(&mut self, kind: Kind, raw: &RawValue, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let text = self.halves.decode(kind.clone(), raw);
        let text = text.ok_or_else(|| Invalid::new(format!("choices[{}].delta", self.index), "must hold strings"))?;
        if text.is_empty() {
            return Ok(());
        }
        let delta = if kind == Kind::Thinking { Delta::Thinking(text) } else { Delta::Text(text) };
        self.parts.add(kind, delta, out)
    }

    /// Content is a string; Mistral sends a list when the model thinks.
    fn content(&mut self, content: &RawValue, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if !json::is_list(content) {
            return self.text(Kind::Text, content, out);
        }
        for part in content_parts(content, self.index)? {
            match (part.text, part.thinking) {
                (Some(text), _) => self.text(Kind::Text, text, out)?,
                (None, Some(thinking)) if json::is_list(thinking) => {
                    for piece in content_parts(thinking, self.index)? {
                        piece.text.map_or(Ok(()), |text| self.text(Kind::Thinking, text, out))?;
                    }
                }
                (None, Some(thinking)) => self.text(Kind::Thinking, thinking, out)?,
                (None, None) => {}
            }
        }
        Ok(())
    }

    /// A thinking block: its text unless a plain field brought it, its signature, or what only the provider can read.
    fn block(&mut self, block: chunk::Block<'_>, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if let Some(data) = block.data {
            return self.parts.add_redacted(data, out);
        }
        if let Some(text) = block.thinking
            && !self.plain_reasoning
        {
            self.text(Kind::Thinking, text, out)?;
        }
        let Some(signature) = block.signature.filter(|signature| !signature.is_empty()) else { return Ok(()) };
        self.parts.add(Kind::Thinking, Delta::signed(signature), out)
    }

    fn call(&mut self, call: chunk::ToolCall<'_>, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let id = call.id.unwrap_or_default();
        let (kind, name, piece) = match (call.custom, call.function) {
            (Some(custom), _) => (CallKind::Custom, custom.name, custom.input),
            (None, Some(function)) => (CallKind::Function, function.name, function.arguments),
            (None, None) if call.r#type.is_some_and(|kind| kind.get() == "\"custom\"") => {
                (CallKind::Custom, None, None)
            }
            (None, None) => (CallKind::Function, None, None),
        };
        let kind = self.parts.call(call.index, &id, name.as_deref().unwrap_or_default(), kind, out)?;
        let Some(raw) = piece else { return Ok(()) };
        let text = match self.halves.decode(kind.clone(), raw) {
            Some(text) => text,
            None => arguments(raw),
        };
        if text.is_empty() { Ok(()) } else { self.parts.add(kind, Delta::Arguments(text), out) }
    }

    /// Ends the answer; some servers repeat the reason.
    fn stop(&mut self, word: &str, matched: Option<&RawValue>, out: &mut Vec<Event>) {
        if self.stopped {
            return;
        }
        self.stopped = true;
        self.parts.finish(out);
        let (reason, sequence) = finish::read(word, self.parts.has_calls(), matched);
        out.push(Event::Stop { choice: self.index, reason, sequence });
    }
}

fn content_parts(list: &RawValue, choice: u32) -> Result<Vec<chunk::ContentPart<'_>>, Invalid> {
    serde_json::from_str(list.get())
        .map_err(|error| Invalid::new(format!("choices[{choice}].delta.content"), error.to_string()))
}

/// A comment is a sign of life; any other frame without data says nothing.
pub(crate) fn without_data(frame: &Frame, out: &mut Vec<Event>) -> Result<(), Invalid> {
    if frame.is_comment() {
        out.push(Event::Ping);
    } else if std::str::from_utf8(frame.raw()).is_err() {
        return Err(Invalid::new("data", "is not UTF-8"));
    }
    Ok(())
}
