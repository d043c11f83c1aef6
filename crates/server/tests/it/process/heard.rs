//! What a client hears of a long stream, in the language that it speaks: compared as it comes, kept nowhere.

use std::ops::Range;

use bytes::BytesMut;
use memchr::memmem;
use serde_json::{Value, json};

/// A language of clients and of providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    OpenAi,
    Responses,
    Anthropic,
    Converse,
    Gemini,
    Cohere,
}

impl Language {
    pub(crate) const ALL: [Self; 6] =
        [Self::OpenAi, Self::Responses, Self::Anthropic, Self::Converse, Self::Gemini, Self::Cohere];

    /// Where a client of it asks for a stream.
    pub(crate) fn path(self, model: &str) -> String {
        match self {
            Self::OpenAi => "/v1/chat/completions".to_owned(),
            Self::Responses => "/v1/responses".to_owned(),
            Self::Anthropic => "/v1/messages".to_owned(),
            Self::Converse => format!("/model/{model}/converse-stream"),
            Self::Gemini => format!("/v1beta/models/{model}:streamGenerateContent?alt=sse"),
            Self::Cohere => "/v2/chat".to_owned(),
        }
    }

    pub(crate) fn body(self, model: &str) -> Value {
        match self {
            Self::OpenAi | Self::Anthropic | Self::Cohere => {
                json!({"model": model, "stream": true, "max_tokens": 1000, "messages": [{"role": "user", "content": "Go on."}]})
            }
            Self::Responses => json!({"model": model, "stream": true, "max_output_tokens": 1000, "input": "Go on."}),
            Self::Converse => {
                json!({"messages": [{"role": "user", "content": [{"text": "Go on."}]}], "inferenceConfig": {"maxTokens": 1000}})
            }
            Self::Gemini => {
                json!({"contents": [{"role": "user", "parts": [{"text": "Go on."}]}], "generationConfig": {"maxOutputTokens": 1000}})
            }
        }
    }

    /// The length of the first event and where its data is, once all of it was read. Nothing before `known` ends it.
    fn event(self, read: &[u8], known: usize) -> Option<(usize, Range<usize>)> {
        if self != Self::Converse {
            let end = known + memmem::find(&read[known..], b"\n\n")?;
            let data = memmem::find(&read[..end], b"data: ").map_or(end, |at| at + "data: ".len());
            return Some((end + 2, data..end));
        }
        // lengths of all and of the headers, and their sum; headers and payload; the sum of all
        let number = |at: usize| Some(u32::from_be_bytes(read.get(at..at + 4)?.try_into().ok()?) as usize);
        let (length, headers) = (number(0)?, number(4)?);
        (length <= read.len()).then(|| (length, 12 + headers..length - 4))
    }

    /// Where an event has text.
    fn text(self, event: &Value) -> Option<&str> {
        let at = match self {
            Self::OpenAi => "/choices/0/delta/content",
            Self::Responses if event["type"] == "response.output_text.delta" => "/delta",
            Self::Responses => return None,
            Self::Anthropic | Self::Converse => "/delta/text",
            Self::Gemini => "/candidates/0/content/parts/0/text",
            Self::Cohere => "/delta/message/content/text",
        };
        event.pointer(at)?.as_str()
    }

    /// Whether nothing follows behind an event.
    fn ends(self, event: &Value) -> bool {
        match self {
            Self::OpenAi | Self::Cohere => false,
            Self::Responses => event["type"] == "response.completed",
            Self::Anthropic => event["type"] == "message_stop",
            Self::Converse => event.get("metrics").is_some(),
            Self::Gemini => event.pointer("/candidates/0/finishReason").is_some_and(|reason| reason == "STOP"),
        }
    }
}

/// A stream so far.
pub(crate) struct Heard<'a> {
    language: Language,
    /// What is to be said in all, and what of it was not yet.
    expected: &'a str,
    unsaid: &'a str,
    /// Not yet a whole event.
    read: BytesMut,
    ended: bool,
}

impl<'a> Heard<'a> {
    pub(crate) fn new(language: Language, expected: &'a str) -> Self {
        Self { language, expected, unsaid: expected, read: BytesMut::new(), ended: false }
    }

    /// Takes what was read; what is not expected is told.
    pub(crate) fn take(&mut self, piece: &[u8]) -> Result<(), String> {
        // the first half of an end may be there
        let mut known = self.read.len().saturating_sub(1);
        if self.language == Language::Converse {
            self.read.extend_from_slice(piece);
        } else {
            // Gemini's lines end with two bytes, the others' with one
            piece.split(|byte| *byte == b'\r').for_each(|piece| self.read.extend_from_slice(piece));
        }
        while let Some((length, data)) = self.language.event(&self.read, known) {
            let event = self.read.split_to(length);
            let event = String::from_utf8_lossy(&event[data]);
            self.event(&event).map_err(|wrong| format!("{wrong}: {event:.300}"))?;
            known = 0;
        }
        Ok(())
    }

    fn event(&mut self, event: &str) -> Result<(), &'static str> {
        if self.ended {
            return Err("something behind the end");
        }
        if event == "[DONE]" {
            self.ended = true;
            return Ok(());
        }
        let event: Value = serde_json::from_str(event).map_err(|_| "no JSON")?;
        let text = self.language.text(&event).unwrap_or_default();
        self.unsaid = self.unsaid.strip_prefix(text).ok_or("other text")?;
        self.ended = self.language.ends(&event);
        let whole = event.pointer("/response/output/0/content/0/text").filter(|_| self.ended);
        if whole.is_some_and(|whole| whole != self.expected) { Err("other text in all") } else { Ok(()) }
    }

    /// To be called where nothing follows: all was said, and the end has come.
    pub(crate) fn end(&self) -> Result<(), String> {
        let (unsaid, left) = (self.unsaid.len(), self.read.len());
        if self.ended && unsaid == 0 && left == 0 {
            return Ok(());
        }
        Err(format!("{unsaid} bytes of text are missing, {left} bytes of an event are left; ended: {}", self.ended))
    }
}
