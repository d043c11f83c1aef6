//! A small HTTP client, and readers of what it gets.

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use testkit::Upstream;

pub(crate) const CHAT: &str = "/v1/chat/completions";
pub(crate) const RESPONSES: &str = "/v1/responses";
pub(crate) const MESSAGES: &str = "/v1/messages";
pub(crate) const CONVERSE: &str = "/model/m/converse";
pub(crate) const CONVERSE_STREAM: &str = "/model/m/converse-stream";

/// A response, and whether its body came to its end in good order.
pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// Empty if it is no text.
    pub(crate) body: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) whole: bool,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The `data:` of every SSE frame.
    pub(crate) fn data(&self) -> Vec<&str> {
        self.body.lines().filter_map(|line| line.strip_prefix("data: ")).collect()
    }

    /// The frames that are JSON.
    pub(crate) fn events(&self) -> Vec<Value> {
        self.data().iter().filter_map(|data| serde_json::from_str(data).ok()).collect()
    }
}

pub(crate) fn chat(prompt: &str, more: Value) -> Value {
    merged(json!({"model": "m", "messages": [{"role": "user", "content": prompt}]}), more)
}

pub(crate) fn respond(prompt: &str, more: Value) -> Value {
    merged(json!({"model": "m", "input": prompt}), more)
}

pub(crate) fn message(prompt: &str, more: Value) -> Value {
    merged(json!({"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": prompt}]}), more)
}

pub(crate) fn converse(prompt: &str, more: Value) -> Value {
    merged(json!({"messages": [{"role": "user", "content": [{"text": prompt}]}]}), more)
}

pub(crate) fn merged(mut body: Value, more: Value) -> Value {
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    body
}

pub(crate) async fn open(upstream: &Upstream, path: &str, body: &Value) -> Response<Incoming> {
    request(upstream, "POST", path, body.to_string()).await.unwrap()
}

pub(crate) async fn post(upstream: &Upstream, path: &str, body: &Value) -> Got {
    read(open(upstream, path, body).await).await
}

pub(crate) async fn get(upstream: &Upstream, path: &str) -> Got {
    read(request(upstream, "GET", path, String::new()).await.unwrap()).await
}

pub(crate) async fn request(
    upstream: &Upstream,
    method: &str,
    path: &str,
    body: String,
) -> Result<Response<Incoming>, hyper_util::client::legacy::Error> {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", upstream.base_url()))
        .header("x-turnpike-attempt", "a-1")
        .body(Full::new(Bytes::from(body)))
        .unwrap();
    // a client of its own for every request: dropping the response closes the connection
    Client::builder(TokioExecutor::new()).build_http().request(request).await
}

pub(crate) async fn read(response: Response<Incoming>) -> Got {
    let (head, mut body) = response.into_parts();
    let (mut bytes, mut whole) = (Vec::new(), true);
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => bytes.extend(frame.into_data().unwrap_or_default()),
            Err(_) => whole = false,
        }
    }
    let body = String::from_utf8(bytes.clone()).unwrap_or_default();
    Got { status: head.status, headers: head.headers, body, bytes, whole }
}
