//! Events as a client's stream: one method an event.
//!
//! Texts in a row are one content, as in whole answers, and what they rest on follows each text. Whether a text is the plan
//! behind a call is not known while it comes, so in streams it is content.

use std::sync::Arc;

use super::wire::{
    Begin, Call, CallPiece, Calls, Cites, Content, Data, Ended, Function, In, InContent, Piece, finish, put,
};
use crate::chat::{Citation, Delta, Event, PartStart, StopReason, Usage, seal};
use crate::cohere::citation::Written;
use crate::cohere::{Echo, error, logprobs, stop, usage};
use crate::json::Raw;

/// Writes one stream. Of several answers only the first is written.
#[derive(Debug, Default)]
pub struct Writer {
    echo: Arc<Echo>,
    started: bool,
    open: Open,
    /// The next index of contents, calls and citations.
    contents: u32,
    calls: u32,
    citations: u32,
    text: Text,
    /// Log probabilities of the text that follows next.
    logprobs: Vec<Raw>,
    /// Pieces of what proves the reasoning: it goes out whole.
    signature: String,
    usage: Usage,
    stop: Option<StopReason>,
    ended: bool,
}

/// What is open at the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Open {
    #[default]
    Nothing,
    Text,
    Thinking,
    /// A call, and whether it has any arguments.
    Call {
        said: bool,
    },
}

/// The text that is told, and what it rests on.
#[derive(Debug, Default)]
struct Text {
    words: String,
    citations: Vec<Citation>,
    /// Characters of the open content before it.
    behind: usize,
}

impl Writer {
    /// `echo` has the documents of the client's request.
    pub fn new(echo: Arc<Echo>) -> Self {
        Self { echo, ..Self::default() }
    }

    /// Appends the bytes of `event` to `out`.
    pub fn write(&mut self, event: &Event, out: &mut Vec<u8>) {
        if self.ended {
            return;
        }
        match event {
            Event::Start { id, .. } => self.start(id, out),
            Event::PartStart { choice: 0, kind, .. } => self.part_start(kind, out),
            Event::Delta { choice: 0, delta, .. } => self.delta(delta, out),
            Event::PartEnd { choice: 0, .. } => self.part_end(out),
            Event::Citation { choice: 0, citation, .. } => self.text.citations.push(citation.clone()),
            Event::Logprobs { choice: 0, tokens, .. } => self.logprobs.extend(tokens.iter().cloned()),
            Event::Stop { choice: 0, reason, .. } => self.stop = Some(reason.clone()),
            Event::Usage(usage) => self.usage.merge(usage),
            Event::Ping => out.extend_from_slice(b": ping\n\n"),
            Event::End => self.end(out),
            Event::Error(reply) => {
                self.ended = true;
                error::write_frame(reply, out);
            }
            // there is no place for it
            Event::Trace(_) => {}
            Event::PartStart { .. }
            | Event::Delta { .. }
            | Event::PartEnd { .. }
            | Event::Citation { .. }
            | Event::Logprobs { .. }
            | Event::Stop { .. } => {}
        }
    }

    fn start(&mut self, id: &str, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.started, true) {
            let message = Begin { role: "assistant", content: [], tool_plan: "", tool_calls: [], citations: [] };
            put(&Data::MessageStart { id, delta: In { message } }, out);
        }
    }

    fn part_start(&mut self, kind: &PartStart, out: &mut Vec<u8>) {
        self.start("", out);
        // they were of nothing that was said
        self.text.citations.clear();
        match kind {
            PartStart::Text | PartStart::Refusal => {}
            PartStart::Whole(part) => {
                // what a search found stands in the citations
                if !matches!(**part, crate::chat::Part::WebSearch(_)) {
                    self.say(part.uncarried(), out);
                }
            }
            PartStart::Thinking => self.close(out),
            PartStart::RedactedThinking { data } => {
                self.close(out);
                self.signature = seal::disguise_redacted(data);
            }
            PartStart::ToolCall { id, name, .. } => {
                self.close(out);
                self.open = Open::Call { said: false };
                let function = Function { name: Some(name), arguments: "" };
                let tool_calls = Call { id, r#type: "function", function };
                put(&Data::ToolCallStart { index: self.calls, delta: In { message: Calls { tool_calls } } }, out);
            }
        }
    }

    fn delta(&mut self, delta: &Delta, out: &mut Vec<u8>) {
        match delta {
            Delta::Text(text) => self.say(text, out),
            Delta::Thinking(thinking) => {
                self.think(Piece { thinking: Some(thinking), ..Piece::default() }, out);
            }
            Delta::Signature(signature) => self.signature.push_str(signature),
            Delta::Sealed { id, data } => self.signature = seal::disguise_sealed(id.as_deref(), data),
            Delta::Bound(proof) => self.signature = seal::disguise_bound(proof),
            Delta::Arguments(arguments) => {
                if let Open::Call { said } = &mut self.open {
                    *said |= !arguments.is_empty();
                    self.call_piece(arguments, out);
                }
            }
        }
    }

    fn say(&mut self, words: &str, out: &mut Vec<u8>) {
        if words.is_empty() {
            return;
        }
        if self.open != Open::Text {
            self.close(out);
            self.open = Open::Text;
            self.text.behind = 0;
            self.content_start(Content::Text { text: "" }, out);
        }
        self.text.words.push_str(words);
        let content = Piece { text: Some(words), ..Piece::default() };
        let tokens = std::mem::take(&mut self.logprobs);
        let delta = In { message: InContent { content } };
        put(&Data::ContentDelta { index: self.contents, delta, logprobs: logprobs::Written::of(&tokens) }, out);
    }

    fn think(&mut self, content: Piece<'_>, out: &mut Vec<u8>) {
        if self.open != Open::Thinking {
            self.close(out);
            self.open = Open::Thinking;
            self.content_start(Content::Thinking { thinking: "" }, out);
        }
        let delta = In { message: InContent { content } };
        put(&Data::ContentDelta { index: self.contents, delta, logprobs: None }, out);
    }

    fn content_start(&self, content: Content<'_>, out: &mut Vec<u8>) {
        put(&Data::ContentStart { index: self.contents, delta: In { message: InContent { content } } }, out);
    }

    fn call_piece(&self, arguments: &str, out: &mut Vec<u8>) {
        let tool_calls = CallPiece { function: Function { name: None, arguments } };
        put(&Data::ToolCallDelta { index: self.calls, delta: In { message: Calls { tool_calls } } }, out);
    }

    /// A text stays open, as the next may belong to the same content.
    fn part_end(&mut self, out: &mut Vec<u8>) {
        if self.open == Open::Text {
            self.cite(out);
        } else {
            self.close(out);
        }
    }

    /// Tells what the text rests on that ends here.
    fn cite(&mut self, out: &mut Vec<u8>) {
        if self.text.words.is_empty() {
            return;
        }
        let Text { words, citations, behind } = std::mem::take(&mut self.text);
        self.text.behind = behind + words.chars().count();
        let content = usize::try_from(self.contents).ok();
        if let Some(citations) = Written::of(words.as_str(), &citations, behind, content, &self.echo) {
            let index = self.citations;
            self.citations += 1;
            put(&Data::CitationStart { index, delta: In { message: Cites { citations } } }, out);
            put(&Data::CitationEnd { index }, out);
        }
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        if !self.signature.is_empty() {
            let signature = std::mem::take(&mut self.signature);
            self.think(Piece { thinking: Some(""), signature: Some(&signature), text: None }, out);
        }
        match std::mem::take(&mut self.open) {
            Open::Nothing => {}
            Open::Text => {
                self.cite(out);
                put(&Data::ContentEnd { index: self.contents }, out);
                self.contents += 1;
            }
            Open::Thinking => {
                put(&Data::ContentEnd { index: self.contents }, out);
                self.contents += 1;
            }
            Open::Call { said } => {
                // clients read the arguments as JSON, of which an empty text is none
                if !said {
                    self.call_piece("{}", out);
                }
                put(&Data::ToolCallEnd { index: self.calls }, out);
                self.calls += 1;
            }
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.start("", out);
        self.close(out);
        self.ended = true;
        let finish_reason = self.stop.as_ref().map_or("COMPLETE", stop::word);
        let usage = usage::Written::of(&self.usage);
        finish(Ended { error: None, finish_reason, usage }, out);
    }
}
