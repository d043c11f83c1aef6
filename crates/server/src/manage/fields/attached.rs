//! What administrators attach to an object: `metadata`, and the fields that LiteLLM keeps in it.

use std::collections::BTreeMap;

use engine::rights::bonds::SERVICE;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Names, exact};
use crate::manage::body::Change;

const LONGEST: usize = 64 << 10;

/// The names under which the fields of [`Attachments`] stand in the metadata.
pub(in crate::manage) const ATTACHED: &[&str] = &[
    "tags",
    "enforced_params",
    "model_rpm_limit",
    "model_tpm_limit",
    "model_itpm_limit",
    "model_otpm_limit",
    "default_estimated_output_tokens",
    "default_estimated_output_tokens_per_model",
    "rpm_limit_type",
    "tpm_limit_type",
    "tag_rpm_limit",
    "priority",
    "throttle_on_budget_exceeded",
    "allowed_passthrough_routes",
    "denied_passthrough_routes",
];

/// An object that comes back as it was sent, of 64 KiB at most.
#[derive(Clone, Debug, Default, PartialEq, ToSchema)]
#[schema(value_type = Object)]
pub(crate) struct Attached(pub(in crate::manage) Map<String, Value>);

impl<'de> Deserialize<'de> for Attached {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        if raw.get().len() > LONGEST {
            return Err(D::Error::custom("must have at most 64 KiB of JSON"));
        }
        exact::read(raw).map(Self).map_err(D::Error::custom)
    }
}

impl From<Attached> for Map<String, Value> {
    fn from(attached: Attached) -> Self {
        attached.0
    }
}

/// Fields that LiteLLM keeps in the metadata, where clients read them back. A null takes one away.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(crate) struct Attachments {
    /// Whatever is to be kept with it; replaced as a whole.
    #[schema(value_type = Option<Object>)]
    #[serde(default)]
    pub(in crate::manage) metadata: Change<Attached>,
    /// Tags of its calls.
    #[schema(value_type = Option<Vec<String>>)]
    #[serde(default)]
    tags: Change<Names>,
    /// Parameters that every call has to have: `user`, or `metadata.cost_centre`.
    #[schema(value_type = Option<Vec<String>>)]
    #[serde(default)]
    enforced_params: Change<Names>,
    /// Calls a minute, by model.
    #[schema(value_type = Option<BTreeMap<String, u64>>)]
    #[serde(default)]
    model_rpm_limit: Change<BTreeMap<String, u64>>,
    /// Tokens a minute, by model.
    #[schema(value_type = Option<BTreeMap<String, u64>>)]
    #[serde(default)]
    model_tpm_limit: Change<BTreeMap<String, u64>>,
    /// Tokens of requests a minute, by model.
    #[schema(value_type = Option<BTreeMap<String, u64>>)]
    #[serde(default)]
    model_itpm_limit: Change<BTreeMap<String, u64>>,
    /// Tokens of answers a minute, by model.
    #[schema(value_type = Option<BTreeMap<String, u64>>)]
    #[serde(default)]
    model_otpm_limit: Change<BTreeMap<String, u64>>,
    /// How long its answers are taken to be before they are there.
    #[schema(value_type = Option<u64>)]
    #[serde(default)]
    default_estimated_output_tokens: Change<u64>,
    /// The same by model.
    #[schema(value_type = Option<BTreeMap<String, u64>>)]
    #[serde(default)]
    default_estimated_output_tokens_per_model: Change<BTreeMap<String, u64>>,
    /// Pass-through routes that it may call.
    #[schema(value_type = Option<Vec<String>>)]
    #[serde(default)]
    allowed_passthrough_routes: Change<Names>,
    /// Pass-through routes that it may not call, whatever else is said.
    #[schema(value_type = Option<Vec<String>>)]
    #[serde(default)]
    denied_passthrough_routes: Change<Names>,
}

impl Attachments {
    /// The metadata as they are afterwards.
    pub(in crate::manage) fn apply(self, metadata: &mut Map<String, Value>) {
        let Self {
            metadata: whole,
            tags,
            enforced_params,
            model_rpm_limit,
            model_tpm_limit,
            model_itpm_limit,
            model_otpm_limit,
            default_estimated_output_tokens,
            default_estimated_output_tokens_per_model,
            allowed_passthrough_routes,
            denied_passthrough_routes,
        } = self;
        // which service it is stays: more may be demanded of services
        let service = metadata.get(SERVICE).cloned();
        whole.apply_or_default(metadata);
        if let Some(service) = service {
            metadata.insert(SERVICE.to_owned(), service);
        }
        put(metadata, "tags", tags, |names| names.0.into());
        put(metadata, "enforced_params", enforced_params, |names| names.0.into());
        put(metadata, "model_rpm_limit", model_rpm_limit, numbers);
        put(metadata, "model_tpm_limit", model_tpm_limit, numbers);
        put(metadata, "model_itpm_limit", model_itpm_limit, numbers);
        put(metadata, "model_otpm_limit", model_otpm_limit, numbers);
        put(metadata, "default_estimated_output_tokens", default_estimated_output_tokens, Value::from);
        let by_model = default_estimated_output_tokens_per_model;
        put(metadata, "default_estimated_output_tokens_per_model", by_model, numbers);
        put(metadata, "allowed_passthrough_routes", allowed_passthrough_routes, |names| names.0.into());
        put(metadata, "denied_passthrough_routes", denied_passthrough_routes, |names| names.0.into());
    }
}

/// Limits by model that LiteLLM keeps in the metadata of what has no calls of its own. A null takes one away.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names are LiteLLM's")]
pub(crate) struct ModelRates {
    /// Calls a minute, by model.
    #[schema(value_type = Option<BTreeMap<String, u64>>)]
    #[serde(default)]
    model_rpm_limit: Change<BTreeMap<String, u64>>,
    /// Tokens a minute, by model.
    #[schema(value_type = Option<BTreeMap<String, u64>>)]
    #[serde(default)]
    model_tpm_limit: Change<BTreeMap<String, u64>>,
    /// Tokens of requests a minute, by model.
    #[schema(value_type = Option<BTreeMap<String, u64>>)]
    #[serde(default)]
    model_itpm_limit: Change<BTreeMap<String, u64>>,
    /// Tokens of answers a minute, by model.
    #[schema(value_type = Option<BTreeMap<String, u64>>)]
    #[serde(default)]
    model_otpm_limit: Change<BTreeMap<String, u64>>,
}

impl ModelRates {
    /// The metadata as they are afterwards.
    pub(in crate::manage) fn apply(self, metadata: &mut Map<String, Value>) {
        put(metadata, "model_rpm_limit", self.model_rpm_limit, numbers);
        put(metadata, "model_tpm_limit", self.model_tpm_limit, numbers);
        put(metadata, "model_itpm_limit", self.model_itpm_limit, numbers);
        put(metadata, "model_otpm_limit", self.model_otpm_limit, numbers);
    }
}

/// Tags of calls, which stand in the metadata, too.
pub(in crate::manage) fn put_tags(metadata: &mut Map<String, Value>, tags: Change<Names>) {
    put(metadata, "tags", tags, |names| names.0.into());
}

/// How strictly a key's own limit holds, which LiteLLM keeps in the metadata.
pub(in crate::manage) fn put_limit_type(metadata: &mut Map<String, Value>, name: &str, change: Change<LimitType>) {
    put(metadata, name, change, |given| given.name().into());
}

/// A switch that LiteLLM keeps in the metadata.
pub(in crate::manage) fn put_flag(metadata: &mut Map<String, Value>, name: &str, change: Change<bool>) {
    put(metadata, name, change, Value::from);
}

/// Numbers by name that LiteLLM keeps in the metadata.
pub(in crate::manage) fn put_numbers(
    metadata: &mut Map<String, Value>,
    name: &str,
    change: Change<BTreeMap<String, u64>>,
) {
    put(metadata, name, change, numbers);
}

/// How strictly a limit holds.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LimitType {
    /// Together no more may be given than there is.
    GuaranteedThroughput,
    BestEffortThroughput,
    /// While the deployments of the model have room, more may be used.
    Dynamic,
}

impl LimitType {
    /// As it stands in the metadata.
    pub(in crate::manage) fn name(self) -> &'static str {
        match self {
            Self::GuaranteedThroughput => "guaranteed_throughput",
            Self::BestEffortThroughput => "best_effort_throughput",
            Self::Dynamic => "dynamic",
        }
    }
}

fn put<T>(metadata: &mut Map<String, Value>, name: &str, change: Change<T>, write: impl FnOnce(T) -> Value) {
    match change {
        Change::Keep => {}
        Change::Clear => {
            metadata.remove(name);
        }
        Change::Set(value) => {
            metadata.insert(name.to_owned(), write(value));
        }
    }
}

fn numbers(by_model: BTreeMap<String, u64>) -> Value {
    Value::Object(by_model.into_iter().map(|(model, number)| (model, number.into())).collect())
}
