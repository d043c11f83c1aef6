//! Frames of a provider's stream as events.

use std::collections::BTreeMap;

use super::note::says_something;
use crate::chat::{CallKind, Delta, Event, Part, PartStart, StopReason, Thinking, uncarried};
use crate::frame::sse::Frame;
use crate::gemini::reply::{Candidate, Chunk, Kind, Piece, made_id, part_of};
use crate::gemini::{error, finish, proof};
use crate::json::{Invalid, is_truthy};

/// Reads one stream.
#[derive(Debug, Default)]
pub struct Reader {
    started: bool,
    /// Nothing follows an error, or the end.
    over: bool,
    id: String,
    answers: BTreeMap<u32, Answer>,
}

/// One answer of the stream.
#[derive(Debug)]
struct Answer {
    index: u32,
    parts: u32,
    open: Option<Open>,
    calls: usize,
    /// Why it stopped, unless more was said since.
    stopped: Option<StopReason>,
}

/// What the open part is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Text,
    Thinking,
}

impl Reader {
    /// Reads one frame and appends what it says to `out`.
    pub fn read(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if self.over {
            return Ok(());
        }
        let Some(data) = frame.data() else { return without_data(frame, out) };
        if data.trim().is_empty() {
            return Ok(());
        }
        let mut chunk = Chunk::of(&data)?;
        if chunk.candidates.is_none() && chunk.error.is_some_and(|error| is_truthy(error.get())) {
            self.over = true;
            out.push(Event::Error(error::read_late(&data)));
            return Ok(());
        }
        self.start(&mut chunk, out);
        for candidate in chunk.candidates.take().unwrap_or_default() {
            self.candidate(candidate, out)?;
        }
        if self.answers.is_empty()
            && let Some(blocked) = chunk.blocked()
        {
            let answer = self.answer(0);
            for part in blocked.parts {
                if let Part::Refusal { text } = part {
                    answer.refuse(text, out);
                }
            }
            answer.stopped = Some(blocked.stop);
        }
        out.extend(chunk.usage().map(Event::Usage));
        Ok(())
    }

    /// Whether every answer has said why it stopped and nothing since.
    pub fn may_be_over(&self) -> bool {
        !self.over && !self.answers.is_empty() && self.answers.values().all(|answer| answer.stopped.is_some())
    }

    /// The provider says no more. Appends the end to `out`, if nothing is missing.
    pub fn close(&mut self, out: &mut Vec<Event>) {
        if !self.may_be_over() {
            return;
        }
        self.over = true;
        for answer in self.answers.values_mut() {
            answer.close(out);
            let stop = |reason| Event::Stop { choice: answer.index, reason, sequence: None };
            out.extend(answer.stopped.take().map(stop));
        }
        out.push(Event::End);
    }

    /// Tells the start once; every piece names the answer.
    fn start(&mut self, chunk: &mut Chunk<'_>, out: &mut Vec<Event>) {
        if std::mem::replace(&mut self.started, true) {
            return;
        }
        self.id = chunk.response_id.take().unwrap_or_default();
        let model = chunk.model_version.take().unwrap_or_default();
        out.push(Event::Start { id: self.id.clone(), model, created: None });
    }

    fn answer(&mut self, index: u32) -> &mut Answer {
        let fresh = || Answer { index, parts: 0, open: None, calls: 0, stopped: None };
        self.answers.entry(index).or_insert_with(fresh)
    }

    fn candidate(&mut self, mut candidate: Candidate<'_>, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let id = self.id.clone();
        let answer = self.answer(candidate.index.unwrap_or(0));
        let goes_on = answer.stopped.is_some() && candidate.parts().any(says_something);
        let mut tokens = candidate.logprobs();
        for raw in candidate.parts() {
            let Piece { kind, proof } = part_of(raw)?;
            if let (Kind::Text(text), false) = (&kind, tokens.is_empty())
                && !text.is_empty()
            {
                // of the text of this piece, behind the proof that may stand before it
                if let Some(proof) = proof {
                    answer.prove(proof, out);
                }
                let part = answer.open(Open::Text, out);
                out.push(Event::Logprobs { choice: answer.index, part, tokens: std::mem::take(&mut tokens) });
                answer.piece(kind, None, &id, out);
            } else {
                answer.piece(kind, proof, &id, out);
            }
        }
        let grounding = candidate.grounding(&id);
        for (_, citation) in grounding.citations {
            let part = answer.open(Open::Text, out);
            out.push(Event::Citation { choice: answer.index, part, citation });
        }
        for search in grounding.searches {
            answer.whole(PartStart::Whole(Box::new(Part::WebSearch(search))), out);
        }
        let stopped = candidate.finish_reason.take();
        if stopped.is_some()
            && answer.parts == 0
            && let Some(words) = candidate.last_words()
        {
            answer.refuse(words, out);
        }
        if stopped.is_some() || goes_on {
            answer.stopped = stopped.map(|word| finish::read(&word, answer.calls > 0));
        }
        Ok(())
    }
}

impl Answer {
    fn piece(&mut self, kind: Kind, proof: Option<String>, reply: &str, out: &mut Vec<Event>) {
        if let Kind::Thought(text) = kind {
            if !text.is_empty() {
                let part = self.open(Open::Thinking, out);
                out.push(Event::Delta { choice: self.index, part, delta: Delta::Thinking(text) });
            }
            if let Some(proof) = proof {
                self.prove(proof, out);
            }
            return;
        }
        if let Some(proof) = proof {
            self.prove(proof, out);
        }
        match kind {
            Kind::Text(text) | Kind::Thought(text) if text.is_empty() => {}
            Kind::Text(text) | Kind::Thought(text) => {
                let part = self.open(Open::Text, out);
                out.push(Event::Delta { choice: self.index, part, delta: Delta::Text(text) });
            }
            Kind::Whole(part) => self.whole(PartStart::Whole(Box::new(part)), out),
            Kind::Foreign(word) => {
                let part = self.begin(PartStart::Text, out);
                out.push(Event::Delta { choice: self.index, part, delta: Delta::Text(uncarried(&word)) });
                out.push(Event::PartEnd { choice: self.index, part });
            }
            Kind::Call { id, name, args } => {
                let id = id.unwrap_or_else(|| made_id(reply, self.index, self.calls));
                self.calls += 1;
                let start = PartStart::ToolCall { id, name, namespace: None, kind: CallKind::Function };
                let part = self.begin(start, out);
                out.push(Event::Delta { choice: self.index, part, delta: Delta::Arguments(args) });
                out.push(Event::PartEnd { choice: self.index, part });
            }
        }
    }

    /// A proof ends the reasoning before it, or some that is not shown.
    fn prove(&mut self, proof: String, out: &mut Vec<Event>) {
        let delta = match proof::read(String::new(), proof) {
            Thinking::Bound { proof, .. } => Delta::Bound(proof),
            Thinking::Sealed { id, data, .. } => Delta::Sealed { id, data },
            Thinking::Plain { signature, .. } => Delta::Signature(signature.unwrap_or_default()),
            Thinking::Redacted { data } => {
                self.whole(PartStart::RedactedThinking { data }, out);
                return;
            }
        };
        let part = self.open(Open::Thinking, out);
        out.push(Event::Delta { choice: self.index, part, delta });
        self.close(out);
    }

    fn refuse(&mut self, text: String, out: &mut Vec<Event>) {
        let part = self.begin(PartStart::Refusal, out);
        out.push(Event::Delta { choice: self.index, part, delta: Delta::Text(text) });
        out.push(Event::PartEnd { choice: self.index, part });
    }

    fn whole(&mut self, start: PartStart, out: &mut Vec<Event>) {
        let part = self.begin(start, out);
        out.push(Event::PartEnd { choice: self.index, part });
    }

    /// The open part of this kind, begun if need be.
    fn open(&mut self, kind: Open, out: &mut Vec<Event>) -> u32 {
        if self.open == Some(kind) {
            return self.parts.saturating_sub(1);
        }
        let start = if kind == Open::Text { PartStart::Text } else { PartStart::Thinking };
        let part = self.begin(start, out);
        self.open = Some(kind);
        part
    }

    fn begin(&mut self, kind: PartStart, out: &mut Vec<Event>) -> u32 {
        self.close(out);
        let part = self.parts;
        self.parts += 1;
        out.push(Event::PartStart { choice: self.index, part, kind });
        part
    }

    fn close(&mut self, out: &mut Vec<Event>) {
        if self.open.take().is_some() {
            out.push(Event::PartEnd { choice: self.index, part: self.parts.saturating_sub(1) });
        }
    }
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
