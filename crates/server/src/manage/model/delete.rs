//! `POST /model/delete`: a deployment is gone, from every instance.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::models::{ModelFilter, ModelRow};
use store::teams::TeamRow;
use store::{Scope, Transaction, UPDATED};
use utoipa::ToSchema;
use wire::{ErrorKind, ErrorReply};

use super::body;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct DeleteModelRequest {
    id: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct DeleteModelResponse {
    message: String,
}

/// Deletes a deployment.
#[utoipa::path(
    post, path = "/model/delete", tag = "models", request_body = DeleteModelRequest,
    responses((status = 200, body = DeleteModelResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_model(
    State(app): State<App>,
    operator: Operator,
    JsonBody(raw): JsonBody<Box<RawValue>>,
) -> Result<Json<DeleteModelResponse>, ApiError> {
    let DeleteModelRequest { id } = read(&raw, &[])?;
    let row = store::find::<ModelRow>(&app.engine().db, &operator.scope, &[&id]).await?.ok_or_else(missing)?;
    body::standing(&app, &operator, row.team_id.as_deref()).await?;
    let mut change = operator.begin(&app).await?;
    let row: ModelRow = change.find(&operator.scope, &[&id]).await?.ok_or_else(missing)?;
    change.delete(&row).await?;
    unname_in_team(&mut change, &operator, &row).await?;
    app.commit_settings(change).await?;
    Ok(Json(DeleteModelResponse { message: format!("Model: {id} deleted successfully") }))
}

/// LiteLLM answers 400, and its clients look for these words.
fn missing() -> ApiError {
    ErrorReply::new(ErrorKind::InvalidRequest, "The model was not found in the database.").with_param("id").into()
}

/// When nothing of the team serves the name any more, it must not open what others have under it. A list that would be empty
/// would allow everything.
pub(super) async fn unname_in_team(
    change: &mut Transaction,
    operator: &Operator,
    row: &ModelRow,
) -> Result<(), ApiError> {
    let Some(team) = &row.team_id else { return Ok(()) };
    let filter = ModelFilter { model_name: Some(row.model_name.clone()), team_id: Some(team.clone()) };
    if !change.all(&Scope::Gateway, &filter).await?.is_empty() {
        return Ok(());
    }
    let Some(before) = change.find::<TeamRow>(&Scope::Gateway, &[team]).await? else { return Ok(()) };
    if !before.models.contains(&row.model_name) {
        return Ok(());
    }
    let mut after = TeamRow { stamps: before.stamps.updated(&operator.actor), ..before.clone() };
    after.models.retain(|name| *name != row.model_name);
    if after.models.is_empty() {
        after.models.push("no-default-models".to_owned());
    }
    Ok(change.update(UPDATED, &before, &after).await?)
}
