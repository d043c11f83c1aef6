//! `POST /organization/info`: several organizations, as clients ask that do not know the route beside it.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::organizations::OrganizationFilter;
use utoipa::ToSchema;

use super::view::{self, OrganizationView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::Fields;
use crate::manage::fields::Names;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct ReadOrganizationsRequest {
    /// Ids, at least one.
    organizations: Names,
}

/// Shows organizations. What does not exist is not in the answer.
#[utoipa::path(
    post, path = "/organization/info", tag = "organizations", request_body = ReadOrganizationsRequest,
    responses((status = 200, body = Vec<OrganizationView>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_organizations(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<Vec<OrganizationView>>, ApiError> {
    let db = &app.engine().db;
    let mut fields = Fields::open(&body)?;
    let ReadOrganizationsRequest { organizations } = fields.take()?;
    // LiteLLM wants it of those who lead an organization, to know which
    fields.ignore(&["organization_id"]);
    fields.close(&[])?;
    if organizations.0.is_empty() {
        return Err(ApiError::invalid("organizations", "name at least one organization"));
    }
    let filter = OrganizationFilter { organization_ids: Some(organizations.0), ..OrganizationFilter::default() };
    let rows = store::all(db, &operator.scope, &filter).await?;
    view::views(&app, &operator.scope, rows).await.map(Json)
}
