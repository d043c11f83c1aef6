//! `POST /model/update`: LiteLLM's older way to change a deployment: parameters that are sent replace those of their names.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use store::UPDATED;
use store::models::ModelRow;
use utoipa::ToSchema;

use super::body::{self, Model};
use super::create::{name_in_team, take_team, unshared};
use super::delete::unname_in_team;
use super::view::ModelView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::access_group::name;
use crate::manage::body::{Change, Fields};
use crate::manage::fields::{Attached, Name, is_masked};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct UpdateModelRequest {
    /// The deployment; `model_info.id` is the same.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Change<String>,
    #[serde(default)]
    #[schema(value_type = Option<Name>)]
    model_name: Change<Name>,
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    litellm_params: Change<Attached>,
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    model_info: Change<Attached>,
}

/// Changes a deployment.
#[utoipa::path(
    post, path = "/model/update", tag = "models", request_body = UpdateModelRequest,
    responses((status = 200, body = ModelView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_model(
    State(app): State<App>,
    operator: Operator,
    JsonBody(raw): JsonBody<Box<RawValue>>,
) -> Result<Json<ModelView>, ApiError> {
    let mut fields = Fields::open(&raw)?;
    // blocking has a route of its own
    fields.ignore(&["blocked"]);
    let UpdateModelRequest { id, model_name, litellm_params, model_info } = fields.take()?;
    fields.close(&[])?;
    let mut info = model_info.set().unwrap_or_default().0;
    let named = body::id_of(&mut info).or(id.set());
    let id = named.ok_or_else(|| ApiError::invalid("model_info.id", "say which model is meant"))?;
    let params = litellm_params.set().unwrap_or_default().0;
    let edit = Edit { id, name: model_name.set().map(|name| name.0), params, info, removed: Vec::new() };
    edit.make(&app, &operator).await.map(Json)
}

/// What is to become of a deployment.
pub(super) struct Edit {
    pub(super) id: String,
    pub(super) name: Option<String>,
    /// Merged into what is there, but for nulls and for what was masked as it was read.
    pub(super) params: Map<String, Value>,
    pub(super) info: Map<String, Value>,
    /// Parameters that are taken away.
    pub(super) removed: Vec<String>,
}

impl Edit {
    pub(super) async fn make(self, app: &App, operator: &Operator) -> Result<ModelView, ApiError> {
        let Self { id, name, params, mut info, removed } = self;
        // sealing may wait for a cloud: it is done before the change begins, which others wait for
        let before = store::require::<ModelRow>(&app.engine().db, &operator.scope, &[&id]).await?;
        let mut model = Model::open(app, &before).await?;
        body::standing(app, operator, before.team_id.as_deref()).await?;
        if let Some(team) = take_team(&mut info) {
            model.team = Some(team);
        }
        model.params.retain(|name, _| !removed.contains(name));
        model
            .params
            .extend(body::coerced(params).into_iter().filter(|(_, value)| !value.is_null() && !is_masked(value)));
        model.info.extend(info.into_iter().filter(|(_, value)| !value.is_null()));
        let standing = body::standing(app, operator, model.team.as_deref()).await?;
        if standing.is_some() {
            body::own_means(name.as_deref().unwrap_or(&model.name), &model.params, &model.info)?;
        }
        if let Some(name) = name.filter(|name| *name != model.name) {
            if standing.is_some() {
                unshared(app, &name)?;
            }
            model.name = name;
        }
        let after = model.row(app, before.stamps.updated(&operator.actor)).await?;
        let mut change = operator.begin(app).await?;
        let current: ModelRow = change.require(&operator.scope, &[&id]).await?;
        if current != before {
            return Err(ApiError::raced("model"));
        }
        let is_renamed = (&before.team_id, &before.model_name) != (&after.team_id, &after.model_name);
        if is_renamed {
            name::check_model(app, &mut change, &after).await?;
        }
        name::check_groups(app, &mut change, (Some(&before), &after)).await?;
        change.update(UPDATED, &before, &after).await?;
        if is_renamed {
            unname_in_team(&mut change, operator, &before).await?;
        }
        name_in_team(&mut change, operator, &after).await?;
        app.commit_settings(change).await?;
        Ok(ModelView::new(after))
    }
}
