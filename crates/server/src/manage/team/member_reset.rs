//! `POST /team/{team_id}/member/{user_id}/reset_spend` and `…/reset_budget`: a member begins anew.

use axum::Json;
use axum::extract::{Path, State};
use engine::rights::Standing;
use money::Nanos;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::teams::{TeamMember, TeamRow, reset_member_spend};
use store::{Scope, Transaction};
use utoipa::ToSchema;

use super::judge;
use super::member::Membership;
use super::view::MembershipView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Fields, ORGANIZATIONS};
use crate::manage::budget;
use crate::manage::fields::{Cap, Usd};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct ResetMemberSpendRequest {
    /// What the member has spent from now on, in US dollars: no more than until now.
    reset_to: Cap,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ResetMemberSpendResponse {
    team_id: String,
    user_id: String,
    #[schema(value_type = f64)]
    spend: Usd,
    #[schema(value_type = f64)]
    previous_spend: Usd,
    #[schema(value_type = Option<f64>)]
    max_budget: Option<Usd>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ResetMemberBudgetResponse {
    team_id: String,
    user_id: String,
    budget_id: Option<String>,
    previous_budget_id: Option<String>,
    /// `team_default` or none
    budget_source: &'static str,
}

/// Sets what a member has spent of the team's money.
#[utoipa::path(
    post, path = "/team/{team_id}/member/{user_id}/reset_spend", tag = "teams", request_body = ResetMemberSpendRequest,
    params(
        ("team_id" = String, Path),
        ("user_id" = String, Path),
        ("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail"),
    ),
    responses((status = 200, body = ResetMemberSpendResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn reset_member_spend_of_team(
    State(app): State<App>,
    Path((team_id, user_id)): Path<(String, String)>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<ResetMemberSpendResponse>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let ResetMemberSpendRequest { reset_to } = fields.take()?;
    fields.ignore(ORGANIZATIONS);
    fields.close(&[])?;
    let previous = shown(&app, &operator, (&team_id, &user_id)).await?;
    let mut change = operator.begin(&app).await?;
    let (_, _, before) = other_member(&operator, &mut change, (&team_id, &user_id)).await?;
    if reset_to.0 > previous.unwrap_or(before.spend) {
        return Err(ApiError::invalid("reset_to", "is more than was spent"));
    }
    let after = reset_member_spend(&mut change, &before, reset_to.0).await?;
    let limits = budget::limits(&mut change, after.budget_id.as_deref()).await?;
    app.commit(change).await?;
    Ok(Json(ResetMemberSpendResponse {
        team_id,
        user_id,
        spend: Usd(after.spend),
        previous_spend: Usd(previous.unwrap_or(before.spend)),
        max_budget: limits.max_budget.map(Usd),
    }))
}

/// Gives a member the limits again that the team gives its members.
#[utoipa::path(
    post, path = "/team/{team_id}/member/{user_id}/reset_budget", tag = "teams",
    params(
        ("team_id" = String, Path),
        ("user_id" = String, Path),
        ("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail"),
    ),
    responses((status = 200, body = ResetMemberBudgetResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn reset_member_budget_of_team(
    State(app): State<App>,
    Path((team_id, user_id)): Path<(String, String)>,
    operator: Operator,
) -> Result<Json<ResetMemberBudgetResponse>, ApiError> {
    let mut change = operator.begin(&app).await?;
    let (team, standing, mut member) = other_member(&operator, &mut change, (&team_id, &user_id)).await?;
    let previous_budget_id = member.budget_id.clone();
    let budget_id = team.settings.team_member_budget_id.clone();
    if budget_id != previous_budget_id {
        let membership = Membership { app: &app, operator: &operator, team: &team, standing };
        membership.link(&mut change, &mut member, budget_id.clone()).await?;
        budget::release(&mut change, previous_budget_id.as_deref()).await?;
    }
    app.commit(change).await?;
    let budget_source = if budget_id.is_some() { "team_default" } else { "none" };
    Ok(Json(ResetMemberBudgetResponse { team_id, user_id, budget_id, previous_budget_id, budget_source }))
}

/// What counts as spent of a member now, if the caller sees it.
async fn shown(app: &App, operator: &Operator, (team_id, user_id): (&str, &str)) -> Result<Option<Nanos>, ApiError> {
    let (db, scope) = (&app.engine().db, &operator.scope);
    let Some(team) = store::find::<TeamRow>(db, scope, &[team_id]).await? else { return Ok(None) };
    let Some(member) = store::find::<TeamMember>(db, &Scope::Gateway, &[team_id, user_id]).await? else {
        return Ok(None);
    };
    let views = MembershipView::read_all(app, vec![member], &[team]).await?;
    Ok(views.first().map(MembershipView::spend))
}

/// A member of a team that the caller leads. What one has spent oneself is for others to forget.
async fn other_member(
    operator: &Operator,
    change: &mut Transaction,
    (team_id, user_id): (&str, &str),
) -> Result<(TeamRow, Option<Standing>, TeamMember), ApiError> {
    let (team, standing) = judge::led(operator, change, team_id).await?;
    let member: TeamMember = change.require(&Scope::Gateway, &[team_id, user_id]).await?;
    if standing.is_some() && operator.principal.user_id() == Some(user_id) {
        return Err(ApiError::forbidden("user_id", "what you may spend yourself is for others to change"));
    }
    Ok((team, standing, member))
}
