//! `GET /team/permissions_list`: what a team lets its members do with its keys.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::StoreError;
use store::teams::TeamRow;
use utoipa::ToSchema;

use super::judge;
use super::permission::{BASELINE, PERMISSIONS};
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct TeamPermissionsResponse {
    team_id: String,
    team_member_permissions: Vec<String>,
    /// What could be in that list.
    all_available_permissions: Vec<&'static str>,
}

/// Shows what members of a team may do.
#[utoipa::path(
    get, path = "/team/permissions_list", tag = "teams",
    params(("team_id" = String, Query)),
    responses((status = 200, body = TeamPermissionsResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_team_permissions(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<TeamPermissionsResponse>, ApiError> {
    let team_id = params.text("team_id")?.ok_or_else(|| ApiError::unprocessable("team_id", "is required"))?;
    params.refuse_rest(&[])?;
    let team = store::find::<TeamRow>(&app.engine().db, &operator.scope, &[&team_id]).await?;
    let team = team.ok_or(StoreError::NotFound { what: "team" })?;
    operator.authorize(&judge::place(&team))?;
    let baseline = || BASELINE.iter().map(|route| (*route).to_owned()).collect();
    Ok(Json(TeamPermissionsResponse {
        team_id,
        team_member_permissions: team.settings.team_member_permissions.unwrap_or_else(baseline),
        all_available_permissions: PERMISSIONS.to_vec(),
    }))
}
