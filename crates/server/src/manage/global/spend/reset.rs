//! `POST /global/spend/reset`: what all keys and teams have spent counts as nothing.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::balances;
use utoipa::ToSchema;
use wire::{ErrorKind, ErrorReply};

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::spend::logs::caught_up;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct ResetGlobalSpendResponse {
    message: &'static str,
    status: &'static str,
}

/// Sets what all keys and all teams have spent to nothing; the ledger stays. For the holder of the master key.
#[utoipa::path(
    post, path = "/global/spend/reset", tag = "spend",
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = ResetGlobalSpendResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn reset_global_spend(
    State(app): State<App>,
    operator: Operator,
) -> Result<Json<ResetGlobalSpendResponse>, ApiError> {
    if !operator.principal.is_master() {
        let message = "Only the holder of the master key may reset what everybody has spent.";
        return Err(ErrorReply::new(ErrorKind::Permission, message).with_type("auth_error").into());
    }
    // calls that have ended are in the rows then
    caught_up(app.engine()).await;
    let mut change = operator.begin(&app).await?;
    balances::forgive_keys_and_teams(&mut change).await?;
    app.commit(change).await?;
    let message = "Spend for all API Keys and Teams reset successfully";
    Ok(Json(ResetGlobalSpendResponse { message, status: "success" }))
}
