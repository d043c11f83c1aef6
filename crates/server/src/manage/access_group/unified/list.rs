//! `GET /v1/access_group`: all access groups, newest first.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::State;
use store::access_groups::{AccessGroupFilter, holders};

use super::view::AccessGroupView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Lists access groups.
#[utoipa::path(
    get, path = "/v1/access_group", tag = "access groups",
    responses((status = 200, body = Vec<AccessGroupView>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_access_groups(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<Vec<AccessGroupView>>, ApiError> {
    params.refuse_rest(&[])?;
    let db = &app.engine().db;
    let mut rows = store::all(db, &operator.scope, &AccessGroupFilter::default()).await?;
    rows.sort_by_key(|row| Reverse(row.stamps.created_at));
    let holders = holders(db, &operator.scope).await?;
    Ok(Json(rows.into_iter().map(|row| AccessGroupView::new(row, &holders)).collect()))
}
