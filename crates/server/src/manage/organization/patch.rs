//! `PATCH /v2/organization/{organization_id}`: a JSON merge patch (RFC 7396) of an organization.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::value::RawValue;
use store::organizations::OrganizationRow;
use utoipa::ToSchema;

use super::body::{LATER, OrganizationFields};
use super::update::write;
use super::view::{self, OrganizationView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::Fields;
use crate::manage::budget::{BudgetBody, Held};
use crate::manage::fields::LimitFields;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// What is left out stays; a limit that is null is cleared, and so are metadata, which are replaced else. Only described here:
/// its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct PatchOrganizationRequest {
    #[serde(flatten)]
    own: OrganizationFields,
    #[serde(flatten)]
    limits: LimitFields,
}

/// Changes an organization.
#[utoipa::path(
    patch, path = "/v2/organization/{organization_id}", tag = "organizations", request_body = PatchOrganizationRequest,
    params(
        ("organization_id" = String, Path),
        ("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail"),
    ),
    responses((status = 200, body = OrganizationView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn patch_organization(
    State(app): State<App>,
    operator: Operator,
    Path(organization_id): Path<String>,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<OrganizationView>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let own: OrganizationFields = fields.take()?;
    let held = Held::of_present(vec![BudgetBody::take(&mut fields)?]);
    fields.close(LATER)?;
    let mut change = operator.begin(&app).await?;
    let before: OrganizationRow = change.require(&operator.scope, &[&organization_id]).await?;
    let mut after = before.clone();
    own.replace(&mut after)?;
    write(&app, &operator, &mut change, (&before, &mut after), held).await?;
    app.commit(change).await?;
    view::view(&app, &operator.scope, after).await.map(Json)
}
