//! `POST /team/unblock`: the keys of a blocked team work again.

use axum::Json;
use axum::extract::State;
use serde_json::value::RawValue;

use super::block::set_blocked;
use super::update::WhichTeam;
use super::view::TeamView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Unblocks a team.
#[utoipa::path(
    post, path = "/team/unblock", tag = "teams", request_body = WhichTeam,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = TeamView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn unblock_team(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<TeamView>, ApiError> {
    set_blocked(&app, &operator, &body, false).await.map(Json)
}
