//! What the bodies of key routes have in common: the fields that are honoured, and those that are refused.

use std::collections::BTreeMap;

use engine::rights::routes;
use serde::Deserialize;
use store::keys::KeyRow;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::manage::body::{Change, Fields, Later};
use crate::manage::duration;
use crate::manage::fields::{
    Aliases, Attached, Attachments, LimitFields, LimitType, ModelNames, Name, Names, nameable, put_flag,
    put_limit_type, put_numbers,
};

/// The settings of a key that are its own.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(crate) struct KeyFields {
    /// A name for people; unique among the keys that whoever gives it sees. An empty one is none.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    pub(super) key_alias: Change<Name>,
    /// Model groups that the key may call: names, patterns with one `*`, access groups, `all-team-models` or
    /// `all-proxy-models`. None means all that stands above the key allows.
    #[schema(value_type = Option<ModelNames>)]
    #[serde(default)]
    models: Change<ModelNames>,
    /// For how long the key is valid from now: 30s, 15m, 24h, 7d, 2w, 1mo. Null: for ever.
    #[schema(value_type = Option<String>, example = "30d")]
    #[serde(default)]
    duration: Change<String>,
    /// Whether the key is refused for now.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    blocked: Change<bool>,
    /// Whose key it is.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    pub(super) user_id: Change<Name>,
    /// The team that it belongs to.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    team_id: Change<Name>,
    /// The organization that it belongs to, where its team does not say so.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    organization_id: Change<Name>,
    /// The project of its team that it is for.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    project_id: Change<Name>,
    /// A budget that it has beside its own limits.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    budget_id: Change<Name>,
    /// Names that this key has for model groups.
    #[schema(value_type = Option<Aliases>)]
    #[serde(default)]
    aliases: Change<Aliases>,
    /// Which models are asked in the place of one, in this order, where `model_max_budget` does not allow it.
    #[schema(value_type = Option<BTreeMap<String, Vec<String>>>)]
    #[serde(default)]
    budget_fallbacks: Change<BTreeMap<String, Names>>,
    /// Routes, or groups of routes, that the key may call. None means all that its owner may.
    #[schema(value_type = Option<Names>)]
    #[serde(default)]
    allowed_routes: Change<Names>,
    /// A short name for such a list.
    #[schema(value_type = Option<KeyType>)]
    #[serde(default)]
    key_type: Change<KeyType>,
    /// Rights beside those of the owner's role.
    #[schema(value_type = Option<Object>)]
    #[serde(default)]
    permissions: Change<Attached>,
    /// Access groups whose models the key may call.
    #[schema(value_type = Option<Names>)]
    #[serde(default)]
    access_group_ids: Change<Names>,
    /// How strictly `rpm_limit` holds: `guaranteed_throughput` is refused where the team has less for all that have it together; with
    /// `dynamic` more may be used while the deployments of the model have room.
    #[schema(value_type = Option<LimitType>)]
    #[serde(default)]
    rpm_limit_type: Change<LimitType>,
    /// The same of `tpm_limit`.
    #[schema(value_type = Option<LimitType>)]
    #[serde(default)]
    tpm_limit_type: Change<LimitType>,
    /// Whether it is slowed instead of refused when its budget is spent, as far as configuration says to how much.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    throttle_on_budget_exceeded: Change<bool>,
    /// Calls a minute, by their tags.
    #[schema(value_type = Option<BTreeMap<String, u64>>)]
    #[serde(default)]
    tag_rpm_limit: Change<BTreeMap<String, u64>>,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyType {
    Default,
    /// Calls of models only.
    LlmApi,
    /// The management API only.
    Management,
    /// Reading only.
    ReadOnly,
}

impl KeyType {
    fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::LlmApi => "llm_api",
            Self::Management => "management",
            Self::ReadOnly => "read_only",
        }
    }
}

/// All settings of a key.
#[derive(Clone)]
pub(super) struct KeyBody {
    pub(super) own: KeyFields,
    pub(super) limits: LimitFields,
    attached: Attachments,
}

impl KeyBody {
    pub(super) fn take(fields: &mut Fields<'_>) -> Result<Self, ApiError> {
        Ok(Self { own: fields.take()?, limits: fields.take()?, attached: fields.take()? })
    }

    /// Makes the row what it is afterwards. `now`, in microseconds UTC, is when durations begin.
    pub(super) fn apply(self, row: &mut KeyRow, now: i64) -> Result<(), ApiError> {
        let KeyFields {
            key_alias,
            models,
            duration,
            blocked,
            user_id,
            team_id,
            organization_id,
            project_id,
            budget_id,
            aliases,
            budget_fallbacks,
            allowed_routes,
            key_type,
            permissions,
            access_group_ids,
            rpm_limit_type,
            tpm_limit_type,
            throttle_on_budget_exceeded,
            tag_rpm_limit,
        } = self.own;
        nameable(key_alias).apply(&mut row.key_alias);
        models.apply_or_default(&mut row.models);
        expiry(duration, now)?.apply(&mut row.expires_at);
        blocked.apply_or_default(&mut row.blocked);
        nameable(user_id).apply(&mut row.user_id);
        nameable(team_id).apply(&mut row.team_id);
        nameable(organization_id).apply(&mut row.organization_id);
        nameable(project_id).apply(&mut row.project_id);
        nameable(budget_id).apply(&mut row.budget_id);
        aliases.apply_or_default(&mut row.settings.aliases);
        match budget_fallbacks {
            Change::Keep => {}
            Change::Clear => row.settings.budget_fallbacks.clear(),
            Change::Set(models) => {
                row.settings.budget_fallbacks = models.into_iter().map(|(model, others)| (model, others.0)).collect();
            }
        }
        if let Some(key_type) = key_type.set() {
            row.settings.key_type = Some(key_type.name().to_owned());
            row.settings.allowed_routes = routes::of_key_type(key_type.name()).unwrap_or_default();
        }
        allowed_routes.apply_or_default(&mut row.settings.allowed_routes);
        permissions.apply_or_default(&mut row.settings.permissions);
        access_group_ids.apply_or_default(&mut row.settings.access_group_ids);
        row.limits.forget_past_increase(now);
        self.limits.apply(&mut row.limits, now)?;
        self.attached.apply(&mut row.metadata);
        put_limit_type(&mut row.metadata, "rpm_limit_type", rpm_limit_type);
        put_limit_type(&mut row.metadata, "tpm_limit_type", tpm_limit_type);
        put_flag(&mut row.metadata, "throttle_on_budget_exceeded", throttle_on_budget_exceeded);
        put_numbers(&mut row.metadata, "tag_rpm_limit", tag_rpm_limit);
        Ok(())
    }
}

pub(in crate::manage) fn expiry(duration: Change<String>, now: i64) -> Result<Change<i64>, ApiError> {
    match duration {
        Change::Keep => Ok(Change::Keep),
        Change::Clear => Ok(Change::Clear),
        // LiteLLM's older word for null
        Change::Set(text) if text == "-1" => Ok(Change::Clear),
        Change::Set(text) => {
            duration::after(&text, now).map(Change::Set).map_err(|error| ApiError::invalid("duration", error))
        }
    }
}

/// Fields that clients send without meaning anything that is not said elsewhere.
pub(super) const IDLE: &[&str] = &["budget_reset_at", "expires", "send_invite_email", "service_account_id"];

/// Fields of LiteLLM's key bodies that this version does not honour.
pub(super) const LATER: &[Later] = &[
    ("agent_id", &[]),
    ("allowed_cache_controls", &[]),
    ("allowed_vector_store_indexes", &[]),
    ("auto_rotate", &["false"]),
    ("config", &[]),
    ("disable_global_guardrails", &["false"]),
    ("enable_prompt_caching", &["false"]),
    ("end_user_budget_id", &[]),
    ("enforced_batch_output_expires_after", &[]),
    ("enforced_file_expires_after", &[]),
    ("guardrails", &[]),
    ("logging", &[]),
    ("mcp_rpm_limit", &[]),
    ("object_permission", &[]),
    ("policies", &[]),
    ("prompts", &[]),
    ("require_trace_id", &["false"]),
    ("rotation_interval", &[]),
    ("router_settings", &[]),
    ("secret_manager_settings", &[]),
    ("spend", &["0", "0.0"]),
];

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;
    use serde_json::{Value, json};

    use super::*;

    /// The field that is refused, if one is.
    fn refused(body: &Value) -> Option<String> {
        let raw: Box<RawValue> = serde_json::value::to_raw_value(body).unwrap();
        let mut fields = Fields::open(&raw).unwrap();
        let read = KeyBody::take(&mut fields).and_then(|_| fields.close(LATER));
        read.err().and_then(|error| error.reply.param)
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

    #[test]
    fn names_the_field_that_is_wrong() {
        for (body, field) in [
            (json!({"models": "m"}), "models"),
            (json!({"models": [1]}), "models"),
            (json!({"duration": 7}), "duration"),
            (json!({"max_budget": -1}), "max_budget"),
            (json!({"metadata": []}), "metadata"),
            (json!({"blocked": "yes"}), "blocked"),
            (json!({"user_id": 1}), "user_id"),
            (json!({"budget_duration": "soon"}), "budget_duration"),
            (json!({"budget_duration": "0d"}), "budget_duration"),
            (json!({"tpm_limit": -1}), "tpm_limit"),
            (json!({"model_max_budget": {"m": 1}}), "model_max_budget"),
            (json!({"spend": 5}), "spend"),
            (json!({"key_type": "admin"}), "key_type"),
            (json!({"guardrails": ["g"]}), "guardrails"),
            (json!({"max_budgets": 5}), "max_budgets"),
        ] {
            assert_eq!(refused(&body).as_deref(), Some(field), "{body}");
        }
    }
}
