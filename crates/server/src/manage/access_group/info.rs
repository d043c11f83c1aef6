//! `GET /access_group/{access_group}/info`: one group of deployments that were added.

use axum::Json;
use axum::extract::{Path, State};
use store::StoreError;
use store::models::ModelFilter;

use super::view::{ModelGroupView, views};
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Shows an access group of models.
#[utoipa::path(
    get, path = "/access_group/{access_group}/info", tag = "access groups",
    params(("access_group" = String, Path)),
    responses((status = 200, body = ModelGroupView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_model_access_group(
    State(app): State<App>,
    operator: Operator,
    Path(group): Path<String>,
    params: Params,
) -> Result<Json<ModelGroupView>, ApiError> {
    params.refuse_rest(&[])?;
    let rows = store::all(&app.engine().db, &operator.scope, &ModelFilter::default()).await?;
    let found = views(&rows).into_iter().find(|view| view.is(&group));
    Ok(Json(found.ok_or(StoreError::NotFound { what: "access group" })?))
}
