//! Writing a stream as OpenAI does: a chunk with the role, chunks with deltas, one with the reason, one with usage, `[DONE]`.
//!
//! Reasoning goes out as `reasoning_content`. Where it is signed or unreadable it must come back as it was: its block
//! follows whole, as one `thinking_blocks` entry with an index, when the part ends. SDKs that merge deltas by index then hold a message
//! that the reader of requests understands; they would break off on list entries without an index. Annotations, which tell
//! where the text ends, follow when the part ends, too.

use super::super::citation::{Annotation, Specifics};
use super::super::{error, finish, logprobs, thinking, usage};
use super::answer::{Answer, Open, post_increment};
use super::wire::{Chunk, WireChoice, WireDelta, WireUsage};
use crate::anthropic::citation::Written;
use crate::chat::{Citation, Delta, Event, Part, PartStart, StopReason, Usage, seal};
use crate::dialect::Style;
use crate::json::Raw;

/// Events in, bytes of a client's stream out.
#[derive(Debug)]
pub struct Writer {
    style: Style,
    id: String,
    model: String,
    created: i64,
    answers: Vec<Answer>,
    /// All that was told so far: it goes out once, at the end.
    usage: Usage,
    trace: Option<Raw>,
    over: bool,
}

impl Writer {
    pub fn new(style: Style) -> Self {
        Self {
            id: String::new(),
            model: String::new(),
            created: style.created,
            answers: Vec::new(),
            usage: Usage::default(),
            trace: None,
            over: false,
            style,
        }
    }

    /// Appends the bytes of `event` to `out`. After an end or an error there are none.
    pub fn write(&mut self, event: &Event, out: &mut Vec<u8>) {
        if self.over {
            return;
        }
        match event {
            Event::Start { id, model, created } => self.start(id, model, *created, out),
            Event::PartStart { choice, kind, .. } => self.part_start(*choice, kind, out),
            Event::Delta { choice, delta, .. } => self.delta(*choice, delta, out),
            Event::PartEnd { choice, .. } => self.part_end(*choice, out),
            Event::Stop { choice, reason, .. } => self.stop(*choice, reason, out),
            Event::Usage(usage) => self.usage.merge(usage),
            Event::Citation { choice, citation, .. } => self.citation(*choice, citation, out),
            Event::Logprobs { choice, tokens, .. } => self.logprobs(*choice, tokens, out),
            Event::Trace(trace) => self.trace = Some(trace.clone()),
            Event::Ping => out.extend_from_slice(b": ping\n\n"),
            Event::End => self.end(out),
            Event::Error(error) => {
                self.over = true;
                error::write_frame(error, out);
            }
        }
    }

    fn start(&mut self, id: &str, model: &str, created: Option<i64>, out: &mut Vec<u8>) {
        id.clone_into(&mut self.id);
        model.clone_into(&mut self.model);
        self.created = created.unwrap_or(self.style.created);
        self.answer(0, out);
    }

    fn part_start(&mut self, choice: u32, kind: &PartStart, out: &mut Vec<u8>) {
        let at = self.answer(choice, out);
        let Some(answer) = self.answers.get_mut(at) else { return };
        let delta = match kind {
            PartStart::Text => {
                return answer.open = Open::Text { start: answer.said, citations: Vec::new() };
            }
            PartStart::Refusal => return answer.open = Open::Refusal,
            PartStart::Thinking => {
                return answer.open = Open::Thinking { text: String::new(), signature: String::new() };
            }
            PartStart::RedactedThinking { data } => {
                answer.open = Open::Nothing;
                let index = Some(post_increment(&mut answer.blocks));
                WireDelta::block(thinking::Block::RedactedThinking { index, data })
            }
            PartStart::ToolCall { id, name, kind, .. } => answer.call(self.style.echo.has_functions(), *kind, id, name),
            PartStart::Whole(part) => {
                answer.open = Open::Nothing;
                // what it found stands in the citations
                if matches!(**part, Part::WebSearch(_)) {
                    return;
                }
                let words = part.uncarried();
                answer.said += words.chars().count();
                WireDelta { content: Some(words), ..WireDelta::default() }
            }
        };
        self.chunk(choice, delta, None, out);
    }

    fn delta(&mut self, choice: u32, delta: &Delta, out: &mut Vec<u8>) {
        let at = self.answer(choice, out);
        let Some(answer) = self.answers.get_mut(at) else { return };
        let written = match (delta, &mut answer.open) {
            (Delta::Text(text), Open::Refusal) => WireDelta { refusal: Some(text), ..WireDelta::default() },
            (Delta::Text(text), _) => {
                answer.said += text.chars().count();
                let tokens = std::mem::take(&mut answer.logprobs);
                let content = WireDelta { content: Some(text), ..WireDelta::default() };
                return self.told(choice, content, &tokens, None, out);
            }
            (Delta::Thinking(more), open) => {
                if let Open::Thinking { text, .. } = open {
                    text.push_str(more);
                }
                WireDelta { reasoning_content: Some(more), ..WireDelta::default() }
            }
            (Delta::Signature(more), open) => {
                if let Open::Thinking { signature, .. } = open {
                    signature.push_str(more);
                }
                return;
            }
            (Delta::Sealed { id, data }, open) => {
                if let Open::Thinking { signature, .. } = open {
                    *signature = seal::disguise_sealed(id.as_deref(), data);
                }
                return;
            }
            (Delta::Bound(proof), open) => {
                if let Open::Thinking { signature, .. } = open {
                    *signature = seal::disguise_bound(proof);
                }
                return;
            }
            (Delta::Arguments(arguments), _) => match answer.arguments(arguments) {
                Some(written) => written,
                None => return,
            },
        };
        self.chunk(choice, written, None, out);
    }

    fn logprobs(&mut self, choice: u32, tokens: &[Raw], out: &mut Vec<u8>) {
        let at = self.answer(choice, out);
        if let Some(answer) = self.answers.get_mut(at) {
            answer.logprobs.extend_from_slice(tokens);
        }
    }

    fn citation(&mut self, choice: u32, citation: &Citation, out: &mut Vec<u8>) {
        let at = self.answer(choice, out);
        let Some(Answer { open: Open::Text { citations, .. }, .. }) = self.answers.get_mut(at) else { return };
        citations.push(citation.clone());
        let provider_specific_fields = Some(Specifics::Citation(Written::of(citation)));
        self.chunk(choice, WireDelta { provider_specific_fields, ..WireDelta::default() }, None, out);
    }

    /// Brings the block of reasoning that is signed, and the annotations of a text; of other parts all is said.
    fn part_end(&mut self, choice: u32, out: &mut Vec<u8>) {
        let at = self.answer(choice, out);
        let Some(answer) = self.answers.get_mut(at) else { return };
        match std::mem::take(&mut answer.open) {
            Open::Thinking { text, signature } if !signature.is_empty() => {
                let index = Some(post_increment(&mut answer.blocks));
                let signed = thinking::Block::Thinking { index, thinking: &text, signature: Some(signature.into()) };
                self.chunk(choice, WireDelta::block(signed), None, out);
            }
            Open::Text { start, citations } => {
                let text = start..answer.said;
                let mut annotations: Vec<_> = Vec::new();
                for citation in &citations {
                    let annotation = Annotation::of(citation, text.clone(), Some(answer.annotations));
                    answer.annotations += u32::from(annotation.is_some());
                    annotations.extend(annotation);
                }
                if !annotations.is_empty() {
                    self.chunk(choice, WireDelta { annotations, ..WireDelta::default() }, None, out);
                }
            }
            _ => {}
        }
    }

    fn stop(&mut self, choice: u32, reason: &StopReason, out: &mut Vec<u8>) {
        let at = self.answer(choice, out);
        let tokens = self.answers.get_mut(at).map(|answer| std::mem::take(&mut answer.logprobs)).unwrap_or_default();
        self.told(
            choice,
            WireDelta::default(),
            &tokens,
            Some(finish::write_for(self.style.echo.has_functions(), reason)),
            out,
        );
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.over = true;
        let usage = usage::write(&self.usage).filter(|_| self.style.include_usage);
        match (usage, &self.trace) {
            (Some(usage), trace) => self.frame(&[], Some(WireUsage::Told(usage)), trace.as_ref(), out),
            // clients that did not ask for usage look for an answer in every chunk
            (None, Some(trace)) => {
                let choice = WireChoice { index: 0, delta: WireDelta::default(), logprobs: None, finish_reason: None };
                self.frame(&[choice], self.style.include_usage.then_some(WireUsage::Later), Some(trace), out);
            }
            (None, None) => {}
        }
        out.extend_from_slice(b"data: [DONE]\n\n");
    }

    /// Where the answer stands; one that is new begins with its role.
    fn answer(&mut self, index: u32, out: &mut Vec<u8>) -> usize {
        if let Some(at) = self.answers.iter().position(|answer| answer.index == index) {
            return at;
        }
        self.answers.push(Answer { index, ..Answer::default() });
        let role = WireDelta { role: Some("assistant"), content: Some(""), ..WireDelta::default() };
        self.chunk(index, role, None, out);
        self.answers.len() - 1
    }

    fn chunk(&self, index: u32, delta: WireDelta<'_>, finish_reason: Option<&'static str>, out: &mut Vec<u8>) {
        self.told(index, delta, &[], finish_reason, out);
    }

    /// A chunk, with the log probabilities of its text.
    fn told(
        &self,
        index: u32,
        delta: WireDelta<'_>,
        tokens: &[Raw],
        finish_reason: Option<&'static str>,
        out: &mut Vec<u8>,
    ) {
        let choice = WireChoice { index, delta, logprobs: logprobs::write(tokens), finish_reason };
        self.frame(&[choice], self.style.include_usage.then_some(WireUsage::Later), None, out);
    }

    /// Writes a chunk. Raw JSON may hold line ends between its tokens, which would end the data line: they become spaces.
    fn frame(&self, choices: &[WireChoice<'_>], usage: Option<WireUsage>, trace: Option<&Raw>, out: &mut Vec<u8>) {
        let (id, model) = (self.id.as_str(), self.model.as_str());
        let chunk = Chunk { id, object: "chat.completion.chunk", created: self.created, model, choices, usage, trace };
        // Strings and numbers: there is nothing here that could fail to be written.
        let mut json = serde_json::to_vec(&chunk).unwrap_or_default();
        if trace.is_some() || choices.iter().any(|choice| choice.logprobs.is_some()) {
            for byte in json.iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')) {
                *byte = b' ';
            }
        }
        out.reserve(json.len() + 8);
        out.extend_from_slice(b"data: ");
        out.extend_from_slice(&json);
        out.extend_from_slice(b"\n\n");
    }
}
