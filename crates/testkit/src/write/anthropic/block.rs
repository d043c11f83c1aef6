//! Content blocks, whole and as they begin and grow.

use serde_json::{Value, json};

use crate::json::{Json, Object, verbatim};
use crate::write::{REDACTED, SIGNATURE, THOUGHT, pieces, web};

pub(super) enum Block<'a> {
    Thinking,
    Redacted,
    /// The provider's own call, and its input as JSON text.
    Search {
        id: String,
        input: String,
    },
    /// What that call found.
    Found {
        id: String,
    },
    Text {
        text: &'a str,
        cited: bool,
    },
    ToolUse {
        id: String,
        name: &'a str,
        input: &'a str,
    },
}

impl Block<'_> {
    pub(super) fn whole(&self) -> Object {
        match self {
            Self::Thinking => thinking(THOUGHT, SIGNATURE),
            Self::Redacted => Object::new().with("type", "redacted_thinking").with("data", REDACTED),
            Self::Search { id, input } => tool_use("server_tool_use", id, "web_search", verbatim(input)),
            Self::Found { id } => found(id),
            Self::Text { text, cited } => {
                let citations = cited.then(|| json!([web::location(text)]));
                Object::new().with("type", "text").with("text", *text).with_some("citations", citations)
            }
            Self::ToolUse { id, name, input } => tool_use("tool_use", id, name, verbatim(input)),
        }
    }

    pub(super) fn opening(&self) -> Object {
        let empty = || json!({}).into();
        match self {
            Self::Thinking => thinking("", ""),
            Self::Redacted | Self::Found { .. } => self.whole(),
            Self::Search { id, .. } => tool_use("server_tool_use", id, "web_search", empty()),
            Self::Text { cited, .. } => {
                let citations = cited.then(|| json!([]));
                Object::new().with("type", "text").with("text", "").with_some("citations", citations)
            }
            Self::ToolUse { id, name, .. } => tool_use("tool_use", id, name, empty()),
        }
    }

    pub(super) fn deltas(&self) -> Vec<Object> {
        let delta = |kind: &str, key: &str, value: &str| Object::new().with("type", kind).with(key, value);
        let arguments = |input: &str| {
            let pieces = std::iter::once(String::new()).chain(pieces(input, 7));
            pieces.map(|piece| delta("input_json_delta", "partial_json", &piece)).collect()
        };
        match self {
            Self::Thinking => vec![
                delta("thinking_delta", "thinking", "mock "),
                delta("thinking_delta", "thinking", "thinking"),
                delta("signature_delta", "signature", SIGNATURE),
            ],
            Self::Redacted | Self::Found { .. } => Vec::new(),
            Self::Search { input, .. } => arguments(input),
            Self::Text { text, cited } => {
                let citation =
                    cited.then(|| Object::new().with("type", "citations_delta").with("citation", web::location(text)));
                let said = pieces(text, 9).into_iter().map(|piece| delta("text_delta", "text", &piece));
                citation.into_iter().chain(said).collect()
            }
            Self::ToolUse { input, .. } => arguments(input),
        }
    }
}

fn thinking(text: &str, signature: &str) -> Object {
    Object::new().with("type", "thinking").with("thinking", text).with("signature", signature)
}

fn tool_use(kind: &str, id: &str, name: &str, input: Json) -> Object {
    Object::new().with("type", kind).with("id", id).with("name", name).with("input", input)
}

fn found(id: &str) -> Object {
    let page = Object::new()
        .with("type", "web_search_result")
        .with("title", web::TITLE)
        .with("url", web::URL)
        .with("encrypted_content", web::SEALED_PAGE)
        .with("page_age", Value::Null);
    Object::new()
        .with("type", "web_search_tool_result")
        .with("tool_use_id", id)
        .with("content", Json::from_iter([page]))
}
