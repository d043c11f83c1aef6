//! `DELETE /organization/delete`: organizations with all that is in them.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::organizations::OrganizationRow;
use utoipa::ToSchema;

use super::view::{self, OrganizationView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::fields::Names;
use crate::manage::operator::Operator;
use crate::manage::remove;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct DeleteOrganizationsRequest {
    /// At least one.
    organization_ids: Names,
}

/// Deletes organizations, all of them or, on an error, none, and shows what they were. Their teams, projects, keys and
/// memberships go with them.
#[utoipa::path(
    delete, path = "/organization/delete", tag = "organizations", request_body = DeleteOrganizationsRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = Vec<OrganizationView>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_organizations(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<Vec<OrganizationView>>, ApiError> {
    let engine = app.engine();
    let DeleteOrganizationsRequest { mut organization_ids } = read(&body, &[])?;
    organization_ids.0.sort();
    organization_ids.0.dedup();
    if organization_ids.0.is_empty() {
        return Err(ApiError::invalid("organization_ids", "name at least one organization"));
    }
    let mut change = operator.begin(&app).await?;
    let mut rows = Vec::new();
    for id in &organization_ids.0 {
        rows.push(change.require::<OrganizationRow>(&operator.scope, &[id]).await?);
    }
    // read beside the change, so as they were; it may keep what was spent from getting into the database
    let views = view::stored(engine, &operator.scope, rows.clone()).await?;
    for row in &rows {
        remove::organization(&mut change, row).await?;
    }
    app.commit(change).await?;
    Ok(Json(views))
}
