//! Messages and the parts that they are made of.

use crate::json::Raw;

/// Who speaks. Results of tools are parts of a `User` message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Instructions of the application. May stand anywhere in the conversation.
    System,
    /// OpenAI's newer word for `System`, kept apart so that it comes out as it went in.
    Developer,
    User,
    Assistant,
}

/// One turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub role: Role,
    /// The speaker's name, where the dialect has one.
    pub name: Option<String>,
    pub parts: Vec<Part>,
}

/// A piece of a message. The cache mark of a part says: everything up to and including this may be cached.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Text {
        text: String,
        cache: Option<CacheMark>,
    },
    /// The model's own refusal, in words.
    Refusal {
        text: String,
    },
    Image {
        media: Media,
        cache: Option<CacheMark>,
    },
    Document {
        media: Media,
        cache: Option<CacheMark>,
    },
    Audio {
        media: Media,
    },
    /// The model's reasoning.
    Thinking(Thinking),
    ToolCall(ToolCall),
    ToolResult(ToolResult),
}

/// The model's reasoning, with what is needed to hand it back to the model.
#[derive(Clone, Debug, PartialEq)]
pub enum Thinking {
    /// `signature` proves to the provider that the text is its own; empty text with a signature is possible.
    Plain { text: String, signature: Option<String> },
    /// Reasoning that only the provider can read.
    Redacted { data: String },
}

/// A call that the model wants made.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolCall {
    pub id: String,
    pub name: String,
    /// JSON text exactly as the model wrote it; not necessarily valid JSON. Empty means no arguments.
    pub arguments: String,
    pub cache: Option<CacheMark>,
}

/// What a tool answered.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolResult {
    pub call_id: String,
    pub parts: Vec<Part>,
    pub is_error: bool,
    pub cache: Option<CacheMark>,
}

/// An image, a document or a sound.
#[derive(Clone, Debug, PartialEq)]
pub struct Media {
    pub source: MediaSource,
    /// OpenAI's `image_url.detail`.
    pub detail: Option<String>,
    /// A file name or title.
    pub name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaSource {
    /// Base64 as it came, and its media type (`image/png`).
    Base64 {
        media_type: String,
        data: String,
    },
    Url(String),
    /// An id of the provider's own file store.
    FileId(String),
    /// Plain text given as a document.
    Text(String),
}

/// A place up to which the provider may cache the prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheMark {
    /// The lifetime as the client wrote it (`5m`, `1h`), if it did.
    pub ttl: Option<String>,
}

impl Message {
    pub fn new(role: Role, parts: Vec<Part>) -> Self {
        Self { role, name: None, parts }
    }
}

impl Part {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), cache: None }
    }
}

impl ToolCall {
    /// The arguments as a JSON value, for dialects that carry them as one. `None` when they are not JSON.
    pub fn arguments_json(&self) -> Option<Raw> {
        let text = if self.arguments.trim().is_empty() { "{}" } else { self.arguments.as_str() };
        Raw::parse(text).ok()
    }
}
