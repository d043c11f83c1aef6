//! `POST /invitation/delete`: an invitation that nobody can use any more.

use axum::Json;
use axum::extract::State;
use engine::rights::Place;
use serde_json::value::RawValue;
use store::invitations::InvitationRow;

use super::view::{InvitationView, WhichInvitation};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Fields, ORGANIZATIONS};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Deletes an invitation; whoever made it may.
#[utoipa::path(
    post, path = "/invitation/delete", tag = "invitations", request_body = WhichInvitation,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = InvitationView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_invitation(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<InvitationView>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let WhichInvitation { invitation_id } = fields.take()?;
    fields.ignore(ORGANIZATIONS);
    fields.close(&[])?;
    let mut change = operator.begin(&app).await?;
    let row: InvitationRow = change.require(&operator.scope, &[&invitation_id.0]).await?;
    operator.authorize(&Place { user: row.stamps.created_by.as_deref(), ..Place::default() })?;
    change.delete(&row).await?;
    app.commit(change).await?;
    Ok(Json(InvitationView::new(row)))
}
