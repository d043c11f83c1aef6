//! `GET /access_group/list`: the groups of deployments that were added.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::models::ModelFilter;
use utoipa::ToSchema;

use super::view::{ModelGroupView, views};
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct ListModelAccessGroupsResponse {
    access_groups: Vec<ModelGroupView>,
}

/// Lists access groups of models, by name.
#[utoipa::path(
    get, path = "/access_group/list", tag = "access groups",
    responses((status = 200, body = ListModelAccessGroupsResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_model_access_groups(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<ListModelAccessGroupsResponse>, ApiError> {
    params.refuse_rest(&[])?;
    let rows = store::all(&app.engine().db, &operator.scope, &ModelFilter::default()).await?;
    Ok(Json(ListModelAccessGroupsResponse { access_groups: views(&rows) }))
}
