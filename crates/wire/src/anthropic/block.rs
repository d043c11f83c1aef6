//! Content blocks as Anthropic writes them: the one place that spells them, for requests and replies alike.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use super::{citation, search};
use crate::chat::CacheMark;
use crate::json::Raw;

/// What stands in `content`: the short form when it says everything, else blocks.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Content<'a> {
    Text(&'a str),
    Blocks(Vec<Block<'a>>),
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Block<'a> {
    Text {
        text: &'a str,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        citations: Vec<citation::Written<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    Image {
        source: Source<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    Document {
        source: Source<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        context: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        citations: Option<Citing>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    SearchResult {
        source: &'a str,
        title: &'a str,
        content: Vec<Block<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        citations: Option<Citing>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    Thinking {
        thinking: &'a str,
        signature: Cow<'a, str>,
    },
    RedactedThinking {
        data: &'a str,
    },
    ToolUse {
        id: &'a str,
        name: &'a str,
        input: Raw,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    ServerToolUse {
        id: &'a str,
        name: &'static str,
        input: search::Input<'a>,
    },
    WebSearchToolResult {
        tool_use_id: &'a str,
        content: search::Findings<'a>,
    },
    ToolResult {
        tool_use_id: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        content: Option<Content<'a>>,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        is_error: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Source<'a> {
    Base64 { media_type: &'a str, data: &'a str },
    Url { url: &'a str },
    File { file_id: &'a str },
    Text { media_type: &'static str, data: &'a str },
    Content { content: Vec<Block<'a>> },
}

/// Whether the model is asked to cite; said only where it is.
#[derive(Debug, Serialize)]
pub(super) struct Citing {
    enabled: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct CacheControl {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<&'static str>,
}

impl<'a> Content<'a> {
    pub(super) fn of(blocks: Vec<Block<'a>>) -> Self {
        match blocks.as_slice() {
            [Block::Text { text, citations, cache_control: None }] if citations.is_empty() => Self::Text(text),
            _ => Self::Blocks(blocks),
        }
    }
}

impl<'a> Block<'a> {
    pub(super) fn text(text: &'a str) -> Self {
        Self::Text { text, citations: Vec::new(), cache_control: None }
    }

    pub(super) fn is_tool_result(&self) -> bool {
        matches!(self, Self::ToolResult { .. })
    }
}

impl Citing {
    pub(super) fn of(wanted: bool) -> Option<Self> {
        wanted.then_some(Self { enabled: true })
    }
}

impl CacheControl {
    /// The mark of what stands at `path`. A lifetime that Anthropic does not know is named.
    pub(super) fn of(path: impl fmt::Display, mark: Option<&CacheMark>, dropped: &mut Vec<String>) -> Option<Self> {
        let ttl = match mark?.ttl.as_deref() {
            None => None,
            Some("5m") => Some("5m"),
            Some("1h") => Some("1h"),
            Some(_) => {
                dropped.push(format!("{path}.cache.ttl"));
                None
            }
        };
        Some(Self { r#type: "ephemeral", ttl })
    }
}
