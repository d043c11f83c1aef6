//! Events as a client's stream.
//!
//! Every piece has a candidate with a part: SDKs forget a turn of which one has none. They read a comment as half a piece, so
//! there is no sign of life.

use std::collections::BTreeMap;

use super::write_frame;
use crate::chat::{Citation, Delta, Event, Part, PartStart, ToolCall, Usage, seal};
use crate::gemini::part::{self, Call, Content};
use crate::gemini::reply::{Answer, Said, WrittenCandidate, WrittenContent};
use crate::gemini::{error, finish, grounding, logprobs, proof, usage};
use crate::json::Raw;

/// Writes one stream. Calls go out whole, and why the model stopped goes out last, with what it cost.
#[derive(Debug, Default)]
pub struct Writer {
    id: String,
    model: String,
    usage: Usage,
    trace: Option<Raw>,
    answers: BTreeMap<u32, Speaker>,
    ended: bool,
}

/// One answer of the stream.
#[derive(Debug, Default)]
struct Speaker {
    open: Option<Open>,
    /// Waits for the part that it belongs to.
    proof: Option<String>,
    /// Bytes of text so far.
    bytes: usize,
    grounding: grounding::Written,
    /// Of the text that follows next.
    logprobs: Vec<Raw>,
    stop: Option<&'static str>,
}

/// The open part.
#[derive(Debug)]
enum Open {
    /// Where it began, and what it rests on.
    Text {
        start: usize,
        citations: Vec<Citation>,
    },
    /// The proof so far, of another provider.
    Thinking {
        signature: String,
        seal: Option<String>,
    },
    Call(ToolCall),
    Other,
}

impl Writer {
    /// Appends the bytes of `event` to `out`.
    pub fn write(&mut self, event: &Event, out: &mut Vec<u8>) {
        if self.ended {
            return;
        }
        match event {
            Event::Start { id, model, .. } => {
                self.id.clone_from(id);
                self.model.clone_from(model);
            }
            Event::PartStart { choice, kind, .. } => self.part_start(*choice, kind, out),
            Event::Delta { choice, delta, .. } => self.delta(*choice, delta, out),
            Event::Citation { choice, citation, .. } => {
                if let Some(Open::Text { citations, .. }) = &mut self.speaker(*choice).open {
                    citations.push(citation.clone());
                }
            }
            Event::Logprobs { choice, tokens, .. } => self.speaker(*choice).logprobs.extend_from_slice(tokens),
            Event::PartEnd { choice, .. } => self.part_end(*choice, out),
            Event::Stop { choice, reason, .. } => {
                self.part_end(*choice, out);
                self.speaker(*choice).stop = Some(finish::word(reason));
            }
            Event::Usage(usage) => self.usage.merge(usage),
            Event::Trace(trace) => self.trace = Some(trace.clone()),
            Event::Ping => {}
            Event::End => self.end(out),
            Event::Error(reply) => {
                self.ended = true;
                error::write_frame(reply, out);
            }
        }
    }

    fn speaker(&mut self, index: u32) -> &mut Speaker {
        self.answers.entry(index).or_default()
    }

    fn part_start(&mut self, choice: u32, kind: &PartStart, out: &mut Vec<u8>) {
        self.part_end(choice, out);
        let speaker = self.speaker(choice);
        speaker.open = Some(match kind {
            PartStart::Text | PartStart::Refusal => Open::Text { start: speaker.bytes, citations: Vec::new() },
            PartStart::Thinking => Open::Thinking { signature: String::new(), seal: None },
            PartStart::ToolCall { id, name, .. } => Open::Call(ToolCall::new(id.as_str(), name.as_str(), "")),
            PartStart::RedactedThinking { .. } | PartStart::Whole(_) => Open::Other,
        });
        if matches!(kind, PartStart::Thinking | PartStart::RedactedThinking { .. })
            && let Some(before) = speaker.proof.take()
        {
            self.piece(choice, part::Part::text("").signed(Some(before)), out);
        }
        match kind {
            PartStart::RedactedThinking { data } => {
                let proof = proof::of_seal(&seal::disguise_redacted(data));
                self.piece(choice, part::Part::thought("").signed(Some(proof)), out);
            }
            PartStart::Whole(whole) => self.whole(choice, whole, out),
            _ => {}
        }
    }

    fn whole(&mut self, choice: u32, whole: &Part, out: &mut Vec<u8>) {
        let speaker = self.speaker(choice);
        if let Part::WebSearch(search) = whole {
            return speaker.grounding.search(search);
        }
        let mut said = Said::default();
        said.part(whole);
        for part in said.parts {
            let proof = self.speaker(choice).proof.take();
            self.piece(choice, part.signed(proof), out);
        }
    }

    fn delta(&mut self, choice: u32, delta: &Delta, out: &mut Vec<u8>) {
        let speaker = self.speaker(choice);
        match (delta, &mut speaker.open) {
            (Delta::Text(text) | Delta::Thinking(text), _) if text.is_empty() => {}
            (Delta::Text(text), _) => {
                speaker.bytes += text.len();
                let proof = speaker.proof.take();
                self.piece(choice, part::Part::text(text).signed(proof), out);
            }
            (Delta::Thinking(text), _) => self.piece(choice, part::Part::thought(text), out),
            (Delta::Arguments(more), Some(Open::Call(call))) => call.arguments.push_str(more),
            (Delta::Signature(more), Some(Open::Thinking { signature, .. })) => signature.push_str(more),
            (Delta::Sealed { id, data }, Some(Open::Thinking { seal, .. })) => {
                *seal = Some(seal::disguise_sealed(id.as_deref(), data));
            }
            (Delta::Bound(proof), _) => speaker.proof = Some(proof.clone()),
            (Delta::Arguments(_) | Delta::Signature(_) | Delta::Sealed { .. }, _) => {}
        }
    }

    fn part_end(&mut self, choice: u32, out: &mut Vec<u8>) {
        let speaker = self.speaker(choice);
        match speaker.open.take() {
            Some(Open::Text { start, citations }) => {
                for citation in &citations {
                    speaker.grounding.cite(citation, 0, start..speaker.bytes, None);
                }
            }
            Some(Open::Thinking { signature, seal }) => {
                let signed = (!signature.is_empty()).then(|| seal::disguise_signed(&signature));
                if let Some(seal) = seal.or(signed) {
                    self.piece(choice, part::Part::thought("").signed(Some(proof::of_seal(&seal))), out);
                }
            }
            Some(Open::Call(call)) => {
                let proof = speaker.proof.take();
                if let Some(call) = Call::of(&call) {
                    self.piece(choice, part::Part::from(Content::FunctionCall(call)).signed(proof), out);
                }
            }
            Some(Open::Other) | None => {}
        }
    }

    fn piece(&mut self, choice: u32, part: part::Part<'_>, out: &mut Vec<u8>) {
        let is_text = matches!(part.content, Content::Text(_)) && !part.thought;
        let tokens = if is_text { std::mem::take(&mut self.speaker(choice).logprobs) } else { Vec::new() };
        let candidate = WrittenCandidate {
            content: WrittenContent::of(vec![part]),
            finish_reason: None,
            index: choice,
            logprobs_result: logprobs::write(&tokens),
            grounding_metadata: None,
        };
        write_frame(&self.answer(vec![candidate]), out);
    }

    fn answer<'a>(&'a self, candidates: Vec<WrittenCandidate<'a>>) -> Answer<'a> {
        let (model_version, response_id) = (self.model.as_str(), self.id.as_str());
        Answer { candidates, usage_metadata: None, model_version, response_id, trace: None }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.ended = true;
        if self.answers.is_empty() {
            self.speaker(0);
        }
        let answers = std::mem::take(&mut self.answers);
        let candidates = answers.into_iter().map(|(index, speaker)| speaker.ending(index)).collect();
        let last = Answer {
            usage_metadata: Some(usage::Written::of(&self.usage)),
            trace: self.trace.as_ref(),
            ..self.answer(candidates)
        };
        write_frame(&last, out);
    }
}

impl Speaker {
    fn ending<'a>(self, index: u32) -> WrittenCandidate<'a> {
        let proof = self.proof.map(|proof| part::Part::text("").signed(Some(proof)));
        WrittenCandidate {
            content: WrittenContent::of(proof.into_iter().collect()),
            finish_reason: Some(self.stop.unwrap_or("STOP")),
            index,
            logprobs_result: logprobs::write(&self.logprobs),
            grounding_metadata: self.grounding.said(),
        }
    }
}
