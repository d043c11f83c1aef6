//! `GET /team/info`: one team, with its keys and what its members may spend, as far as the caller sees them.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::budgets::BudgetRow;
use store::keys::{KeyFilter, KeySort};
use store::organizations::OrganizationRow;
use store::teams::{TeamMemberFilter, TeamRow};
use store::{Order, Page, Scope, StoreError};
use utoipa::ToSchema;

use super::view::{MembershipView, TeamView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::fields::BudgetView;
use crate::manage::key::KeyView;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// So many keys are shown, unless fewer are asked for: `/key/list` has pages.
const MOST_KEYS: u32 = 1_000;

#[derive(Serialize, ToSchema)]
pub(crate) struct TeamInfoResponse {
    team_id: String,
    team_info: TeamInfo,
    /// Newest first.
    keys: Vec<KeyView>,
    team_memberships: Vec<MembershipView>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct TeamInfo {
    #[serde(flatten)]
    team: TeamView,
    /// The limits of members who are given none of their own.
    team_member_budget_table: Option<BudgetView>,
    /// What its organization may use; only for those who lead one of the two.
    organization_models: Option<Vec<String>>,
    caller_edit_access: EditAccess,
}

/// Who the caller is towards the team.
#[derive(Serialize, ToSchema)]
pub(crate) struct EditAccess {
    /// unrestricted, `team_admin` or none
    kind: &'static str,
}

/// Shows a team.
#[utoipa::path(
    get, path = "/team/info", tag = "teams",
    params(
        ("team_id" = String, Query),
        ("key_limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "So many keys at most"),
    ),
    responses((status = 200, body = TeamInfoResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_team(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<TeamInfoResponse>, ApiError> {
    let (db, scope) = (&app.engine().db, &operator.scope);
    let team_id = params.text("team_id")?.ok_or_else(|| ApiError::unprocessable("team_id", "is required"))?;
    let page = Page { number: 1, size: params.number("key_limit", MOST_KEYS, 1..=MOST_KEYS)? };
    params.refuse_rest(&[])?;
    let team = store::find::<TeamRow>(db, scope, &[&team_id]).await?;
    let team = team.ok_or(StoreError::NotFound { what: "team" })?;
    let filter = KeyFilter { team_id: Some(team_id.clone()), ..KeyFilter::default() };
    let (keys, _) = store::list(db, scope, &filter, Order::<KeySort>::default(), page).await?;
    let filter = TeamMemberFilter { team_id: Some(team_id.clone()), ..TeamMemberFilter::default() };
    let members = store::all(db, scope, &filter).await?;
    let team_memberships = MembershipView::read_all(&app, members, std::slice::from_ref(&team)).await?;
    Ok(Json(TeamInfoResponse {
        team_id,
        keys: KeyView::read_all(&app, keys).await?,
        team_memberships,
        team_info: TeamInfo::read(&app, &operator, team).await?,
    }))
}

impl TeamInfo {
    async fn read(app: &App, operator: &Operator, team: TeamRow) -> Result<Self, ApiError> {
        let (db, principal) = (&app.engine().db, &operator.principal);
        let leads_above = team.organization_id.as_deref().is_some_and(|id| principal.leads_organization(id));
        let kind = if principal.is_admin() || leads_above {
            "unrestricted"
        } else if principal.leads_team(&team.team_id) {
            "team_admin"
        } else {
            "none"
        };
        let organization = match &team.organization_id {
            Some(id) if kind != "none" => store::find::<OrganizationRow>(db, &Scope::Gateway, &[id]).await?,
            _ => None,
        };
        let budget = match &team.settings.team_member_budget_id {
            Some(id) => store::find::<BudgetRow>(db, &Scope::Gateway, &[id]).await?,
            None => None,
        };
        Ok(Self {
            team: TeamView::read(app, team).await?,
            team_member_budget_table: budget.map(|row| BudgetView::new(app.engine(), row)),
            organization_models: organization.map(|row| row.models),
            caller_edit_access: EditAccess { kind },
        })
    }
}
