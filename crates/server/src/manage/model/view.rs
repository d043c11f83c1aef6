//! A deployment as clients see it.

use engine::models::{Deployment, Models};
use money::Class;
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::models::ModelRow;
use utoipa::ToSchema;

use crate::manage::fields::{StampsView, masked};

/// A deployment that was added.
#[derive(Serialize, ToSchema)]
pub(crate) struct ModelView {
    model_id: String,
    model_name: String,
    /// What is secret is masked.
    #[schema(value_type = Object)]
    litellm_params: Map<String, Value>,
    #[schema(value_type = Object)]
    model_info: Map<String, Value>,
    blocked: bool,
    #[serde(flatten)]
    stamps: StampsView,
}

impl ModelView {
    pub(super) fn new(row: ModelRow) -> Self {
        let mut model_info = row.info;
        model_info.insert("id".to_owned(), json!(row.model_id));
        model_info.insert("db_model".to_owned(), json!(true));
        if let Some(team) = &row.team_id {
            model_info.insert("team_id".to_owned(), json!(team));
            model_info.insert("team_public_model_name".to_owned(), json!(row.model_name));
        }
        Self {
            model_id: row.model_id,
            model_name: row.model_name,
            litellm_params: row.params,
            model_info,
            blocked: row.blocked,
            stamps: StampsView::new(row.stamps),
        }
    }
}

/// Any deployment.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeploymentView {
    pub(super) model_name: String,
    /// What is secret is masked.
    #[schema(value_type = Object)]
    litellm_params: Map<String, Value>,
    /// What was said of it, and what the catalogue knows.
    #[schema(value_type = Object)]
    pub(super) model_info: Map<String, Value>,
}

impl DeploymentView {
    pub(super) fn new(models: &Models, deployment: &std::sync::Arc<Deployment>) -> Self {
        let written = &deployment.written;
        let mut litellm_params = masked(&written.params);
        let own_name = || json!(format!("{}/{}", deployment.provider.id, deployment.model));
        litellm_params.entry("model").or_insert_with(own_name);
        let mut info = written.info.clone();
        let target = models.target(deployment, "");
        let mut put = |name: &str, value: Value| {
            info.entry(name).or_insert(value);
        };
        put("id", json!(deployment.id));
        put("db_model", json!(written.is_added));
        put("mode", json!(target.mode()));
        put("litellm_provider", json!(deployment.provider.id));
        put("max_input_tokens", json!(target.max_input_tokens));
        put("max_output_tokens", json!(target.max_output_tokens));
        put("max_tokens", json!(target.max_output_tokens));
        let price = target.prices.usual();
        put("input_cost_per_token", dollars(price.map(|price| price.rate(Class::Input))));
        put("output_cost_per_token", dollars(price.map(|price| price.rate(Class::Output))));
        put("access_groups", json!(deployment.access_groups));
        if let Some(team) = &deployment.team {
            put("team_id", json!(team));
            put("team_public_model_name", json!(deployment.group));
        }
        Self { model_name: deployment.group.clone(), litellm_params, model_info: info }
    }
}

/// A price is written digit by digit.
pub(super) fn dollars(rate: Option<money::Rate>) -> Value {
    let digits = rate.map(|rate| rate.to_usd_per_token().normalize().to_string());
    digits.and_then(|digits| serde_json::from_str(&digits).ok()).unwrap_or(Value::Null)
}
