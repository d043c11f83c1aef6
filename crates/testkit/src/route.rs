//! Paths, and the answers that need no model.

use http::Method;
use http::request::Parts;

use crate::counts::quarter;
use crate::dialect::Dialect;
use crate::json::{Json, Object};
use crate::write::{Answer, openai_chat};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    Turn(Dialect),
    CountTokens,
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
    match below_v1(path).or(path.strip_prefix('/').filter(|path| *path == "chat/completions")) {
        Some("chat/completions") => Route::Turn(Dialect::OpenaiChat),
        Some("messages") => Route::Turn(Dialect::Anthropic),
        Some("messages/count_tokens") => Route::CountTokens,
        _ => Route::Unknown,
    }
}

/// Some hosts put a dialect before the version.
fn below_v1(path: &str) -> Option<&str> {
    let bare = ["/openai", "/anthropic", "/compat"].iter().find_map(|prefix| path.strip_prefix(prefix));
    bare.unwrap_or(path).strip_prefix("/v1/")
}

impl Route<'_> {
    pub(crate) fn dialect(self) -> Option<Dialect> {
        match self {
            Self::Turn(dialect) => Some(dialect),
            _ => None,
        }
    }

    /// The answer of a route that needs no model.
    pub(crate) fn fixed(self, head: &Parts, body_len: usize) -> Answer {
        // both dialects list their models at one path
        let model = if head.headers.contains_key("anthropic-version") { anthropic_model } else { openai_model };
        match self {
            Self::CountTokens => Answer::reply(&Object::new().with("input_tokens", quarter(body_len)), None),
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
            Self::Turn(_) | Self::Unknown => openai_chat::no_such_route(head.method.as_str(), head.uri.path()),
        }
    }
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
mod tests {
    use super::*;

    #[test]
    fn routes() {
        for (method, path, expect) in [
            (Method::POST, "/v1/chat/completions", Route::Turn(Dialect::OpenaiChat)),
            (Method::POST, "/chat/completions", Route::Turn(Dialect::OpenaiChat)),
            (Method::POST, "/openai/v1/chat/completions", Route::Turn(Dialect::OpenaiChat)),
            (Method::POST, "/v1/v1/chat/completions", Route::Unknown),
            (Method::POST, "/v1/messages", Route::Turn(Dialect::Anthropic)),
            (Method::POST, "/messages", Route::Unknown),
            (Method::GET, "/v1/messages", Route::Unknown),
            (Method::GET, "/v1/models", Route::Models),
            (Method::GET, "/v1/models/a/b", Route::Model("a/b")),
            (Method::GET, "/v1/models/", Route::Unknown),
            (Method::GET, "/healthz", Route::Health),
        ] {
            assert_eq!(route(&method, path), expect, "{method} {path}");
        }
    }
}
