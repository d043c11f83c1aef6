//! Reading a provider's stream.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::chunk::{Choice, Chunk};
use crate::chat::{Delta, Event};
use crate::frame::sse::Frame;
use crate::json::Invalid;
use crate::openai_chat::stream::{Halves, Kind, Parts, without_data};
use crate::openai_chat::{error, usage};
use crate::openai_completions::{finish, logprobs};

/// Frames in, events out.
#[derive(Debug, Default)]
pub struct Reader {
    started: bool,
    /// `End` or `Error` was told: nothing follows.
    over: bool,
    answers: BTreeMap<u32, Answer>,
}

/// One answer of the stream: a text and nothing else.
#[derive(Debug)]
struct Answer {
    index: u32,
    parts: Parts,
    halves: Halves<()>,
    stopped: bool,
}

impl Reader {
    /// Reads one frame and appends what it says to `out`.
    pub fn read(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if self.over {
            return Ok(());
        }
        let Some(data) = frame.data() else { return without_data(frame, out) };
        let data = data.trim();
        if data.is_empty() {
            return Ok(());
        }
        if data.starts_with("[DONE]") {
            return self.end(out);
        }
        let chunk: Chunk<'_> = serde_json::from_str(data)
            .map_err(|error| Invalid::new("data", format!("is not a chunk of a text completion ({error})")))?;
        if chunk.is_error(frame) {
            self.over = true;
            out.push(Event::Error(error::read_late(data)));
            return Ok(());
        }
        self.chunk(chunk, out)
    }

    fn chunk(&mut self, chunk: Chunk<'_>, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if !self.started && chunk.says() {
            self.started = true;
            out.push(Event::Start {
                id: chunk.id.unwrap_or_default(),
                model: chunk.model.unwrap_or_default(),
                created: chunk.created.and_then(|created| serde_json::from_str(created.get()).ok()),
            });
        }
        for choice in chunk.choices.unwrap_or_default() {
            self.choice(&choice, out)?;
        }
        let usage = chunk.usage.map(|value| usage::read(value.get())).unwrap_or_default();
        if usage.odd || !usage.is_empty() {
            out.push(Event::Usage(usage));
        }
        Ok(())
    }

    fn choice(&mut self, choice: &Choice<'_>, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let index = choice.index.unwrap_or(0);
        let answer = self.answers.entry(index).or_insert_with(|| Answer::new(index));
        answer.parts.hold_logprobs(choice.logprobs.map(logprobs::read).unwrap_or_default())?;
        if let Some(text) = choice.text {
            answer.text(text, out)?;
        }
        if let Some(word) = choice.finish_reason.as_deref().filter(|word| !word.is_empty()) {
            answer.stop(word, choice.stop_reason, out);
        }
        Ok(())
    }

    /// The provider's own ending. An answer without a reason to end was broken off, whatever the provider says.
    fn end(&mut self, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if self.answers.is_empty() {
            return Err(Invalid::new("choices", "the stream ended without an answer"));
        }
        if let Some(answer) = self.answers.values().find(|answer| !answer.stopped) {
            let path = format!("choices[{}].finish_reason", answer.index);
            return Err(Invalid::new(path, "the stream ended without it"));
        }
        self.over = true;
        out.push(Event::End);
        Ok(())
    }
}

impl Answer {
    fn new(index: u32) -> Self {
        Self { index, parts: Parts::new(index, ""), halves: Halves::default(), stopped: false }
    }

    /// A piece of the text; an empty one begins nothing.
    fn text(&mut self, raw: &RawValue, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let invalid = |problem| Invalid::new(format!("choices[{}].text", self.index), problem);
        let text = self.halves.decode((), raw).ok_or_else(|| invalid("must be a string"))?;
        if text.is_empty() {
            return Ok(());
        }
        if self.stopped {
            return Err(invalid("came after finish_reason"));
        }
        self.parts.add(Kind::Text, Delta::Text(text), out)
    }

    /// Ends the answer; some servers repeat the reason.
    fn stop(&mut self, word: &str, matched: Option<&RawValue>, out: &mut Vec<Event>) {
        if self.stopped {
            return;
        }
        self.stopped = true;
        self.parts.finish(out);
        let (reason, sequence) = finish::read(word, matched);
        out.push(Event::Stop { choice: self.index, reason, sequence });
    }
}
