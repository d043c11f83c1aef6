//! `POST /model/new`: a deployment that every instance has from now on.

use axum::Json;
use axum::extract::State;
use engine::rights::models::{ALL_OF_PROXY, ALL_OF_TEAM, NONE_BY_DEFAULT};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use store::models::ModelRow;
use store::teams::TeamRow;
use store::{Scope, Stamps, Transaction, UPDATED};
use utoipa::ToSchema;

use super::body::{self, Model};
use super::view::ModelView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::access_group::name;
use crate::manage::body::{Change, read};
use crate::manage::fields::{Attached, Name};
use crate::manage::named::CHOSEN;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct CreateModelRequest {
    /// The model group that it serves, as callers name it; may hold one `*`.
    model_name: Name,
    /// How it is called: `model`, `api_key`, `api_base` and whatever else may stand in a configuration file.
    litellm_params: Attached,
    /// What is known of it. `id`: left out, a random one. `team_id`: the team that has it for itself.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    model_info: Change<Attached>,
    /// Whether it is left out for now.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    blocked: Change<bool>,
}

/// Adds a deployment.
#[utoipa::path(
    post, path = "/model/new", tag = "models", request_body = CreateModelRequest,
    responses((status = 200, body = ModelView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn create_model(
    State(app): State<App>,
    operator: Operator,
    JsonBody(raw): JsonBody<Box<RawValue>>,
) -> Result<Json<ModelView>, ApiError> {
    let request: CreateModelRequest = read(&raw, &[])?;
    let params = body::coerced(request.litellm_params.0);
    let mut info = request.model_info.set().unwrap_or_default().0;
    let own_id = body::id_of(&mut info);
    let team = take_team(&mut info);
    let standing = body::standing(&app, &operator, team.as_deref()).await?;
    let blocked = request.blocked.set().unwrap_or_default();
    if standing.is_some() {
        if own_id.is_some() {
            return Err(ApiError::forbidden("model_info.id", CHOSEN));
        }
        body::own_means(&request.model_name.0, &params, &info)?;
        if blocked {
            return Err(ApiError::forbidden("blocked", "this is for administrators to set"));
        }
        unshared(&app, &request.model_name.0)?;
    }
    let id = own_id.unwrap_or_else(|| app.new_id());
    let model = Model { id, name: request.model_name.0, team, params, info, blocked };
    let row = model.row(&app, Stamps::new(&operator.actor)).await?;
    let mut change = operator.begin(&app).await?;
    let in_file = app.engine().settings().models.deployments().any(|deployment| deployment.id == row.model_id);
    if in_file || change.find::<ModelRow>(&Scope::Gateway, &[&row.model_id]).await?.is_some() {
        return Err(ApiError::exists("model_info.id"));
    }
    name::check_model(&app, &mut change, &row).await?;
    name::check_groups(&app, &mut change, (None, &row)).await?;
    change.insert(&row).await?;
    name_in_team(&mut change, &operator, &row).await?;
    app.commit_settings(change).await?;
    Ok(Json(ModelView::new(row)))
}

/// What says whose it is stands in a column of its own.
pub(super) fn take_team(info: &mut Map<String, Value>) -> Option<String> {
    let team = body::team_of(info).map(str::to_owned);
    for ours in [
        "team_id",
        "team_public_model_name",
        "db_model",
        "blocked",
        "created_at",
        "updated_at",
        "created_by",
        "updated_by",
    ] {
        info.remove(ours);
    }
    team
}

/// A team's own model must not take the name of one for everybody: without it, the name would open that one.
pub(super) fn unshared(app: &App, name: &str) -> Result<(), ApiError> {
    let settings = app.engine().settings();
    let shared = settings.models.targets(settings.models.resolve_alias(name), None);
    // on the team's list such a name would stand for more than this model
    let is_word = [ALL_OF_PROXY, ALL_OF_TEAM, NONE_BY_DEFAULT].contains(&name);
    let is_group =
        settings.models.deployments().any(|deployment| deployment.access_groups.iter().any(|own| own == name));
    if !shared.is_empty() || name.contains('*') || is_word || is_group {
        return Err(ApiError::forbidden("model_name", "this name means more than one model of a team, or could"));
    }
    Ok(())
}

/// A team that has a list of models gets the new name on it.
pub(super) async fn name_in_team(
    change: &mut Transaction,
    operator: &Operator,
    row: &ModelRow,
) -> Result<(), ApiError> {
    let Some(team) = &row.team_id else { return Ok(()) };
    let before: TeamRow = change.require(&Scope::Gateway, &[team]).await?;
    if before.models.is_empty() || before.models.contains(&row.model_name) {
        return Ok(());
    }
    let mut after = TeamRow { stamps: before.stamps.updated(&operator.actor), ..before.clone() };
    after.models.push(row.model_name.clone());
    Ok(change.update(UPDATED, &before, &after).await?)
}
