//! One request to a gateway.

use std::io::Read as _;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use bytes::Bytes;
use engine::secret::Secret;
use engine::settings::Deadlines;
use engine::{Unanswered, Upstream};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tokio::time::Instant;

use super::ask::Ask;
use crate::config::environment;

/// Longer than any task takes, lists of a large ledger included.
const PATIENCE: Duration = Duration::from_mins(1);
const VARIABLES: [&str; 2] = ["TURNPIKE_API_KEY", "TURNPIKE_MASTER_KEY"];

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) text: String,
}

/// The key to authenticate with. It is no argument: others on the machine see those.
pub(super) fn key(from_stdin: bool) -> Result<Secret, String> {
    if from_stdin {
        return line();
    }
    let process = environment::process();
    let set = VARIABLES.iter().find_map(|name| process(name).filter(|key| !key.is_empty()));
    set.map(Secret::new).ok_or_else(|| {
        format!(
            "no key to authenticate with: set {}, or give one on standard input with --api-key-stdin",
            VARIABLES.join(" or ")
        )
    })
}

/// A secret that stands on standard input.
pub(super) fn line() -> Result<Secret, String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| format!("standard input cannot be read: {error}"))?;
    match text.trim() {
        "" => Err("standard input is empty: a key is expected there".to_owned()),
        text => Ok(Secret::new(text)),
    }
}

pub(super) fn send(url: &str, key: &Secret, ask: &Ask) -> anyhow::Result<Answer> {
    let request = request(url, key, ask)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let client =
            Upstream::new(Deadlines::default().connect).context("the certificate authorities cannot be read")?;
        let deadline = Instant::now() + PATIENCE;
        let answer = client.exchange(request, deadline).await.map_err(|why| match why {
            Unanswered::Late => anyhow!("the gateway at {url} does not answer"),
            Unanswered::Broken(error) => {
                anyhow!(error).context(format!("the gateway at {url} cannot be reached: set TURNPIKE_URL or --url"))
            }
        })?;
        let (head, body) = answer.into_parts();
        let body = tokio::time::timeout_at(deadline, body.collect()).await.context("the answer does not end")??;
        let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
        Ok(Answer { status: head.status, text })
    })
}

fn request(url: &str, key: &Secret, ask: &Ask) -> anyhow::Result<Request<Full<Bytes>>> {
    let is_get = ask.method == Method::GET;
    let query = if is_get { query(ask) } else { String::new() };
    let uri = format!("{}{}{query}", url.trim_end_matches('/'), ask.path).parse::<Uri>().ok();
    let usable = |uri: &Uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some();
    let uri = uri.filter(usable).with_context(|| format!("{url} is not like http://host:4000"))?;
    let mut bearer =
        HeaderValue::from_str(&format!("Bearer {}", key.reveal())).context("the key is no line of text")?;
    bearer.set_sensitive(true);
    let body = if is_get { Bytes::new() } else { Value::Object(ask.fields.clone()).to_string().into() };
    let request = Request::builder().method(ask.method.clone()).uri(uri).header(AUTHORIZATION, bearer);
    Ok(request.header(CONTENT_TYPE, "application/json").body(Full::new(body))?)
}

fn query(ask: &Ask) -> String {
    let parameters: Vec<_> = ask
        .fields
        .iter()
        .map(|(name, value)| {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
                other => other.to_string(),
            };
            format!("{name}={}", utf8_percent_encode(&text, NON_ALPHANUMERIC))
        })
        .collect();
    if parameters.is_empty() { String::new() } else { format!("?{}", parameters.join("&")) }
}
