//! Gemini: the operations behind a model's name, `/v1beta/models/{model}:generateContent` and the others, also under `/v1/models`
//! and `/models`.

mod list;

use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use engine::call::Task;
use engine::secret::Secret;
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
use wire::envelope::Address;
use wire::{Dialect, ErrorKind, ErrorReply};

use super::Route;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract;

/// The header in which its SDKs send the key.
const KEY_HEADER: &str = "x-goog-api-key";

pub(in crate::http) async fn invoke_operation(State(app): State<App>, request: Request) -> Response {
    // whoever asks for a stream and not for events gets a list, errors too
    let streams = request.uri().path().ends_with(":streamGenerateContent");
    let events = request.uri().query().is_some_and(|query| query.split('&').any(|pair| pair == "alt=sse"));
    let response = invoke(app, request).await.into_response();
    if streams && !events { list::of(response).await } else { response }
}

async fn invoke(app: App, request: Request) -> Result<Response, ApiError> {
    let path = request.uri().path();
    let route = operation(path).ok_or_else(|| {
        let message = format!("There is no {} {path} here.", request.method());
        ApiError::in_dialect(ErrorReply::new(ErrorKind::NotFound, message), Dialect::Gemini, app.new_id())
    })?;
    super::serve(app, request, route).await
}

/// The operation that a path names. Names of models may hold slashes and colons.
fn operation(path: &str) -> Option<Route> {
    let (_, named) = path.split_once("/models/")?;
    let (name, operation) = named.rsplit_once(':')?;
    let (call_type, stream, task) = match operation {
        "generateContent" => ("agenerate_content", false, Task::Answer),
        "streamGenerateContent" => ("agenerate_content_stream", true, Task::Answer),
        "countTokens" => ("count_tokens", false, Task::Count),
        "embedContent" => ("aembedding", false, Task::EmbedOne),
        "batchEmbedContents" => ("aembedding", false, Task::Embed),
        _ => return None,
    };
    let model = percent_decode_str(name).decode_utf8().ok()?.into_owned();
    let address = Some(Address { model: model.clone(), stream });
    (!model.is_empty()).then_some(Route { dialect: Dialect::Gemini, call_type, address, task })
}

/// Whether a path names an operation on a model.
pub(super) fn is_operation(path: &str) -> bool {
    operation(path).is_some()
}

/// Whether a request is one of Gemini's, as far as its head tells.
pub(in crate::http) fn is_for(method: &Method, path: &str, headers: &HeaderMap) -> bool {
    let operates = || method == Method::POST && ["/models/", "/v1/models/"].iter().any(|at| path.starts_with(at));
    path.starts_with("/v1beta/") || headers.contains_key(KEY_HEADER) || operates() || is_operation(path)
}

/// The credential of a request: in a header as everywhere, or `key` in the query.
pub(super) fn credential(headers: &HeaderMap, query: Option<&str>) -> Option<Secret> {
    extract::credential(headers).or_else(|| {
        let mut keys = query?.split('&').filter_map(|pair| pair.strip_prefix("key="));
        // of two it is not known whose the call is
        let (key, other) = (keys.next()?, keys.next());
        let key = percent_decode_str(key).decode_utf8().ok()?;
        (other.is_none() && !key.is_empty()).then(|| Secret::new(key.into_owned()))
    })
}

/// The query without the key.
pub(super) fn without_key(query: &str) -> String {
    let is_key = |pair: &&str| pair.split('=').next().is_some_and(|name| name.eq_ignore_ascii_case("key"));
    query.split('&').filter(|pair| !is_key(pair)).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_stands_before_the_last_colon() {
        for (path, model, stream, task) in [
            ("/v1beta/models/gemini-3:generateContent", "gemini-3", false, Task::Answer),
            ("/v1/models/openai/gpt-4o:streamGenerateContent", "openai/gpt-4o", true, Task::Answer),
            ("/models/anthropic.claude-v2:1:countTokens", "anthropic.claude-v2:1", false, Task::Count),
            ("/v1beta/models/a%2Fb%3Ac:generateContent", "a/b:c", false, Task::Answer),
            ("/v1beta/models/m:embedContent", "m", false, Task::EmbedOne),
            ("/v1beta/models/m:batchEmbedContents", "m", false, Task::Embed),
        ] {
            let route = operation(path).unwrap();
            assert_eq!(route.address, Some(Address { model: model.to_owned(), stream }), "{path}");
            assert_eq!(route.task, task, "{path}");
        }
        for path in [
            "/v1beta/models/m",
            "/v1beta/models/:generateContent",
            "/v1beta/models/m:predict",
            "/v1beta/models/%ff:generateContent",
        ] {
            assert!(operation(path).is_none(), "{path}");
        }
    }

    #[test]
    fn the_key_is_found_and_goes_no_further() {
        let found = |headers: &HeaderMap, query: &str| {
            credential(headers, Some(query)).map(|secret| secret.reveal().to_owned())
        };
        let none = HeaderMap::new();
        for (query, key, rest) in [
            ("key=sk-a", Some("sk-a"), ""),
            ("alt=sse&key=sk%2Da", Some("sk-a"), "alt=sse"),
            ("key=sk-a&key=sk-b&x", None, "x"),
            ("key=", None, ""),
            ("KEY=sk-a&keys=1", None, "keys=1"),
            ("", None, ""),
        ] {
            assert_eq!(found(&none, query).as_deref(), key, "{query}");
            assert_eq!(without_key(query), rest, "{query}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(KEY_HEADER, "sk-h".parse().unwrap());
        assert_eq!(found(&headers, "key=sk-a").as_deref(), Some("sk-h"));
    }
}
