//! `POST /invitation/update`: whether an invitation was used.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::UPDATED;
use store::invitations::InvitationRow;
use utoipa::ToSchema;

use super::view::InvitationView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body;
use crate::manage::fields::Name;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct UpdateInvitationRequest {
    invitation_id: Name,
    is_accepted: bool,
}

/// Changes an invitation.
#[utoipa::path(
    post, path = "/invitation/update", tag = "invitations", request_body = UpdateInvitationRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = InvitationView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_invitation(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<InvitationView>, ApiError> {
    let UpdateInvitationRequest { invitation_id, is_accepted } = body::read(&body, &[])?;
    let mut change = operator.begin(&app).await?;
    let before: InvitationRow = change.require(&operator.scope, &[&invitation_id.0]).await?;
    let after = InvitationRow {
        is_accepted,
        accepted_at: is_accepted.then_some(operator.actor.at),
        stamps: before.stamps.updated(&operator.actor),
        ..before.clone()
    };
    change.update(UPDATED, &before, &after).await?;
    app.commit(change).await?;
    Ok(Json(InvitationView::new(after)))
}
