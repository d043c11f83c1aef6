//! `POST /model/block` and `/model/unblock`: a deployment is left out from now on, or taken up again.

use axum::Json;
use axum::extract::State;
use engine::rights::Place;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::models::ModelRow;
use store::{BLOCKED, UNBLOCKED};
use utoipa::ToSchema;

use super::view::ModelView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct BlockModelRequest {
    model_id: String,
}

/// Blocks a deployment.
#[utoipa::path(
    post, path = "/model/block", tag = "models", request_body = BlockModelRequest,
    responses((status = 200, body = ModelView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn block_model(
    State(app): State<App>,
    operator: Operator,
    JsonBody(raw): JsonBody<Box<RawValue>>,
) -> Result<Json<ModelView>, ApiError> {
    set_blocked(&app, &operator, &raw, true).await.map(Json)
}

/// Unblocks a deployment.
#[utoipa::path(
    post, path = "/model/unblock", tag = "models", request_body = BlockModelRequest,
    responses((status = 200, body = ModelView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn unblock_model(
    State(app): State<App>,
    operator: Operator,
    JsonBody(raw): JsonBody<Box<RawValue>>,
) -> Result<Json<ModelView>, ApiError> {
    set_blocked(&app, &operator, &raw, false).await.map(Json)
}

async fn set_blocked(app: &App, operator: &Operator, raw: &RawValue, blocked: bool) -> Result<ModelView, ApiError> {
    let BlockModelRequest { model_id } = read(raw, &[])?;
    operator.authorize(&Place::default())?;
    let mut change = operator.begin(app).await?;
    let before: ModelRow = change.require(&operator.scope, &[&model_id]).await?;
    let after = ModelRow { blocked, stamps: before.stamps.updated(&operator.actor), ..before.clone() };
    change.update(if blocked { BLOCKED } else { UNBLOCKED }, &before, &after).await?;
    app.commit_settings(change).await?;
    Ok(ModelView::new(after))
}
