//! The events of a stream as they are written.

use serde::Serialize;

use crate::anthropic::stream::write_frame;
use crate::cohere::citation::Written;
use crate::cohere::{logprobs, stop, usage};

/// The data of an event; its tag is the event's name.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(super) enum Data<'a> {
    MessageStart {
        id: &'a str,
        delta: In<Begin>,
    },
    ContentStart {
        index: u32,
        delta: In<InContent<Content<'a>>>,
    },
    ContentDelta {
        index: u32,
        delta: In<InContent<Piece<'a>>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        logprobs: Option<logprobs::Written<'a>>,
    },
    ContentEnd {
        index: u32,
    },
    ToolCallStart {
        index: u32,
        delta: In<Calls<Call<'a>>>,
    },
    ToolCallDelta {
        index: u32,
        delta: In<Calls<CallPiece<'a>>>,
    },
    ToolCallEnd {
        index: u32,
    },
    CitationStart {
        index: u32,
        delta: In<Cites<'a>>,
    },
    CitationEnd {
        index: u32,
    },
    MessageEnd {
        delta: Ended<'a>,
    },
}

#[derive(Serialize)]
pub(super) struct In<T> {
    pub(super) message: T,
}

#[derive(Serialize)]
pub(super) struct Begin {
    pub(super) role: &'static str,
    pub(super) content: [(); 0],
    pub(super) tool_plan: &'static str,
    pub(super) tool_calls: [(); 0],
    pub(super) citations: [(); 0],
}

#[derive(Serialize)]
pub(super) struct InContent<T> {
    pub(super) content: T,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Content<'a> {
    Text { text: &'a str },
    Thinking { thinking: &'a str },
}

#[derive(Default, Serialize)]
pub(super) struct Piece<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thinking: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) signature: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Calls<T> {
    pub(super) tool_calls: T,
}

#[derive(Serialize)]
pub(super) struct Call<'a> {
    pub(super) id: &'a str,
    pub(super) r#type: &'static str,
    pub(super) function: Function<'a>,
}

#[derive(Serialize)]
pub(super) struct CallPiece<'a> {
    pub(super) function: Function<'a>,
}

#[derive(Serialize)]
pub(super) struct Function<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'a str>,
    pub(super) arguments: &'a str,
}

#[derive(Serialize)]
pub(super) struct Cites<'a> {
    pub(super) citations: Written<'a>,
}

#[derive(Serialize)]
pub(super) struct Ended<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<&'a str>,
    pub(super) finish_reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) usage: Option<usage::Written>,
}

/// Ends a stream that broke off.
pub(in crate::cohere) fn write_broken(message: &str, out: &mut Vec<u8>) {
    finish(Ended { error: Some(message), finish_reason: stop::ERROR, usage: None }, out);
}

pub(super) fn finish(delta: Ended<'_>, out: &mut Vec<u8>) {
    put(&Data::MessageEnd { delta }, out);
    out.extend_from_slice(b"data: [DONE]\n\n");
}

impl Data<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::MessageStart { .. } => "message-start",
            Self::ContentStart { .. } => "content-start",
            Self::ContentDelta { .. } => "content-delta",
            Self::ContentEnd { .. } => "content-end",
            Self::ToolCallStart { .. } => "tool-call-start",
            Self::ToolCallDelta { .. } => "tool-call-delta",
            Self::ToolCallEnd { .. } => "tool-call-end",
            Self::CitationStart { .. } => "citation-start",
            Self::CitationEnd { .. } => "citation-end",
            Self::MessageEnd { .. } => "message-end",
        }
    }
}

pub(super) fn put(data: &Data<'_>, out: &mut Vec<u8>) {
    write_frame(data.name(), data, out);
}
