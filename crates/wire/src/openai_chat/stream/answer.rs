//! One answer of a stream that is written: how much of it was told, and what is open.

use super::wire::WireDelta;
use crate::chat::{CallKind, Citation, FURTHER_CALL};
use crate::json::Raw;

/// One answer of the stream.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) index: u32,
    /// The next index of `tool_calls`, of `thinking_blocks` and of `annotations`.
    pub(super) calls: u32,
    pub(super) blocks: u32,
    pub(super) annotations: u32,
    /// Characters of the content so far.
    pub(super) said: usize,
    /// Log probabilities of the text that follows next.
    pub(super) logprobs: Vec<Raw>,
    pub(super) open: Open,
}

/// What the open part is.
#[derive(Debug, Default)]
pub(super) enum Open {
    #[default]
    Nothing,
    /// A text that began behind so many characters.
    Text {
        start: usize,
        citations: Vec<Citation>,
    },
    Refusal,
    Thinking {
        text: String,
        signature: String,
    },
    Call(CallKind),
    /// A call in the form of the old functions.
    Function,
    /// One beside it, whose place a sentence takes.
    FurtherCall,
}

impl Answer {
    /// The beginning of a call, for clients of the old `functions` or for others.
    pub(super) fn call<'a>(&mut self, functions: bool, kind: CallKind, id: &'a str, name: &'a str) -> WireDelta<'a> {
        let index = post_increment(&mut self.calls);
        if !functions {
            self.open = Open::Call(kind);
            return WireDelta::call(index, kind, id, name);
        }
        if index == 0 {
            self.open = Open::Function;
            return WireDelta::function(Some(name), "");
        }
        self.open = Open::FurtherCall;
        self.said += FURTHER_CALL.chars().count();
        WireDelta { content: Some(FURTHER_CALL), ..WireDelta::default() }
    }

    /// A piece of the arguments of the open call.
    pub(super) fn arguments<'a>(&self, arguments: &'a str) -> Option<WireDelta<'a>> {
        let kind = match self.open {
            Open::FurtherCall => return None,
            Open::Function => return Some(WireDelta::function(None, arguments)),
            Open::Call(kind) => kind,
            Open::Nothing | Open::Text { .. } | Open::Refusal | Open::Thinking { .. } => CallKind::Function,
        };
        Some(WireDelta::arguments(self.calls.saturating_sub(1), kind, arguments))
    }
}

pub(super) fn post_increment(counter: &mut u32) -> u32 {
    let before = *counter;
    *counter = counter.saturating_add(1);
    before
}
