//! `GET /team/{team_id}/members/me`: what the caller is in a team, and what it may spend there.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use store::teams::{TeamMember, TeamRow};
use store::{Record as _, StoreError};
use utoipa::ToSchema;

use super::view::{MembershipView, TeamView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct OwnMembershipResponse {
    #[serde(flatten)]
    membership: MembershipView,
    role: String,
    user_email: Option<String>,
    team_alias: Option<String>,
}

/// Shows the caller's own membership.
#[utoipa::path(
    get, path = "/team/{team_id}/members/me", tag = "teams",
    params(("team_id" = String, Path)),
    responses((status = 200, body = OwnMembershipResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_own_membership(
    State(app): State<App>,
    Path(team_id): Path<String>,
    operator: Operator,
    params: Params,
) -> Result<Json<OwnMembershipResponse>, ApiError> {
    let db = &app.engine().db;
    params.refuse_rest(&[])?;
    let user = operator.principal.user_id();
    let user = user.ok_or_else(|| ApiError::invalid("user_id", "the key that you use is no user's"))?;
    let team = store::find::<TeamRow>(db, &operator.scope, &[&team_id]).await?;
    let team = team.ok_or(StoreError::NotFound { what: TeamRow::NOUN })?;
    let member = store::find::<TeamMember>(db, &operator.scope, &[&team_id, user]).await?;
    let member = member.ok_or(StoreError::NotFound { what: TeamMember::NOUN })?;
    let role = member.role.clone();
    let (team_alias, teams) = (team.team_alias.clone(), std::slice::from_ref(&team));
    let mut membership = MembershipView::read_all(&app, vec![member], teams).await?;
    let membership = membership.pop().ok_or(StoreError::NotFound { what: TeamMember::NOUN })?;
    let roster = TeamView::read(&app, team).await?;
    let user_email = roster.member(user).and_then(|member| member.email()).map(str::to_owned);
    Ok(Json(OwnMembershipResponse { membership, role, user_email, team_alias }))
}
