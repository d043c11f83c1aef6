//! What `/key/generate` and `/key/update` have in common: the fields that are honoured, and those that are refused.

use money::Nanos;
use serde_json::{Map, Value};
use store::keys::Change;
use utoipa::ToSchema;
use wire::json::Object;

use super::metadata;
use crate::http::error::ApiError;
use crate::manage::body::{Later, change, change_with};
use crate::manage::usd;

/// What a key may carry. Its row is read for calls and shown in lists: no one key may make that dear.
const LONGEST_TEXT: usize = 255;
const MOST_MODELS: usize = 1_000;
const LONGEST_MODEL: usize = 256;
const MOST_METADATA: usize = 64 << 10;

/// The settings of a key.
#[derive(Clone, Debug, ToSchema)]
pub(crate) struct KeySettings {
    /// A name for people; unique. An empty one is none.
    #[schema(value_type = Option<String>)]
    pub(super) key_alias: Change<String>,
    /// Model groups that the key may call: names, patterns with one `*`, or `all-proxy-models`. None means all.
    #[schema(value_type = Option<Vec<String>>)]
    pub(super) models: Change<Vec<String>>,
    /// For how long the key is valid from now: 30s, 15m, 24h, 7d, 2w, 1mo. Null: for ever.
    #[schema(value_type = Option<String>, example = "30d")]
    pub(super) duration: Change<String>,
    /// What the key may spend in total, in US dollars; also as a string. Null: without limit.
    #[schema(value_type = Option<f64>, minimum = 0, example = 12.5)]
    pub(super) max_budget: Change<Nanos>,
    /// Whatever is to be kept with the key.
    #[schema(value_type = Option<Object>)]
    pub(super) metadata: Change<Map<String, Value>>,
    /// Whether the key is refused for now.
    #[schema(value_type = Option<bool>)]
    pub(super) blocked: Change<bool>,
    /// Whose key it is.
    #[schema(value_type = Option<String>)]
    pub(super) user_id: Change<String>,
}

impl KeySettings {
    pub(super) fn take(body: &mut Object<'_>) -> Result<Self, ApiError> {
        let key_alias = match text(body, "key_alias")? {
            Change::Set(alias) if alias.is_empty() => Change::Clear,
            alias => alias,
        };
        Ok(Self {
            key_alias,
            models: models(body)?,
            duration: change(body, "duration", "must be a string")?,
            max_budget: change_with(body, "max_budget", |raw| {
                usd::read_cap(raw).map_err(|error| ApiError::invalid("max_budget", error))
            })?,
            metadata: change_with(body, "metadata", |raw| {
                if raw.get().len() > MOST_METADATA {
                    return Err(ApiError::invalid("metadata", "must have at most 64 KiB of JSON"));
                }
                metadata::read(raw).map_err(|error| ApiError::invalid("metadata", error))
            })?,
            blocked: change(body, "blocked", "must be true or false")?,
            user_id: text(body, "user_id")?,
        })
    }
}

fn text(body: &mut Object<'_>, name: &str) -> Result<Change<String>, ApiError> {
    let text: Change<String> = change(body, name, "must be a string")?;
    match &text {
        Change::Set(text) if text.chars().count() > LONGEST_TEXT => {
            Err(ApiError::invalid(name, format!("must have at most {LONGEST_TEXT} characters")))
        }
        _ => Ok(text),
    }
}

fn models(body: &mut Object<'_>) -> Result<Change<Vec<String>>, ApiError> {
    let models: Change<Vec<String>> = change(body, "models", "must be a list of strings")?;
    let refuse = |problem| Err(ApiError::invalid("models", problem));
    match &models {
        Change::Set(names) if names.len() > MOST_MODELS => refuse(format!("must have at most {MOST_MODELS} names")),
        Change::Set(names) if names.iter().any(|name| name.len() > LONGEST_MODEL) => {
            refuse(format!("must be names of at most {LONGEST_MODEL} bytes"))
        }
        _ => Ok(models),
    }
}

/// The value of a field that was set.
pub(super) fn set<T>(field: Change<T>) -> Option<T> {
    match field {
        Change::Set(value) => Some(value),
        Change::Keep | Change::Clear => None,
    }
}

/// The same for a field that is never empty: null is its empty value.
pub(super) fn set_or_default<T: Default>(field: Change<T>) -> Option<T> {
    match field {
        Change::Set(value) => Some(value),
        Change::Clear => Some(T::default()),
        Change::Keep => None,
    }
}

/// Fields of LiteLLM's key bodies that this version does not honour.
pub(super) const LATER: &[Later] = &[
    ("access_group_ids", &[]),
    ("agent_id", &[]),
    ("aliases", &[]),
    ("allowed_cache_controls", &[]),
    ("allowed_passthrough_routes", &[]),
    ("allowed_routes", &[]),
    ("allowed_vector_store_indexes", &[]),
    ("auto_rotate", &["false"]),
    ("budget_duration", &[]),
    ("budget_fallbacks", &[]),
    ("budget_id", &[]),
    ("budget_limits", &[]),
    ("config", &[]),
    ("default_estimated_output_tokens", &[]),
    ("default_estimated_output_tokens_per_model", &[]),
    ("denied_passthrough_routes", &[]),
    ("disable_global_guardrails", &["false"]),
    ("enable_prompt_caching", &["false"]),
    ("end_user_budget_id", &[]),
    ("enforced_batch_output_expires_after", &[]),
    ("enforced_file_expires_after", &[]),
    ("enforced_params", &[]),
    ("guardrails", &[]),
    ("key_type", &[r#""default""#]),
    ("logging", &[]),
    ("max_parallel_requests", &[]),
    ("mcp_rpm_limit", &[]),
    ("model_itpm_limit", &[]),
    ("model_max_budget", &[]),
    ("model_otpm_limit", &[]),
    ("model_rpm_limit", &[]),
    ("model_tpm_limit", &[]),
    ("object_permission", &[]),
    ("organization_id", &[]),
    ("permissions", &[]),
    ("policies", &[]),
    ("project_id", &[]),
    ("prompts", &[]),
    ("require_trace_id", &["false"]),
    ("rotation_interval", &[]),
    ("router_settings", &[]),
    ("rpm_limit", &[]),
    ("rpm_limit_type", &[]),
    ("secret_manager_settings", &[]),
    ("send_invite_email", &["false"]),
    ("soft_budget", &[]),
    ("spend", &["0", "0.0"]),
    ("tag_rpm_limit", &[]),
    ("tags", &[]),
    ("team_id", &[]),
    ("team_member_key_duration", &[]),
    ("temp_budget_expiry", &[]),
    ("temp_budget_increase", &[]),
    ("throttle_on_budget_exceeded", &["false"]),
    ("tpd_limit", &[]),
    ("tpm_limit", &[]),
    ("tpm_limit_type", &[]),
];

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::RawValue;

    use super::*;
    use crate::manage::body;

    /// The field that is refused, if one is.
    fn refused(body: &Value) -> Option<String> {
        let raw: Box<RawValue> = serde_json::value::to_raw_value(body).unwrap();
        let mut body = body::parse(&raw).unwrap();
        KeySettings::take(&mut body).err().and_then(|error| error.reply.param)
    }

    #[test]
    fn everything_has_a_bound() {
        let text = |length: usize| "\u{e9}".repeat(length);
        let models = |count: usize| vec!["m"; count];
        // the letter is two bytes, and `{"a":""}` eight
        let metadata = |bytes: usize| json!({"a": "x".repeat(bytes - 8)});
        for (name, most, too_much) in [
            ("key_alias", json!(text(255)), json!(text(256))),
            ("user_id", json!(text(255)), json!(text(256))),
            ("models", json!(models(1_000)), json!(models(1_001))),
            ("models", json!([text(128)]), json!(["m", text(129)])),
            ("metadata", metadata(64 << 10), metadata((64 << 10) + 1)),
        ] {
            assert_eq!(refused(&json!({name: most})), None, "{name}");
            assert_eq!(refused(&json!({name: too_much})).as_deref(), Some(name));
        }
    }
}
