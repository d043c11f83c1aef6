//! `GET /v1/access_group/{access_group_id}`: one access group.

use axum::Json;
use axum::extract::{Path, State};
use store::access_groups::{AccessGroupRow, holders};

use super::view::AccessGroupView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Shows an access group.
#[utoipa::path(
    get, path = "/v1/access_group/{access_group_id}", tag = "access groups",
    params(("access_group_id" = String, Path)),
    responses((status = 200, body = AccessGroupView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_access_group(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<AccessGroupView>, ApiError> {
    params.refuse_rest(&[])?;
    let db = &app.engine().db;
    let row: AccessGroupRow = store::require(db, &operator.scope, &[&id]).await?;
    Ok(Json(AccessGroupView::new(row, &holders(db, &operator.scope).await?)))
}
