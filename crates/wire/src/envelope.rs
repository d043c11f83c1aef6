//! The few fields that the gateway itself needs, read in one pass over a client's body, with the places where they stand.
//!
//! The bytes judged are the bytes sent on: a field that is read here must be spelt plainly and stand once, or another
//! parser down the line could see another value than we did.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{self, Deserialize, DeserializeSeed, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::Dialect;
use crate::dialect::CeilingField;

/// The deepest nesting of objects and lists that a body may have.
pub const MAX_DEPTH: usize = 64;

/// Where a value stands in the body.
pub type Span = Range<usize>;

/// What the gateway knows of a request without decoding the conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    pub model: String,
    pub model_span: Span,
    pub stream: bool,
    /// The output ceilings that the client set, in the dialect's spellings.
    pub ceilings: Vec<(CeilingField, u64, Span)>,
    /// Ceilings that the client wrote as `null`: setting one of them replaces it, or the field would stand twice.
    pub unset_ceilings: Vec<(CeilingField, Span)>,
    /// How many answers are asked for.
    pub n: u64,
    /// Whether the client asked for usage in the stream (OpenAI).
    pub include_usage: bool,
    pub stream_options: Option<Span>,
    /// The end user's id.
    pub user: Option<String>,
    /// The body may name things that stand elsewhere (images by URL, files, server tools): its size says nothing about its tokens.
    pub has_references: bool,
    /// The body brings tools or an output format, which a provider may explain to the model in words of its own.
    pub brings_tools: bool,
    /// Behind the opening brace: where a field may be inserted.
    pub start: usize,
}

impl Envelope {
    /// The lowest output ceiling that the client set.
    pub fn ceiling(&self) -> Option<u64> {
        self.ceilings.iter().map(|(_, value, _)| *value).min()
    }
}

/// Why a body is refused before anything else is looked at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    #[error("the body is not UTF-8 text")]
    NotUtf8,
    #[error("the body is nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
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
    #[error("'{0}' is not for requests: destinations and credentials come from the gateway's configuration only")]
    Reserved(String),
    #[error("'{0}' asks the gateway itself for something that this version does not do yet: leave it out")]
    NotYet(String),
}

impl EnvelopeError {
    /// The field that is wrong, if it is one field.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::NotUtf8 | Self::TooDeep | Self::Syntax(_) => None,
            Self::Duplicate(field) | Self::Escaped(field) | Self::Reserved(field) | Self::NotYet(field) => Some(field),
            Self::Spelling { written, .. } => Some(written),
            Self::Missing(field) | Self::WrongType { field, .. } => Some(field),
        }
    }
}

/// Fields read here, by dialect. `messages` is only looked at for its type.
const OPENAI_FIELDS: &[&str] =
    &["model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n", "user"];
const ANTHROPIC_FIELDS: &[&str] = &["model", "messages", "stream", "max_tokens"];

/// A client never chooses where a call goes or with whose credential.
const RESERVED: &[&str] = &["api_key", "api_base", "base_url", "user_config", "model_list", "extra_headers"];

/// LiteLLM's request fields that speak to the gateway, not to the model. Sent on, they would break the call at the provider.
const NOT_YET: &[&str] = &[
    "cache",
    "drop_params",
    "fallbacks",
    "guardrails",
    "litellm_metadata",
    "mock_response",
    "num_retries",
    "policies",
    "tags",
    "timeout",
];

/// Words in a body that stand for tokens which are not in it.
const REFERENCES: &[&str] = &[
    "\"image",
    "\"input_image",
    "\"input_audio",
    "\"file",
    "\"document",
    "\"video",
    "\"container",
    "\"url\"",
    "_search",
    "web_fetch",
    "code_execution",
    "computer",
    "\"mcp",
    "\"thread",
    "\"previous_",
];

/// Words for tools and output formats.
const TOOLS: &[&str] = &["\"tools\"", "\"functions\"", "\"response_format\"", "\"output_config\""];

/// Reads the envelope of `body`. The whole body is checked to be JSON of bounded depth.
pub fn read(dialect: Dialect, body: &[u8]) -> Result<Envelope, EnvelopeError> {
    let text = std::str::from_utf8(body).map_err(|_| EnvelopeError::NotUtf8)?;
    if depth_exceeds(body, MAX_DEPTH) {
        return Err(EnvelopeError::TooDeep);
    }
    let mut scan = Scan {
        text,
        fields: match dialect {
            Dialect::OpenAiChat => OPENAI_FIELDS,
            Dialect::Anthropic => ANTHROPIC_FIELDS,
        },
        seen: Vec::with_capacity(8),
        envelope: Envelope { n: 1, ..Envelope::default() },
        refused: None,
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let walked = (&mut scan).deserialize(&mut deserializer).and_then(|()| deserializer.end());
    if let Some(refused) = scan.refused {
        return Err(refused);
    }
    walked.map_err(|error| EnvelopeError::Syntax(error.to_string()))?;
    for required in ["model", "messages"] {
        if !scan.seen.contains(&required) {
            return Err(EnvelopeError::Missing(required));
        }
    }
    let mut envelope = scan.envelope;
    envelope.start = memchr::memchr(b'{', body).map_or(0, |at| at + 1);
    let contains = |word: &&str| memchr::memmem::find(body, word.as_bytes()).is_some();
    let disguised = has_escaped_letters(body);
    envelope.has_references = disguised || REFERENCES.iter().any(contains);
    envelope.brings_tools = disguised || TOOLS.iter().any(contains);
    Ok(envelope)
}

struct Scan<'a> {
    text: &'a str,
    fields: &'static [&'static str],
    seen: Vec<&'static str>,
    envelope: Envelope,
    /// The first reason to refuse; serde's own errors cannot carry it.
    refused: Option<EnvelopeError>,
}

impl<'a> Scan<'a> {
    fn field(&mut self, key: &Key<'a>, value: &'a RawValue) -> Result<(), EnvelopeError> {
        let name = key.0.as_ref();
        let Some(known) = self.fields.iter().copied().find(|field| field.eq_ignore_ascii_case(name)) else {
            return refuse_gateway_words(name);
        };
        if known != name {
            return Err(EnvelopeError::Spelling { written: name.to_owned(), meant: known });
        }
        if matches!(key.0, Cow::Owned(_)) {
            return Err(EnvelopeError::Escaped(name.to_owned()));
        }
        if self.seen.contains(&known) {
            return Err(EnvelopeError::Duplicate(name.to_owned()));
        }
        self.seen.push(known);
        if value.get() == "null" { self.null(known, value) } else { self.value(known, value) }
    }

    /// A field that says nothing. Its place is kept where an edit may have to say something.
    fn null(&mut self, field: &'static str, value: &'a RawValue) -> Result<(), EnvelopeError> {
        let span = span_of(self.text, value);
        match field {
            "model" | "messages" => return Err(EnvelopeError::Missing(field)),
            "stream_options" => self.envelope.stream_options = Some(span),
            "max_tokens" => self.envelope.unset_ceilings.push((CeilingField::MaxTokens, span)),
            "max_completion_tokens" => self.envelope.unset_ceilings.push((CeilingField::MaxCompletionTokens, span)),
            _ => {}
        }
        Ok(())
    }

    fn value(&mut self, field: &'static str, value: &'a RawValue) -> Result<(), EnvelopeError> {
        let envelope = &mut self.envelope;
        let span = span_of(self.text, value);
        match field {
            "model" => {
                envelope.model = typed(field, "a string", value)?;
                envelope.model_span = span;
            }
            "messages" if !value.get().starts_with('[') => {
                return Err(EnvelopeError::WrongType { field, expected: "a list" });
            }
            "stream" => envelope.stream = typed(field, "true or false", value)?,
            "stream_options" => {
                envelope.include_usage =
                    typed::<StreamOptions>(field, "an object", value)?.include_usage.unwrap_or(false);
                envelope.stream_options = Some(span);
            }
            "max_tokens" => envelope.ceilings.push((CeilingField::MaxTokens, ceiling(field, value)?, span)),
            "max_completion_tokens" => {
                envelope.ceilings.push((CeilingField::MaxCompletionTokens, ceiling(field, value)?, span));
            }
            "n" => envelope.n = ceiling(field, value)?,
            "user" => envelope.user = Some(typed(field, "a string", value)?),
            _ => {}
        }
        Ok(())
    }
}

#[derive(serde::Deserialize)]
struct StreamOptions {
    include_usage: Option<bool>,
}

fn typed<'a, T: Deserialize<'a>>(
    field: &'static str,
    expected: &'static str,
    value: &'a RawValue,
) -> Result<T, EnvelopeError> {
    serde_json::from_str(value.get()).map_err(|_| EnvelopeError::WrongType { field, expected })
}

fn ceiling(field: &'static str, value: &RawValue) -> Result<u64, EnvelopeError> {
    let expected = "a whole number of at least 1";
    typed::<u64>(field, expected, value)
        .and_then(|n| if n == 0 { Err(EnvelopeError::WrongType { field, expected }) } else { Ok(n) })
}

fn refuse_gateway_words(name: &str) -> Result<(), EnvelopeError> {
    if RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name)) {
        return Err(EnvelopeError::Reserved(name.to_owned()));
    }
    if NOT_YET.contains(&name) {
        return Err(EnvelopeError::NotYet(name.to_owned()));
    }
    Ok(())
}

/// The place of a value that borrows from `text`.
fn span_of(text: &str, value: &RawValue) -> Span {
    let start = (value.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    start..start + value.get().len()
}

/// Whether plain letters are written as escapes somewhere: then the words that are looked for may stand there unseen.
fn has_escaped_letters(body: &[u8]) -> bool {
    memchr::memmem::find_iter(body, b"\\u00")
        .any(|at| body.get(at + 4).is_some_and(|digit| matches!(digit, b'4'..=b'7')))
}

/// Whether `{` and `[` outside of strings nest deeper than `limit`.
fn depth_exceeds(body: &[u8], limit: usize) -> bool {
    let mut depth = 0_usize;
    let mut rest = body;
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            b'{' | b'[' => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => rest = behind_string(rest),
            _ => {}
        }
    }
    false
}

/// The bytes behind the string whose opening quote was just passed.
fn behind_string(mut rest: &[u8]) -> &[u8] {
    while let Some(at) = memchr::memchr2(b'"', b'\\', rest) {
        let escaped = rest.get(at) == Some(&b'\\');
        rest = rest.get(at + if escaped { 2 } else { 1 }..).unwrap_or_default();
        if !escaped {
            return rest;
        }
    }
    &[]
}

/// A key: borrowed when it was written plainly, owned when it had escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field name")
            }
            fn visit_borrowed_str<E: de::Error>(self, v: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(v)))
            }
            fn visit_str<E: de::Error>(self, v: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(v.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

impl<'de> DeserializeSeed<'de> for &mut Scan<'de> {
    type Value = ();
    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Scan<'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((key, value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
            if let Err(refused) = self.field(&key, value) {
                self.refused = Some(refused);
                return Err(de::Error::custom("refused"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
