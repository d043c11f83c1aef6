//! `GET /audit/{id}`: one row of the trail.

use axum::Json;
use axum::extract::{Path, State};

use super::view::AuditView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Shows a row of the audit trail.
#[utoipa::path(
    get, path = "/audit/{id}", tag = "audit",
    params(("id" = String, Path)),
    responses((status = 200, body = AuditView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_audit_log(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<AuditView>, ApiError> {
    params.refuse_rest(&[])?;
    // a text that is no number is nobody's place, and places begin at 1
    let seq = id.parse().unwrap_or_default();
    let row = store::audit::require(&app.engine().db, &operator.scope, seq).await?;
    Ok(Json(AuditView::new(row)))
}
