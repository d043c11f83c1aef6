//! `GET /model/info`, `/v1/model/info` and `/v2/model/info`: the deployments behind the models that the caller may use.

use std::collections::HashSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use engine::Principal;
use engine::models::Deployment;
use engine::rights::role::Role;
use engine::settings::Settings;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::DeploymentView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

const PAGE_SIZE: u32 = 50;
const LARGEST_PAGE: u32 = 1_000;
/// Filters of LiteLLM that this version does not honour.
const LATER: &[&str] =
    &["debug", "exclude_auto_routers", "healthy_only", "sortBy", "sortOrder", "use_stored_params", "user_models_only"];

#[derive(Serialize, ToSchema)]
pub(crate) struct ModelInfoResponse {
    data: Vec<DeploymentView>,
}

/// Shows deployments.
#[utoipa::path(
    get, path = "/model/info", tag = "models",
    params(("litellm_model_id" = Option<String>, Query, description = "One deployment")),
    responses((status = 200, body = ModelInfoResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_models(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<ModelInfoResponse>, ApiError> {
    let id = params.text("litellm_model_id")?;
    params.refuse_rest(LATER)?;
    let settings = app.engine().settings();
    let mut seen = visible(&operator.principal, &settings);
    if let Some(id) = id {
        seen.retain(|deployment| deployment.id == id);
        if seen.is_empty() {
            return Err(ApiError::invalid("litellm_model_id", "there is no such model"));
        }
    }
    let data = seen.into_iter().map(|deployment| DeploymentView::new(&settings.models, deployment)).collect();
    Ok(Json(ModelInfoResponse { data }))
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ModelInfoPage {
    data: Vec<DeploymentView>,
    total_count: usize,
    current_page: u32,
    total_pages: usize,
    size: u32,
}

/// Shows a page of deployments.
#[utoipa::path(
    get, path = "/v2/model/info", tag = "models",
    params(
        ("page" = Option<u32>, Query, minimum = 1), ("size" = Option<u32>, Query, minimum = 1, maximum = 1000),
        ("model" = Option<String>, Query, description = "The model group"),
        ("modelId" = Option<String>, Query, description = "One deployment"),
        ("search" = Option<String>, Query, description = "A part of the model group's name"),
        ("teamId" = Option<String>, Query, description = "Those that the team has for itself"),
        ("access_group" = Option<String>, Query, description = "Those of an access group of deployments"),
        ("wildcard_only" = Option<bool>, Query, description = "Those whose group is a wildcard"),
    ),
    responses((status = 200, body = ModelInfoPage), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_models(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<ModelInfoPage>, ApiError> {
    let page = params.number("page", 1, 1..=u32::MAX)?;
    let size = params.number("size", PAGE_SIZE, 1..=LARGEST_PAGE)?;
    let (name, id) = (params.text("model")?, params.text("modelId")?);
    let (search, team) = (params.text("search")?.map(|part| part.to_lowercase()), params.text("teamId")?);
    let (group, wildcard_only) = (params.text("access_group")?, params.flag("wildcard_only", false)?);
    params.flag("include_team_models", false)?;
    params.refuse_rest(LATER)?;
    let settings = app.engine().settings();
    let mut seen = visible(&operator.principal, &settings);
    seen.retain(|deployment| {
        name.as_ref().is_none_or(|name| deployment.group == *name)
            && id.as_ref().is_none_or(|id| deployment.id == *id)
            && search.as_ref().is_none_or(|part| deployment.group.to_lowercase().contains(part))
            && team.as_ref().is_none_or(|team| deployment.team.as_ref() == Some(team))
            && group.as_ref().is_none_or(|group| deployment.access_groups.contains(group))
            && (!wildcard_only || deployment.group.contains('*'))
    });
    let (total_count, per_page) = (seen.len(), size as usize);
    let first = (page as usize - 1).saturating_mul(per_page);
    let shown = seen.into_iter().skip(first).take(per_page);
    let data = shown.map(|deployment| DeploymentView::new(&settings.models, deployment)).collect();
    Ok(Json(ModelInfoPage { data, total_count, current_page: page, total_pages: total_count.div_ceil(per_page), size }))
}

/// The deployments behind the models that the caller may use; administrators see all, those of teams too.
pub(in crate::manage) fn visible<'a>(principal: &Principal, settings: &'a Settings) -> Vec<&'a Arc<Deployment>> {
    let models = &settings.models;
    if matches!(principal.role(), Some(Role::ProxyAdmin | Role::ProxyAdminViewer)) {
        return models.deployments().collect();
    }
    let (named, patterns) = (principal.usable(settings), principal.usable_patterns(models));
    let usable: HashSet<_> = named.iter().chain(&patterns).map(|listed| listed.group.as_str()).collect();
    let own_team = principal.team_id();
    let is_usable = |deployment: &Arc<Deployment>| {
        let is_of_others = deployment.team.as_deref().is_some_and(|team| Some(team) != own_team);
        !is_of_others && usable.contains(deployment.group.as_str())
    };
    models.deployments().filter(|deployment| is_usable(deployment)).collect()
}
