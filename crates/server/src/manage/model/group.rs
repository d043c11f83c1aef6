//! `GET /model_group/info`: what callers see as one model.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use engine::models::Target;
use money::Class;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::info::visible;
use super::make_public::public_groups;
use super::view::dollars;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct ModelGroupsResponse {
    data: Vec<ModelGroup>,
}

/// Deployments of one name: the widest limits, the dearest prices.
#[derive(Serialize, ToSchema)]
pub(crate) struct ModelGroup {
    #[serde(rename = "model_group")]
    name: String,
    providers: BTreeSet<String>,
    max_input_tokens: Option<u64>,
    max_output_tokens: Option<u64>,
    #[schema(value_type = Option<f64>)]
    input_cost_per_token: Value,
    #[schema(value_type = Option<f64>)]
    output_cost_per_token: Value,
    mode: String,
    #[serde(rename = "is_public_model_group")]
    is_public: bool,
}

/// Shows model groups.
#[utoipa::path(
    get, path = "/model_group/info", tag = "models",
    params(("model_group" = Option<String>, Query, description = "One model group")),
    responses((status = 200, body = ModelGroupsResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_model_groups(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<ModelGroupsResponse>, ApiError> {
    let only = params.text("model_group")?;
    params.refuse_rest(&[])?;
    let public = public_groups(&app.engine().db).await?;
    let settings = app.engine().settings();
    let models = &settings.models;
    let mut names: Vec<&str> = Vec::new();
    let seen = visible(&operator.principal, &settings);
    for deployment in &seen {
        if !names.contains(&deployment.group.as_str()) && only.as_ref().is_none_or(|only| deployment.group == *only) {
            names.push(&deployment.group);
        }
    }
    let group = |name: &str| {
        let members: Vec<_> = seen.iter().filter(|deployment| deployment.group == name).collect();
        let targets: Vec<_> = members.iter().map(|deployment| models.target(deployment, "")).collect();
        let dearest = |class| {
            let prices = targets.iter().filter_map(|target| target.prices.usual());
            dollars(prices.map(|price| price.rate(class)).max())
        };
        ModelGroup {
            name: name.to_owned(),
            providers: members.iter().map(|deployment| deployment.provider.id.clone()).collect(),
            max_input_tokens: targets.iter().filter_map(|target| target.max_input_tokens).max(),
            max_output_tokens: targets.iter().filter_map(|target| target.max_output_tokens).max(),
            input_cost_per_token: dearest(Class::Input),
            output_cost_per_token: dearest(Class::Output),
            mode: targets.iter().find_map(Target::mode).unwrap_or("chat").to_owned(),
            is_public: public.iter().any(|group| group == name),
        }
    };
    Ok(Json(ModelGroupsResponse { data: names.into_iter().map(group).collect() }))
}
