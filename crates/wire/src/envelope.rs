//! The few fields that the gateway itself needs, read in one pass over a client's body, with the places where they stand.
//!
//! The bytes judged are the bytes sent on: a field that is read here must be spelt plainly and stand once, or another
//! parser down the line could see another value than we did.

mod apart;
mod bedrock;
mod gemini;
mod marks;
mod scan;

use std::ops::Range;

pub use self::apart::{Apart, PricedApart};
use crate::chat::ServiceTier;
use crate::dialect::CeilingField;
use crate::{Dialect, ErrorKind, bedrock_invoke};

/// The deepest nesting of objects and lists that a body may have.
pub const MAX_DEPTH: usize = 64;

/// The most values that a body may have: objects, lists, strings, numbers and words together. The tokens of a prompt of text
/// completions are not counted, here and below: only the size of the body bounds them.
pub const MAX_NODES: usize = 100_000;

/// The same of a request for vectors, in which each token may be a value: OpenAI takes 300,000 in all inputs together.
pub const MAX_EMBEDDING_NODES: usize = 400_000;

/// The longest string of a body, in bytes as it is written.
pub const MAX_STRING: usize = 8 << 20;

/// The most items of a list that stands in the body's own object, or directly in a value there.
pub const MAX_ITEMS: usize = 10_000;

/// The longest name of a model in bytes.
pub const MAX_MODEL: usize = 256;

/// The longest id of a model in a URL (Bedrock's own limit; ARNs are long).
pub const MAX_MODEL_ID: usize = 2048;

/// The longest id of an end user in characters. Nothing longer is one of ours.
pub const MAX_END_USER: usize = 255;

/// Where a value stands in the body.
pub type Span = Range<usize>;

/// What the gateway knows of a request without decoding the conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    pub model: String,
    /// `None` when the model stands in the URL only.
    pub model_span: Option<Span>,
    pub stream: bool,
    /// The output ceilings that the client set, in the dialect's spellings.
    pub ceilings: Vec<(CeilingField, u64, Span)>,
    /// Ceilings that the client wrote as `null`: setting one of them replaces it, or the field would stand twice.
    pub unset_ceilings: Vec<(CeilingField, Span)>,
    /// The object that holds the ceiling, in the dialect where it is not a field of the body itself (Bedrock, Gemini). May be `null`.
    pub inference_config: Option<Span>,
    /// How many answers are asked for.
    pub n: u64,
    /// How many inputs there are, each of which may fill the model's window: prompts of completions, texts of which vectors are asked.
    pub prompts: u64,
    /// The tokens that the client wants thought with (Anthropic's models); the output ceiling must be above.
    pub thinking_budget: Option<u64>,
    /// Whether the client asked for usage in the stream (OpenAI).
    pub include_usage: bool,
    pub stream_options: Option<Span>,
    /// What changes the price of the call.
    pub priced_apart: PricedApart,
    /// How fast the client asks to be served, where it says so in a word that is known.
    pub service_tier: Option<ServiceTier>,
    /// The body may name things that stand elsewhere (images by URL, files, server tools): its size says nothing about its tokens.
    pub has_references: bool,
    /// The body brings tools or an output format, which a provider may explain to the model in words of its own.
    pub brings_tools: bool,
    /// One vector alone is asked for, not a list (Gemini's embedContent).
    pub single: bool,
    /// The end user on whose behalf it is asked, where the client names one.
    pub end_user: Option<String>,
    /// What the client tags it with.
    pub tags: Tags,
    /// It is not read: only the model that it is for knows how.
    pub sealed: bool,
    /// Behind the opening brace: where a field may be inserted.
    pub start: usize,
}

impl Envelope {
    /// The lowest output ceiling that the client set.
    pub fn ceiling(&self) -> Option<u64> {
        self.ceilings.iter().map(|(_, value, _)| *value).min()
    }
}

/// What a client tags its call with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    pub names: Vec<String>,
    /// The body has a field for them, which speaks to the gateway: no provider knows it.
    pub have_a_field: bool,
    /// Some stand in `metadata`, which is the client's and the provider's too.
    pub are_in_metadata: bool,
}

/// What stands in the URL, in the dialects that put it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub model: String,
    pub stream: bool,
}

/// Why a body is refused before anything else is looked at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    #[error("the body is not UTF-8 text")]
    NotUtf8,
    #[error("the body is nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    #[error("the body has more than {most} values")]
    TooManyNodes { most: usize },
    #[error("the body has a string of more than {MAX_STRING} bytes")]
    LongString,
    #[error("the body has a list of more than {MAX_ITEMS} items")]
    TooManyItems,
    #[error("could not parse the JSON body: {0}")]
    Syntax(String),
    #[error("the field {0:?} stands twice: send it once")]
    Duplicate(String),
    #[error("the field {0:?} is spelt with escapes: write it plainly")]
    Escaped(String),
    #[error("the field {written:?} is too close to {meant:?}: write {meant:?}")]
    Spelling { written: String, meant: &'static str },
    #[error("missing required parameter: '{0}'")]
    Missing(&'static str),
    #[error("'{field}' must be {expected}")]
    WrongType { field: &'static str, expected: &'static str },
    #[error("'model' must be a name of at most {most} bytes without control characters, and no part of it '.' or '..'")]
    ModelName { most: usize },
    #[error(
        "'{0}' refers to what the provider keeps, and this gateway keeps no conversations yet: send all of it in 'input'"
    )]
    Kept(&'static str),
    #[error("'max_tokens' and 'max_completion_tokens' differ: send one")]
    Ceilings,
    #[error("'{0}' does not bind what is generated: use inferenceConfig.maxTokens")]
    Elsewhere(String),
    #[error("'{0}' is not for requests: destinations and credentials come from the gateway's configuration only")]
    Reserved(String),
    #[error("'{0}' asks the gateway itself for something that this version does not do yet: leave it out")]
    NotYet(String),
}

impl EnvelopeError {
    /// What kind of error a client is told.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::TooManyNodes { .. } | Self::LongString | Self::TooManyItems => ErrorKind::TooLarge,
            _ => ErrorKind::InvalidRequest,
        }
    }

    /// The field that is wrong, if it is one field.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::NotUtf8
            | Self::TooDeep
            | Self::TooManyNodes { .. }
            | Self::LongString
            | Self::TooManyItems
            | Self::Syntax(_) => None,
            Self::Duplicate(field)
            | Self::Escaped(field)
            | Self::Elsewhere(field)
            | Self::Reserved(field)
            | Self::NotYet(field) => Some(field),
            Self::Spelling { written, .. } => Some(written),
            Self::ModelName { .. } => Some("model"),
            Self::Ceilings => Some("max_tokens"),
            Self::Kept(field) | Self::Missing(field) | Self::WrongType { field, .. } => Some(field),
        }
    }
}

/// Reads the envelope of `body`. The whole body is checked to be JSON of bounded depth and size.
pub fn read(dialect: Dialect, address: Option<&Address>, body: &[u8]) -> Result<Envelope, EnvelopeError> {
    let text = std::str::from_utf8(body).map_err(|_| EnvelopeError::NotUtf8)?;
    // first, as it also bounds how deep a parser goes
    let marks = marks::read(dialect, body, MAX_NODES)?;
    if let Some(address) = address.filter(|_| dialect == Dialect::BedrockInvoke && !bedrock_invoke::is_of_claude(text))
    {
        return scan::sealed(address, text);
    }
    let mut envelope = scan::read(dialect, address, text)?;
    if marks.names_kept_items && dialect == Dialect::OpenAiResponses {
        return Err(EnvelopeError::Kept("input (item_reference)"));
    }
    envelope.has_references |= marks.hands_back_reasoning && scan::kept::has_reasoning_elsewhere(dialect, text);
    envelope.start = memchr::memchr(b'{', body).map_or(0, |at| at + 1);
    envelope.has_references |= marks.has_references;
    envelope.brings_tools |= marks.brings_tools;
    envelope.priced_apart.extend(marks.priced_apart);
    Ok(envelope)
}

/// The same for a request for vectors.
pub fn read_embedding(dialect: Dialect, address: Option<&Address>, body: &[u8]) -> Result<Envelope, EnvelopeError> {
    let text = std::str::from_utf8(body).map_err(|_| EnvelopeError::NotUtf8)?;
    let marks = marks::read(dialect, body, MAX_EMBEDDING_NODES)?;
    let mut envelope = scan::read_embedding(dialect, address, text)?;
    envelope.start = memchr::memchr(b'{', body).map_or(0, |at| at + 1);
    envelope.has_references = marks.has_references;
    if marks.has_references {
        // pictures, sound and film have prices of their own
        envelope.priced_apart.field("media");
    }
    Ok(envelope)
}

#[cfg(test)]
mod tests;
