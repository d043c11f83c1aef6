//! `DELETE /organization/member_delete`: a user is no longer a member. The user, teams and keys stay.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::organizations::OrganizationMember;
use utoipa::ToSchema;

use super::member::{self, WhichUser};
use super::view::MembershipView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::Fields;
use crate::manage::operator::Operator;
use crate::manage::remove;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct OfOrganization {
    organization_id: String,
}

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct DeleteMemberRequest {
    #[serde(flatten)]
    of: OfOrganization,
    #[serde(flatten)]
    which: WhichUser,
}

/// Ends a membership and shows what it was.
#[utoipa::path(
    delete, path = "/organization/member_delete", tag = "organizations", request_body = DeleteMemberRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = MembershipView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_member(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<MembershipView>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let OfOrganization { organization_id } = fields.take()?;
    let named = fields.take::<WhichUser>()?.checked()?;
    fields.close(&[])?;
    let mut change = operator.begin(&app).await?;
    member::organization(&operator, &mut change, &organization_id).await?;
    let user = named.require(&mut change, &operator.scope).await?;
    let row: OrganizationMember = change.require(&operator.scope, &[&organization_id, &user.user_id]).await?;
    remove::membership(&mut change, &row).await?;
    app.commit(change).await?;
    Ok(Json(MembershipView::new(row, None)))
}
