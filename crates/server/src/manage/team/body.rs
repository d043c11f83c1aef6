//! What the bodies of team routes have in common.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value};
use store::Limits;
use store::teams::TeamRow;
use utoipa::ToSchema;

use super::permission::Permission;
use crate::http::error::ApiError;
use crate::manage::body::{Change, Fields, Later};
use crate::manage::fields::{
    Aliases, Attachments, Cap, DurationText, LimitFields, ModelLimitFields, ModelNames, Name, Names, nameable,
};

/// The settings of a team that are its own.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(crate) struct TeamFields {
    /// A name for people.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    team_alias: Change<Name>,
    /// The organization that it belongs to. Null or an empty text: none.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    organization_id: Change<Name>,
    /// Models that its keys may call at most: names, patterns with one `*`, access groups or `all-proxy-models`. Empty: all that
    /// its organization may.
    #[schema(value_type = Option<ModelNames>)]
    #[serde(default)]
    models: Change<ModelNames>,
    /// Whether its keys are refused for now.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    blocked: Change<bool>,
    /// Names that this team has for model groups.
    #[schema(value_type = Option<Aliases>)]
    #[serde(default)]
    model_aliases: Change<Aliases>,
    /// What its members may do with its keys: routes.
    #[schema(value_type = Option<Vec<String>>)]
    #[serde(default)]
    team_member_permissions: Change<Vec<Permission>>,
    /// Models of members who are given none of their own.
    #[schema(value_type = Option<ModelNames>)]
    #[serde(default)]
    default_team_member_models: Change<ModelNames>,
    /// Access groups whose models its keys may call.
    #[schema(value_type = Option<Names>)]
    #[serde(default)]
    access_group_ids: Change<Names>,
}

/// The limits of members who are given none of their own.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "LiteLLM's names")]
pub(crate) struct MemberDefaults {
    /// What one member may spend, in US dollars.
    #[schema(value_type = Option<f64>, minimum = 0)]
    #[serde(default)]
    team_member_budget: Change<Cap>,
    #[schema(value_type = Option<String>, example = "30d")]
    #[serde(default)]
    team_member_budget_duration: Change<DurationText>,
    #[schema(value_type = Option<u64>)]
    #[serde(default)]
    team_member_rpm_limit: Change<u64>,
    #[schema(value_type = Option<u64>)]
    #[serde(default)]
    team_member_tpm_limit: Change<u64>,
    #[schema(value_type = Option<BTreeMap<String, ModelLimitFields>>)]
    #[serde(default)]
    team_member_model_max_budget: Change<BTreeMap<String, ModelLimitFields>>,
}

impl MemberDefaults {
    /// The limits as they are afterwards; none when no field was named.
    pub(super) fn applied(self, limits: &Limits, now: i64) -> Result<Option<Limits>, ApiError> {
        let Self {
            team_member_budget,
            team_member_budget_duration,
            team_member_rpm_limit,
            team_member_tpm_limit,
            team_member_model_max_budget,
        } = self;
        let mut after = limits.clone();
        let fields = LimitFields {
            max_budget: team_member_budget,
            budget_duration: team_member_budget_duration,
            rpm_limit: team_member_rpm_limit,
            tpm_limit: team_member_tpm_limit,
            model_max_budget: team_member_model_max_budget,
            ..LimitFields::default()
        };
        fields.apply(&mut after, now)?;
        Ok((after != *limits).then_some(after))
    }
}

/// All settings of a team.
pub(super) struct TeamBody {
    own: TeamFields,
    limits: LimitFields,
    attached: Attachments,
    pub(super) members: MemberDefaults,
}

impl TeamBody {
    pub(super) fn take(fields: &mut Fields<'_>) -> Result<Self, ApiError> {
        Ok(Self { own: fields.take()?, limits: fields.take()?, attached: fields.take()?, members: fields.take()? })
    }

    /// Merges given metadata into those of the team, as RFC 7386 does, instead of replacing them.
    pub(super) fn merging(mut self, metadata: &Map<String, Value>) -> Self {
        if let Change::Set(patch) = &mut self.attached.metadata {
            let mut merged = metadata.clone();
            merge(&mut merged, &patch.0);
            patch.0 = merged;
        }
        self
    }

    /// Makes the row what it is afterwards. `now` is in microseconds UTC.
    pub(super) fn apply(self, row: &mut TeamRow, now: i64) -> Result<MemberDefaults, ApiError> {
        let TeamFields {
            team_alias,
            organization_id,
            models,
            blocked,
            model_aliases,
            team_member_permissions,
            default_team_member_models,
            access_group_ids,
        } = self.own;
        nameable(team_alias).apply(&mut row.team_alias);
        nameable(organization_id).apply(&mut row.organization_id);
        models.apply_or_default(&mut row.models);
        blocked.apply_or_default(&mut row.blocked);
        let settings = &mut row.settings;
        model_aliases.apply_or_default(&mut settings.model_aliases);
        match team_member_permissions {
            Change::Keep => {}
            Change::Clear => settings.team_member_permissions = None,
            Change::Set(given) => settings.team_member_permissions = Some(names(given)),
        }
        default_team_member_models.apply_or_default(&mut settings.default_team_member_models);
        access_group_ids.apply_or_default(&mut settings.access_group_ids);
        row.limits.forget_past_increase(now);
        self.limits.apply(&mut row.limits, now)?;
        self.attached.apply(&mut row.metadata);
        // which budget members get is said elsewhere; LiteLLM's clients send back what they read here
        row.metadata.remove("team_member_budget_id");
        if let (Some(soft), Some(hard)) = (row.limits.soft_budget, row.limits.max_budget)
            && soft >= hard
        {
            return Err(ApiError::invalid("soft_budget", "must be below max_budget"));
        }
        Ok(self.members)
    }
}

/// Permissions by name, each once.
pub(super) fn names(given: Vec<Permission>) -> Vec<String> {
    let given: BTreeSet<_> = given.into_iter().map(|Permission(route)| route).collect();
    given.into_iter().map(str::to_owned).collect()
}

/// How deep a merge goes at most: no deeper than a body is read.
fn merge(into: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (name, value) in patch {
        match value {
            Value::Null => {
                into.remove(name);
            }
            Value::Object(patch) => {
                let field = into.entry(name.clone()).or_insert_with(|| Value::Object(Map::new()));
                if !field.is_object() {
                    *field = Value::Object(Map::new());
                }
                if let Value::Object(field) = field {
                    merge(field, patch);
                }
            }
            value => {
                into.insert(name.clone(), value.clone());
            }
        }
    }
}

/// Fields that clients send with a change and that are said elsewhere.
pub(super) const IDLE: &[&str] =
    &["admins", "budget_reset_at", "members", "members_with_roles", "model_id", "rpm_limit_type", "tpm_limit_type"];

/// Fields of LiteLLM's team bodies that this version does not honour.
pub(super) const LATER: &[Later] = &[
    ("admins", &[]),
    ("allow_team_guardrail_config", &["false"]),
    ("allowed_vector_store_indexes", &[]),
    ("disable_global_guardrails", &["false"]),
    ("enforced_batch_output_expires_after", &[]),
    ("enforced_file_expires_after", &[]),
    ("guardrails", &[]),
    ("logging", &[]),
    ("mcp_rpm_limit", &[]),
    ("members", &[]),
    ("object_permission", &[]),
    ("policies", &[]),
    ("prompts", &[]),
    ("require_trace_id", &["false"]),
    ("router_settings", &[]),
    ("rpm_limit_type", &[r#""best_effort_throughput""#]),
    ("secret_manager_settings", &[]),
    ("spend", &["0", "0.0"]),
    ("team_member_key_duration", &[]),
    ("tpm_limit_type", &[r#""best_effort_throughput""#]),
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn metadata_are_merged_by_name() {
        let mut into = json!({"a": 1, "b": {"c": 1, "d": 2}, "e": [1]}).as_object().unwrap().clone();
        let patch = json!({"a": null, "b": {"c": null, "x": {"y": null, "z": 1}}, "e": [2], "f": null});
        merge(&mut into, patch.as_object().unwrap());
        assert_eq!(Value::Object(into), json!({"b": {"d": 2, "x": {"z": 1}}, "e": [2]}));
    }
}
