//! `GET /organization/info`: one organization.

use axum::Json;
use axum::extract::State;
use store::StoreError;
use store::organizations::OrganizationRow;

use super::view::{self, OrganizationView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Shows an organization, with those of its members and teams that the caller may see.
#[utoipa::path(
    get, path = "/organization/info", tag = "organizations",
    params(("organization_id" = String, Query)),
    responses((status = 200, body = OrganizationView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_organization(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<OrganizationView>, ApiError> {
    let db = &app.engine().db;
    let id = params.text("organization_id")?;
    let id = id.ok_or_else(|| ApiError::unprocessable("organization_id", "is required"))?;
    params.refuse_rest(&[])?;
    let row = store::find::<OrganizationRow>(db, &operator.scope, &[&id]).await?;
    let row = row.ok_or(StoreError::NotFound { what: "organization" })?;
    view::view(&app, &operator.scope, row).await?.with_users(&app, &operator.scope).await.map(Json)
}
