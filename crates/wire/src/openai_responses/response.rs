//! The response object: a whole answer, and what a stream begins and ends with.

use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::Echo;
use super::item::Item;
use super::usage;
use crate::json::Raw;

/// What an answer says again of its request, and what it says where the request says nothing.
const SETTINGS: &[(&str, &str)] = &[
    ("instructions", "null"),
    ("max_output_tokens", "null"),
    ("max_tool_calls", "null"),
    ("metadata", "{}"),
    ("parallel_tool_calls", "true"),
    ("prompt_cache_key", "null"),
    ("reasoning", "null"),
    ("safety_identifier", "null"),
    ("temperature", "null"),
    ("text", r#"{"format":{"type":"text"}}"#),
    ("tool_choice", r#""auto""#),
    ("tools", "[]"),
    ("top_logprobs", "null"),
    ("top_p", "null"),
    ("truncation", r#""disabled""#),
    ("user", "null"),
];

/// The tiers that SDKs with strict checks know.
const TIERS: &[&str] = &["auto", "default", "flex", "scale", "priority", "fast", "ultrafast"];

/// A response on its way to a client. SDKs with strict checks require every member that OpenAI's own has.
#[derive(Serialize)]
pub(super) struct Response<'a> {
    id: &'a str,
    object: &'static str,
    created_at: i64,
    status: &'static str,
    background: bool,
    error: Option<Error<'a>>,
    incomplete_details: Option<Incomplete>,
    model: &'a str,
    pub(super) output: &'a [Item<'a>],
    previous_response_id: (),
    service_tier: Option<&'a str>,
    store: bool,
    pub(super) usage: Option<usage::Written>,
    #[serde(flatten)]
    settings: Settings<'a>,
    /// Bedrock's, of a guardrail: SDKs keep members that they do not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trace: Option<&'a Raw>,
}

/// Why a response failed.
#[derive(Serialize)]
pub(super) struct Error<'a> {
    pub(super) code: &'a str,
    pub(super) message: &'a str,
}

#[derive(Serialize)]
struct Incomplete {
    reason: &'static str,
}

impl<'a> Response<'a> {
    /// A response that has just begun. `created_at` is in seconds since 1970.
    pub(super) fn new(id: &'a str, model: &'a str, created_at: i64, echo: &'a Echo) -> Self {
        Self {
            id,
            object: "response",
            created_at,
            status: "in_progress",
            background: false,
            error: None,
            incomplete_details: None,
            model,
            output: &[],
            previous_response_id: (),
            service_tier: None,
            store: false,
            usage: None,
            settings: Settings(echo),
            trace: None,
        }
    }

    /// Ends it, for the reason why it is incomplete if it is.
    pub(super) fn end(&mut self, incomplete: Option<&'static str>) {
        self.status = if incomplete.is_some() { "incomplete" } else { "completed" };
        self.incomplete_details = incomplete.map(|reason| Incomplete { reason });
    }

    /// Ends it with an error.
    pub(super) fn fail(&mut self, error: Error<'a>) {
        self.status = "failed";
        self.error = Some(error);
    }

    /// Tells the tier; words that SDKs with strict checks do not know are left out.
    pub(super) fn tier(&mut self, tier: Option<&'a str>) {
        self.service_tier = tier.filter(|tier| TIERS.contains(tier));
    }
}

struct Settings<'a>(&'a Echo);

impl Serialize for Settings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(SETTINGS.len()))?;
        for (name, silent) in SETTINGS {
            if let Some(told) = self.0.get(name) {
                map.serialize_entry(name, told)?;
            } else {
                let silent: &RawValue = serde_json::from_str(silent).map_err(S::Error::custom)?;
                map.serialize_entry(name, silent)?;
            }
        }
        map.end()
    }
}
