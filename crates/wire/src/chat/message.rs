//! Messages and the parts that they are made of.

use serde::Serialize;

use super::Origin;
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
    pub origin: Origin,
}

/// A piece of a message. The cache mark of a part says: everything up to and including this may be cached.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Text {
        text: String,
        /// What the model says that the text rests on.
        citations: Vec<Citation>,
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
        /// What the model is told of the document beside its content.
        context: Option<String>,
        /// Whether the model is asked to cite it.
        citations: bool,
        cache: Option<CacheMark>,
    },
    Audio {
        media: Media,
    },
    Video {
        media: Media,
    },
    /// A passage that a search found, to be cited.
    SearchResult(SearchResult),
    /// Content that the guardrail of the request is to look at.
    Guarded(Guarded),
    /// A tool's answer as a value; stands in results of tools only.
    Json(Raw),
    /// The model's reasoning.
    Thinking(Thinking),
    ToolCall(ToolCall),
    ToolResult(ToolResult),
    /// A search that the provider made itself.
    WebSearch(WebSearch),
}

/// The model's reasoning, with what is needed to hand it back to the model.
#[derive(Clone, Debug, PartialEq)]
pub enum Thinking {
    /// `signature` proves to the provider that the text is its own; empty text with a signature is possible.
    Plain { text: String, signature: Option<String> },
    /// Reasoning that only the provider can read.
    Redacted { data: String },
    /// OpenAI's: `text` is a summary for people, `data` (`encrypted_content`) only OpenAI can read, and `id` names the item.
    Sealed { id: Option<String>, text: String, data: String },
    /// Gemini's: `proof` (`thoughtSignature`) belongs to the part that follows, or to the end of what was said; `text` is a
    /// summary for people.
    Bound { text: String, proof: String },
}

/// A call that the model wants made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolCall {
    pub id: String,
    pub name: String,
    /// The group that the tool was declared in (OpenAI Responses).
    pub namespace: Option<String>,
    pub kind: CallKind,
    /// Of a function, JSON text exactly as the model wrote it; not necessarily valid JSON, and empty means no arguments. Of a
    /// custom tool, any text.
    pub arguments: String,
    pub cache: Option<CacheMark>,
}

/// What is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CallKind {
    #[default]
    Function,
    /// OpenAI's custom tools, whose input is text and no JSON.
    Custom,
}

/// What a tool answered.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolResult {
    pub call_id: String,
    pub parts: Vec<Part>,
    pub is_error: bool,
    pub cache: Option<CacheMark>,
}

/// A search of the web that the provider made while it answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebSearch {
    pub id: String,
    pub query: Option<String>,
    /// `None` where it is not told, or not done yet.
    pub outcome: Option<SearchOutcome>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchOutcome {
    Found(Vec<Page>),
    /// The provider's word for what went wrong.
    Failed(String),
}

/// A page that a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub url: String,
    pub title: Option<String>,
    /// As the provider says it.
    pub age: Option<String>,
    /// The content, which only the provider can read; without it, it does not take the page back.
    pub encrypted: Option<String>,
}

/// A passage that a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchResult {
    /// Where it is from, a URL as a rule.
    pub source: String,
    pub title: String,
    pub texts: Vec<String>,
    /// Whether the model is asked to cite it.
    pub citations: bool,
    pub cache: Option<CacheMark>,
}

/// Bedrock's `guardContent`.
#[derive(Clone, Debug, PartialEq)]
pub enum Guarded {
    /// `qualifiers` as they came: `grounding_source`, `query`, `guard_content`.
    Text {
        text: String,
        qualifiers: Vec<String>,
    },
    Image {
        media: Media,
    },
}

/// What a piece of an answer rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Citation {
    pub title: Option<String>,
    /// Where it is from, where the provider says that apart from the place.
    pub source: Option<String>,
    /// The passages cited, word for word.
    pub quotes: Vec<String>,
    pub location: Option<Location>,
}

/// Where a cited passage stands. Ends are exclusive; documents and search results are counted from 0 over the whole request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    Characters {
        document: u64,
        start: u64,
        end: u64,
    },
    /// Pages count from 1.
    Pages {
        document: u64,
        start: u64,
        end: u64,
    },
    Blocks {
        document: u64,
        start: u64,
        end: u64,
    },
    SearchResult {
        result: u64,
        start: u64,
        end: u64,
    },
    Web {
        url: String,
    },
}

/// An image, a document, a sound or a film.
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
    /// A document in pieces, so that each can be cited.
    Texts(Vec<String>),
    /// An object in Amazon S3, and the account that it belongs to where that is not the caller's. `media_type` as far as it is said.
    S3 {
        media_type: String,
        uri: String,
        owner: Option<String>,
    },
}

/// A place up to which the provider may cache the prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheMark {
    /// The lifetime as the client wrote it (`5m`, `1h`), if it did.
    pub ttl: Option<String>,
}

impl Message {
    pub fn new(role: Role, parts: Vec<Part>) -> Self {
        Self { role, name: None, parts, origin: Origin::default() }
    }

    /// One that stood at `path` in the body of the client.
    pub fn at(path: impl Into<String>, role: Role, parts: Vec<Part>) -> Self {
        Self { origin: Origin::at(path), ..Self::new(role, parts) }
    }

    /// Appends what the same speaker says next.
    pub fn join(&mut self, next: Self) {
        self.origin.then(self.parts.len(), next.origin);
        self.parts.extend(next.parts);
    }
}

impl MediaSource {
    /// Whether it is a file in one of Google's stores, whose ids are addresses: nobody else can read there.
    pub fn is_kept_by_google(&self) -> bool {
        matches!(self, Self::FileId(id) if id.contains("://"))
    }
}

impl Part {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), citations: Vec::new(), cache: None }
    }

    /// A document of which no more is said.
    pub fn document(media: Media, cache: Option<CacheMark>) -> Self {
        Self::Document { media, context: None, citations: false, cache }
    }

    /// Where the cache mark of this part stands, if it can have one.
    pub fn cache_mut(&mut self) -> Option<&mut Option<CacheMark>> {
        match self {
            Self::Text { cache, .. } | Self::Image { cache, .. } | Self::Document { cache, .. } => Some(cache),
            Self::SearchResult(result) => Some(&mut result.cache),
            Self::ToolCall(call) => Some(&mut call.cache),
            Self::ToolResult(result) => Some(&mut result.cache),
            Self::Refusal { .. }
            | Self::Audio { .. }
            | Self::Video { .. }
            | Self::Guarded(_)
            | Self::Json(_)
            | Self::Thinking(_)
            | Self::WebSearch(_) => None,
        }
    }

    /// The word for this kind of part in messages to people.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Refusal { .. } => "refusal",
            Self::Image { .. } => "image",
            Self::Document { .. } => "document",
            Self::Audio { .. } => "audio",
            Self::Video { .. } => "video",
            Self::SearchResult(_) => "search_result",
            Self::Guarded(_) => "guarded",
            Self::Json(_) => "json",
            Self::Thinking(_) => "thinking",
            Self::ToolCall(_) => "tool_call",
            Self::ToolResult(_) => "tool_result",
            Self::WebSearch(_) => "web_search",
        }
    }
}

impl ToolCall {
    /// The call of a function.
    pub fn new(id: impl Into<String>, name: impl Into<String>, arguments: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), arguments: arguments.into(), ..Self::default() }
    }

    /// The arguments as a JSON value, for dialects that carry them as one. `None` when they are not JSON.
    pub fn arguments_json(&self) -> Option<Raw> {
        let text = if self.arguments.trim().is_empty() { "{}" } else { self.arguments.as_str() };
        Raw::parse(text).ok()
    }

    /// The arguments as the object that SDKs require in answers. Text that is none is not lost: it is wrapped in one, under a
    /// name that no schema has, so that the client's own validation of the arguments tells the model.
    pub fn arguments_object(&self) -> Option<Raw> {
        #[derive(Serialize)]
        struct Unreadable<'a> {
            _raw_arguments: &'a str,
        }
        let object = self.arguments_json().filter(|arguments| arguments.get().starts_with('{'));
        object.or_else(|| Raw::of(&Unreadable { _raw_arguments: &self.arguments }).ok())
    }
}
