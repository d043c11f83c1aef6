//! `GET /organization/list`: the organizations that the caller belongs to; administrators see all.

use axum::Json;
use axum::extract::State;
use store::organizations::OrganizationFilter;

use super::view::{self, OrganizationView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Lists organizations.
#[utoipa::path(
    get, path = "/organization/list", tag = "organizations",
    params(
        ("org_id" = Option<String>, Query),
        ("org_alias" = Option<String>, Query, description = "A part of the alias, in upper or lower case"),
    ),
    responses((status = 200, body = Vec<OrganizationView>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_organizations(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<Vec<OrganizationView>>, ApiError> {
    let db = &app.engine().db;
    let organization_id = params.text("org_id")?;
    let filter =
        OrganizationFilter { organization_id, alias_part: params.text("org_alias")?, ..OrganizationFilter::default() };
    params.refuse_rest(&[])?;
    let rows = store::all(db, &operator.scope, &filter).await?;
    view::views(&app, &operator.scope, rows).await.map(Json)
}
