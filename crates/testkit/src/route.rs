//! Paths, and the answers that need no model.

use std::borrow::Cow;

use http::Method;
use http::header::ACCEPT;
use http::request::Parts;
use serde_json::Value;

use crate::dialect::Dialect;
use crate::json::{Json, Object};
use crate::read::flag;
use crate::write::{Answer, bedrock, openai_chat};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    Turn(Dialect),
    /// The model is as the path has it.
    Converse {
        model: &'a str,
        stream: bool,
    },
    /// The model is as the path has it.
    Invoke {
        model: &'a str,
        stream: bool,
    },
    /// Gemini's; the model is as the path has it.
    Generate {
        model: &'a str,
        stream: bool,
    },
    /// Below the models of Bedrock, but nothing that is played here.
    OtherOperation,
    /// The model is as the path has it, if it is there.
    Count {
        dialect: Dialect,
        model: Option<&'a str>,
    },
    /// Vectors: OpenAI's, whose model stands in the body, or Gemini's, of several texts or of one, with the model as the path has it.
    Embed {
        dialect: Dialect,
        model: Option<&'a str>,
        several: bool,
    },
    Models,
    Model(&'a str),
    Health,
    Unknown,
}

pub(crate) fn route<'a>(method: &Method, path: &'a str) -> Route<'a> {
    if method == Method::GET {
        return match path {
            "/" | "/health" | "/healthz" => Route::Health,
            _ => match below_v1(path).map(|rest| (rest, rest.strip_prefix("models/"))) {
                Some(("models", _)) => Route::Models,
                Some((_, Some(model))) if !model.is_empty() => Route::Model(model),
                _ => Route::Unknown,
            },
        };
    }
    if method != Method::POST {
        return Route::Unknown;
    }
    if let Some(rest) = path.strip_prefix("/bedrock").unwrap_or(path).strip_prefix("/model/") {
        return operation(rest);
    }
    if let Some((_, rest)) = path.split_once("/models/").filter(|(version, _)| matches!(*version, "/v1" | "/v1beta")) {
        return generation(rest);
    }
    if path.strip_prefix("/cohere").unwrap_or(path) == "/v2/chat" {
        return Route::Turn(Dialect::Cohere);
    }
    let bare = ["chat/completions", "completions", "embeddings", "responses", "responses/input_tokens"];
    match below_v1(path).or(path.strip_prefix('/').filter(|path| bare.contains(path))) {
        Some("chat/completions") => Route::Turn(Dialect::OpenaiChat),
        Some("completions") => Route::Turn(Dialect::OpenaiCompletions),
        Some("embeddings") => Route::Embed { dialect: Dialect::OpenaiChat, model: None, several: true },
        Some("responses") => Route::Turn(Dialect::OpenaiResponses),
        Some("messages") => Route::Turn(Dialect::Anthropic),
        Some("messages/count_tokens") => Route::Count { dialect: Dialect::Anthropic, model: None },
        Some("responses/input_tokens") => Route::Count { dialect: Dialect::OpenaiResponses, model: None },
        _ => Route::Unknown,
    }
}

/// Model and operation. An ARN that was not encoded has slashes of its own.
fn operation(rest: &str) -> Route<'_> {
    match rest.rsplit_once('/') {
        Some((model, "converse")) if !model.is_empty() => Route::Converse { model, stream: false },
        Some((model, "converse-stream")) if !model.is_empty() => Route::Converse { model, stream: true },
        Some((model, "invoke")) if !model.is_empty() => Route::Invoke { model, stream: false },
        Some((model, "invoke-with-response-stream")) if !model.is_empty() => Route::Invoke { model, stream: true },
        Some((model, "count-tokens")) if !model.is_empty() => {
            Route::Count { dialect: Dialect::Bedrock, model: Some(model) }
        }
        _ => Route::OtherOperation,
    }
}

/// Gemini's operations stand behind the model's last colon.
fn generation(rest: &str) -> Route<'_> {
    let embed = |model, several| Route::Embed { dialect: Dialect::Gemini, model: Some(model), several };
    match rest.rsplit_once(':') {
        Some((model, "generateContent")) if !model.is_empty() => Route::Generate { model, stream: false },
        Some((model, "streamGenerateContent")) if !model.is_empty() => Route::Generate { model, stream: true },
        Some((model, "countTokens")) if !model.is_empty() => {
            Route::Count { dialect: Dialect::Gemini, model: Some(model) }
        }
        Some((model, "embedContent")) if !model.is_empty() => embed(model, false),
        Some((model, "batchEmbedContents")) if !model.is_empty() => embed(model, true),
        _ => Route::Unknown,
    }
}

/// Some hosts put a dialect before the version.
fn below_v1(path: &str) -> Option<&str> {
    let bare = ["/openai", "/anthropic", "/compat"].iter().find_map(|prefix| path.strip_prefix(prefix));
    bare.unwrap_or(path).strip_prefix("/v1/")
}

impl Route<'_> {
    /// The dialect of what a model answers: a turn, or vectors.
    pub(crate) fn dialect(self) -> Option<Dialect> {
        match self {
            Self::Turn(dialect) | Self::Embed { dialect, .. } => Some(dialect),
            Self::Converse { .. } => Some(Dialect::Bedrock),
            Self::Invoke { .. } => Some(Dialect::BedrockInvoke),
            Self::Generate { .. } => Some(Dialect::Gemini),
            _ => None,
        }
    }

    /// Whether its body may have two spellings of each field.
    pub(crate) fn is_geminis(self) -> bool {
        match self {
            Self::Count { dialect, .. } | Self::Embed { dialect, .. } => dialect == Dialect::Gemini,
            _ => matches!(self, Self::Generate { .. }),
        }
    }

    /// The model asked for: a field of the body, or a part of the path.
    pub(crate) fn model<'b>(&'b self, body: &'b Value) -> Option<Cow<'b, str>> {
        match self {
            Self::Converse { model, .. }
            | Self::Invoke { model, .. }
            | Self::Generate { model, .. }
            | Self::Count { model: Some(model), .. }
            | Self::Embed { model: Some(model), .. } => Some(decoded(model)),
            _ => body.get("model").and_then(Value::as_str).map(Cow::from),
        }
    }

    /// Whether a stream is asked for.
    pub(crate) fn stream(self, body: &Value) -> bool {
        match self {
            Self::Converse { stream, .. } | Self::Invoke { stream, .. } | Self::Generate { stream, .. } => stream,
            _ => flag(body, "stream"),
        }
    }

    /// Whether a stream comes as plain JSON, because the head of the request does not ask for server-sent events: in lines from
    /// Cohere, as a list from Gemini.
    pub(crate) fn plain(self, head: &Parts) -> bool {
        match self {
            Self::Turn(Dialect::Cohere) => !accepts_events(head),
            Self::Generate { stream, .. } => {
                let query = head.uri.query().unwrap_or_default();
                stream && !query.split('&').any(|parameter| parameter == "alt=sse")
            }
            _ => false,
        }
    }

    /// The answer of a route that needs no model.
    pub(crate) fn fixed(self, head: &Parts) -> Answer {
        // both dialects list their models at one path
        let model = if head.headers.contains_key("anthropic-version") { anthropic_model } else { openai_model };
        match self {
            Self::Model(id) => Answer::reply(&model(id), None),
            Self::Models if head.headers.contains_key("anthropic-version") => {
                let list = Object::new()
                    .with("data", Json::from_iter([model("mock-model")]))
                    .with("has_more", false)
                    .with("first_id", "mock-model")
                    .with("last_id", "mock-model");
                Answer::reply(&list, None)
            }
            Self::Models => {
                let data = Json::from_iter([model("mock-model"), model("mock-embed")]);
                Answer::reply(&Object::new().with("object", "list").with("data", data), None)
            }
            Self::Health => Answer::reply(&Object::new(), None),
            Self::OtherOperation => bedrock::no_such_operation(),
            Self::Turn(_)
            | Self::Converse { .. }
            | Self::Invoke { .. }
            | Self::Generate { .. }
            | Self::Count { .. }
            | Self::Embed { .. }
            | Self::Unknown => openai_chat::no_such_route(head.method.as_str(), head.uri.path()),
        }
    }
}

/// SDKs that say nothing of their own accept everything.
fn accepts_events(head: &Parts) -> bool {
    let accepted = head.headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut kinds =
        accepted.flat_map(|value| value.split(',')).map(|kind| kind.split(';').next().unwrap_or_default().trim());
    kinds.any(|kind| matches!(kind, "text/event-stream" | "*/*"))
}

/// `%XX` decoded, once; what is no such thing stays.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        // a sign would be taken for a number too
        let hex = part.get(..2).filter(|hex| hex.bytes().all(|digit| digit.is_ascii_hexdigit()));
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            bytes.extend(part.bytes().skip(2));
        } else {
            bytes.push(b'%');
            bytes.extend(part.bytes());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned().into()
}

fn openai_model(id: &str) -> Object {
    Object::new().with("id", id).with("object", "model").with("created", 1).with("owned_by", "mock")
}

fn anthropic_model(id: &str) -> Object {
    Object::new()
        .with("type", "model")
        .with("id", id)
        .with("display_name", "Mock")
        .with("created_at", "2026-01-01T00:00:00Z")
        .with("lifecycle", "active")
}

#[cfg(test)]
#[path = "route_tests.rs"]
mod tests;
