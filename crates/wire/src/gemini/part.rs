//! Parts as Gemini spells them: the one place that writes them, for requests and answers alike.

use std::borrow::Cow;

use serde::Serialize;

use super::media::{Blob, File, Resolution};
use crate::chat::ToolCall;
use crate::json::Raw;

/// A part of a message: one kind of content, and what stands beside it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Part<'a> {
    #[serde(flatten)]
    pub(super) content: Content<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) media_resolution: Option<Resolution>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) thought: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thought_signature: Option<Cow<'a, str>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Content<'a> {
    Text(Cow<'a, str>),
    InlineData(Blob<'a>),
    FileData(File<'a>),
    FunctionCall(Call<'a>),
    FunctionResponse(Response<'a>),
}

#[derive(Debug, Serialize)]
pub(super) struct Call<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) args: Raw,
}

#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the name on the wire")]
pub(super) struct Response<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) response: Cow<'a, Raw>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) parts: Vec<Part<'a>>,
}

impl<'a> Part<'a> {
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Content::Text(text.into()).into()
    }

    pub(super) fn thought(text: &'a str) -> Self {
        Self { thought: true, ..Self::text(text) }
    }

    pub(super) fn signed(self, proof: Option<impl Into<Cow<'a, str>>>) -> Self {
        Self { thought_signature: proof.map(Into::into), ..self }
    }
}

impl<'a> From<Content<'a>> for Part<'a> {
    fn from(content: Content<'a>) -> Self {
        Self { content, media_resolution: None, thought: false, thought_signature: None }
    }
}

impl<'a> Call<'a> {
    /// The call of an answer.
    pub(super) fn of(call: &'a ToolCall) -> Option<Self> {
        Some(Self { id: &call.id, name: &call.name, args: call.arguments_object()? })
    }
}
