//! `GET /invitation/info`: one invitation.

use axum::Json;
use axum::extract::State;
use store::invitations::InvitationRow;
use store::{Record as _, StoreError};

use super::view::InvitationView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Shows an invitation.
#[utoipa::path(
    get, path = "/invitation/info", tag = "invitations",
    params(("invitation_id" = String, Query)),
    responses((status = 200, body = InvitationView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_invitation(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<InvitationView>, ApiError> {
    let id = params.text("invitation_id")?.ok_or_else(|| ApiError::unprocessable("invitation_id", "is required"))?;
    params.refuse_rest(&[])?;
    let row = store::find::<InvitationRow>(&app.engine().db, &operator.scope, &[&id]).await?;
    let row = row.ok_or(StoreError::NotFound { what: InvitationRow::NOUN })?;
    Ok(Json(InvitationView::new(row)))
}
