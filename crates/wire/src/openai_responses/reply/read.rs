//! Reading an answer.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::item::{self, text};
use super::super::{status, usage};
use crate::chat::{Choice, Part, Reply, ServiceTier, Usage};
use crate::json::{self, Invalid, Object};

/// Reads a provider's answer. In the place of items that the conversation does not have stands a sentence.
pub fn read(body: &str) -> Result<Reply, Invalid> {
    let mut body = Object::parse(body, "")?;
    let items = body.take_list("output")?.ok_or_else(|| body.invalid("output", "is required"))?;
    let id = text(&mut body, "id").unwrap_or_default();
    let (mut parts, mut logprobs) = (Vec::new(), Vec::new());
    for (index, (path, item)) in (0..).zip(items) {
        for said in item::read(Object::parse(item.get(), path)?, &id, index)? {
            logprobs.extend(said.logprobs);
            parts.extend(Some(said.part).filter(|part| !is_empty(part)));
        }
    }
    let word = text(&mut body, "status").unwrap_or_default();
    let details = body.take_object("incomplete_details").ok().flatten();
    let reason = details.and_then(|mut details| text(&mut details, "reason"));
    let calls = parts.iter().any(|part| matches!(part, Part::ToolCall(_)));
    let stop = status::read(&word, reason.as_deref(), calls);
    let usage = body.take("usage").map(|told| usage::read(told.get())).unwrap_or_default();
    let service_tier = text(&mut body, "service_tier");
    Ok(Reply {
        choices: vec![Choice { logprobs, ..Choice::new(parts, stop) }],
        model: text(&mut body, "model").unwrap_or_default(),
        created: body.take("created_at").and_then(seconds),
        usage: usage.served_as(service_tier.as_deref()),
        service_tier,
        trace: None,
        id,
    })
}

/// A time in seconds since 1970; some servers say fractions.
pub(in super::super) fn seconds(value: &RawValue) -> Option<i64> {
    value.get().split('.').next()?.parse().ok()
}

fn is_empty(part: &Part) -> bool {
    match part {
        Part::Text { text, citations, .. } => text.is_empty() && citations.is_empty(),
        Part::Refusal { text } => text.is_empty(),
        _ => false,
    }
}

/// The usage in an answer, without reading the rest of it.
pub fn scan_usage(body: &str) -> Usage {
    let Some(served) = json::served(body) else { return Usage::default() };
    let usage = served.usage.map(|told| usage::read(told.get())).unwrap_or_default();
    Usage { tier: ServiceTier::told(served.service_tier), ..usage }
}

/// Whether an answer is an error in disguise, without reading the rest of it: the response failed or is not at its end, or it
/// is none.
pub fn is_error(body: &str) -> bool {
    #[derive(Deserialize)]
    struct Told<'a> {
        #[serde(borrow)]
        status: Option<Cow<'a, str>>,
        #[serde(borrow)]
        error: Option<&'a RawValue>,
        #[serde(borrow)]
        output: Option<&'a RawValue>,
    }
    serde_json::from_str::<Told<'_>>(body).is_ok_and(|told| {
        told.status.as_deref().is_some_and(status::is_error)
            || (told.output.is_none() && told.error.is_some_and(|error| json::is_truthy(error.get())))
    })
}
