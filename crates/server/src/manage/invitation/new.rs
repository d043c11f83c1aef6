//! `POST /invitation/new`: an invitation, valid for a week.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::Stamps;
use store::invitations::InvitationRow;
use store::users::UserRow;
use utoipa::ToSchema;
use wire::ErrorKind;

use super::view::InvitationView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Fields, ORGANIZATIONS};
use crate::manage::fields::Name;
use crate::manage::operator::Operator;
use crate::manage::team::member::missing_user;
use crate::manage::user::judge;
use crate::openapi::ErrorBody;

const WEEK: i64 = 7 * 86_400 * 1_000_000;

#[derive(Deserialize, ToSchema)]
pub(crate) struct InviteRequest {
    user_id: Name,
}

/// Invites a user.
#[utoipa::path(
    post, path = "/invitation/new", tag = "invitations", request_body = InviteRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = InvitationView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn create_invitation(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<InvitationView>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let InviteRequest { user_id } = fields.take()?;
    fields.ignore(ORGANIZATIONS);
    fields.close(&[])?;
    let mut change = operator.begin(&app).await?;
    let user: Option<UserRow> = change.find(&operator.scope, &[&user_id.0]).await?;
    let user = user.ok_or_else(missing_user)?;
    let standing = judge::standing_over(&operator, &mut change, &user).await?;
    // whoever has the invitation can become the user
    let is_own = user.stamps.created_by.as_deref() == operator.principal.user_id();
    if standing.is_some() && !is_own {
        return Err(ApiError::forbidden("user_id", "only administrators invite users whom somebody else made"));
    }
    let id = app.engine().ids.unguessable();
    let row = InvitationRow {
        id: id.map_err(|error| ApiError::new(ErrorKind::Internal, error.to_string()))?,
        user_id: user.user_id,
        is_accepted: false,
        accepted_at: None,
        expires_at: operator.actor.at.saturating_add(WEEK),
        stamps: Stamps::new(&operator.actor),
    };
    change.insert(&row).await?;
    app.commit(change).await?;
    Ok(Json(InvitationView::new(row)))
}
