//! Items as they are written. A stream fills them piece by piece, a whole answer at once.

use std::borrow::Cow;

use serde::Serialize;

use super::super::ids;
use crate::anthropic::citation::Written;
use crate::chat::{CallKind, Citation, Location, Part, SearchOutcome, Thinking, ToolCall, WebSearch};
use crate::json::Raw;

/// An item. `id` is the item's name, `call_id` the call's, by which its result refers to it.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(in super::super) enum Item<'a> {
    Message {
        id: String,
        status: &'static str,
        role: &'static str,
        content: Vec<Content<'a>>,
    },
    Reasoning {
        id: String,
        summary: Vec<Summary<'a>>,
        encrypted_content: Option<Cow<'a, str>>,
    },
    FunctionCall {
        id: String,
        status: &'static str,
        call_id: Cow<'a, str>,
        name: Cow<'a, str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        namespace: Option<Cow<'a, str>>,
        arguments: Cow<'a, str>,
    },
    CustomToolCall {
        id: String,
        status: &'static str,
        call_id: Cow<'a, str>,
        name: Cow<'a, str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        namespace: Option<Cow<'a, str>>,
        input: Cow<'a, str>,
    },
    WebSearchCall {
        id: String,
        status: &'static str,
        action: Action,
    },
}

/// A piece of a message.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(in super::super) enum Content<'a> {
    OutputText {
        text: Cow<'a, str>,
        #[serde(flatten)]
        annotated: Annotated,
        logprobs: Cow<'a, [Raw]>,
    },
    Refusal {
        refusal: Cow<'a, str>,
    },
}

/// What a text rests on. OpenAI has a place for pages of the web; what does not fit there stands beside it in Anthropic's
/// form, where clients of LiteLLM look for it in OpenAI's other dialect, too: SDKs keep members that they do not know.
#[derive(Debug, Default, Serialize)]
pub(in super::super) struct Annotated {
    pub(in super::super) annotations: Vec<Annotation>,
    #[serde(rename = "provider_specific_fields", skip_serializing_if = "Option::is_none")]
    beside: Option<Raw>,
}

/// A page of the web that a text rests on; where in the text, in characters, the end exclusive.
#[derive(Debug, Serialize)]
pub(in super::super) struct Annotation {
    r#type: &'static str,
    url: String,
    title: String,
    start_index: usize,
    end_index: usize,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "summary_text")]
pub(in super::super) struct Summary<'a> {
    pub(in super::super) text: Cow<'a, str>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "search")]
pub(in super::super) struct Action {
    query: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sources: Option<Vec<Source>>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "url")]
struct Source {
    url: String,
}

impl<'a> Item<'a> {
    /// The item of a part that is no piece of a message, at `index` of the output.
    pub(in super::super) fn of(part: &'a Part, response: &str, index: usize) -> Option<Self> {
        Some(match part {
            Part::Thinking(thinking) => {
                let (own, text) = match thinking {
                    Thinking::Sealed { id, text, .. } => (id.clone(), text.as_str()),
                    Thinking::Plain { text, .. } | Thinking::Bound { text, .. } => (None, text.as_str()),
                    Thinking::Redacted { .. } => (None, ""),
                };
                Self::Reasoning {
                    id: own.unwrap_or_else(|| ids::item("rs", response, index)),
                    summary: Some(text).filter(|text| !text.is_empty()).map(Summary::of).into_iter().collect(),
                    encrypted_content: thinking.as_seal().map(Cow::Owned),
                }
            }
            Part::ToolCall(call) => Self::call(call, response, index),
            Part::WebSearch(search) => Self::search(search, response, index),
            _ => return None,
        })
    }

    /// A message; its pieces come one by one.
    pub(in super::super) fn message(response: &str, index: usize) -> Self {
        let id = ids::item("msg", response, index);
        Self::Message { id, status: "in_progress", role: "assistant", content: Vec::new() }
    }

    fn call(call: &'a ToolCall, response: &str, index: usize) -> Self {
        let (status, call_id, name) = ("completed", call.id.as_str().into(), call.name.as_str().into());
        let namespace = call.namespace.as_deref().map(Cow::Borrowed);
        match call.kind {
            CallKind::Function => {
                let empty = call.arguments.trim().is_empty();
                let arguments = if empty { "{}" } else { call.arguments.as_str() }.into();
                Self::FunctionCall { id: ids::item("fc", response, index), status, call_id, name, namespace, arguments }
            }
            CallKind::Custom => {
                let input = call.arguments.as_str().into();
                Self::CustomToolCall { id: ids::item("ctc", response, index), status, call_id, name, namespace, input }
            }
        }
    }

    /// A search that is over.
    pub(in super::super) fn search(search: &WebSearch, response: &str, index: usize) -> Self {
        let own = search.id.starts_with("ws_") && !ids::is_ours(&search.id);
        let sources = match &search.outcome {
            Some(SearchOutcome::Found(pages)) => {
                Some(pages.iter().map(|page| Source { url: page.url.clone() }).collect())
            }
            Some(SearchOutcome::Failed(_)) | None => None,
        };
        Self::WebSearchCall {
            id: if own { search.id.clone() } else { ids::item("ws", response, index) },
            status: if matches!(search.outcome, Some(SearchOutcome::Failed(_))) { "failed" } else { "completed" },
            action: Action { query: search.query.clone().unwrap_or_default(), sources },
        }
    }

    pub(in super::super) fn id(&self) -> &str {
        match self {
            Self::Message { id, .. }
            | Self::Reasoning { id, .. }
            | Self::FunctionCall { id, .. }
            | Self::CustomToolCall { id, .. }
            | Self::WebSearchCall { id, .. } => id,
        }
    }

    /// Where the item is at; reasoning does not say it. Returns where it was.
    pub(in super::super) fn set_status(&mut self, now: &'static str) -> &'static str {
        match self {
            Self::Message { status, .. }
            | Self::FunctionCall { status, .. }
            | Self::CustomToolCall { status, .. }
            | Self::WebSearchCall { status, .. } => std::mem::replace(status, now),
            Self::Reasoning { .. } => now,
        }
    }

    /// Whether more of the item may come; reasoning does not say it.
    pub(in super::super) fn is_open(&self) -> bool {
        match self {
            Self::Message { status, .. }
            | Self::FunctionCall { status, .. }
            | Self::CustomToolCall { status, .. }
            | Self::WebSearchCall { status, .. } => *status == "in_progress",
            Self::Reasoning { .. } => false,
        }
    }
}

impl<'a> Content<'a> {
    /// The piece of a message that says `part`; `None` when it is an item of its own. What an answer cannot hold here is said
    /// in words.
    pub(in super::super) fn of(part: &'a Part) -> Option<Self> {
        Some(match part {
            Part::Text { text, citations, .. } => Self::OutputText {
                text: text.into(),
                annotated: Annotated::of(citations, text),
                logprobs: Cow::Borrowed(&[]),
            },
            Part::Refusal { text } => Self::Refusal { refusal: text.into() },
            Part::Thinking(_) | Part::ToolCall(_) | Part::WebSearch(_) => return None,
            Part::Image { .. }
            | Part::Document { .. }
            | Part::Audio { .. }
            | Part::Video { .. }
            | Part::SearchResult(_)
            | Part::Guarded(_)
            | Part::Json(_)
            | Part::ToolResult(_) => Self::text(part.uncarried()),
        })
    }

    pub(in super::super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::OutputText { text: text.into(), annotated: Annotated::default(), logprobs: Cow::Borrowed(&[]) }
    }
}

impl Annotated {
    /// What `text` rests on, all of it.
    pub(in super::super) fn of(citations: &[Citation], text: &str) -> Self {
        #[derive(Serialize)]
        struct Beside<'a> {
            citations: Vec<Written<'a>>,
        }
        if citations.is_empty() {
            return Self::default();
        }
        let end_index = text.chars().count();
        let page = |citation: &Citation| match &citation.location {
            Some(Location::Web { url }) => Some(Annotation {
                r#type: "url_citation",
                url: url.clone(),
                title: citation.title.clone().unwrap_or_default(),
                start_index: 0,
                end_index,
            }),
            _ => None,
        };
        let is_said = |citation: &&Citation| {
            matches!(citation.location, Some(Location::Web { .. }))
                && citation.quotes.is_empty()
                && citation.source.is_none()
        };
        let rest: Vec<_> = citations.iter().filter(|citation| !is_said(citation)).map(Written::of).collect();
        Self {
            annotations: citations.iter().filter_map(page).collect(),
            beside: (!rest.is_empty()).then(|| Raw::of(&Beside { citations: rest }).ok()).flatten(),
        }
    }
}

impl<'a> Summary<'a> {
    pub(in super::super) fn of(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into() }
    }
}
