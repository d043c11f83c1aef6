//! `GET /team/list`: the teams that the caller sees, with their keys and memberships.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::keys::{KeyFilter, KeySort};
use store::teams::{TeamFilter, TeamMemberFilter, TeamSort};
use store::{Direction, Order, Page};
use utoipa::ToSchema;

use super::view::{MembershipView, TeamView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::key::KeyView;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// So many teams are listed: `/v2/team/list` has pages.
const MOST_TEAMS: u32 = 1_000;
/// So many keys are shown of all of them together, newest first: `/key/list` has pages.
const MOST_KEYS: u32 = 1_000;
/// LiteLLM's name for having no organization.
const NO_ORGANIZATION: &str = "default_organization";

#[derive(Serialize, ToSchema)]
pub(crate) struct ListedTeam {
    #[serde(flatten)]
    team: TeamView,
    team_memberships: Vec<MembershipView>,
    keys: Vec<KeyView>,
}

/// Lists teams, by alias.
#[utoipa::path(
    get, path = "/team/list", tag = "teams",
    params(
        ("user_id" = Option<String>, Query, description = "Teams that this user belongs to"),
        ("organization_id" = Option<String>, Query, description = "Of this organization; default_organization: of none"),
    ),
    responses((status = 200, body = Vec<ListedTeam>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_teams(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<Vec<ListedTeam>>, ApiError> {
    let (db, scope) = (&app.engine().db, &operator.scope);
    let user_id = params.text("user_id")?;
    let filter = of_organization(params.text("organization_id")?, user_id.clone());
    params.refuse_rest(&[])?;
    let order = Order { by: TeamSort::TeamAlias, direction: Direction::Ascending };
    let (teams, _) = store::list(db, scope, &filter, order, Page { number: 1, size: MOST_TEAMS }).await?;
    let ids: Vec<_> = teams.iter().map(|team| team.team_id.clone()).collect();
    let filter = KeyFilter { team_ids: Some(ids.clone()), ..KeyFilter::default() };
    let mut keys: BTreeMap<String, Vec<KeyView>> = BTreeMap::new();
    let page = Page { number: 1, size: MOST_KEYS };
    let (rows, _) = store::list(db, scope, &filter, Order::<KeySort>::default(), page).await?;
    for key in KeyView::read_all(&app, rows).await? {
        let team = key.team_id().unwrap_or_default().to_owned();
        keys.entry(team).or_default().push(key);
    }
    let filter = TeamMemberFilter { team_ids: Some(ids), user_id, ..TeamMemberFilter::default() };
    let members = store::all(db, scope, &filter).await?;
    let mut memberships: BTreeMap<String, Vec<MembershipView>> = BTreeMap::new();
    for membership in MembershipView::read_all(&app, members, &teams).await? {
        memberships.entry(membership.team_id().to_owned()).or_default().push(membership);
    }
    let listed = |team: TeamView| ListedTeam {
        team_memberships: memberships.remove(team.id()).unwrap_or_default(),
        keys: keys.remove(team.id()).unwrap_or_default(),
        team,
    };
    Ok(Json(TeamView::read_all(&app, teams).await?.into_iter().map(listed).collect()))
}

/// Teams of that organization and that member.
pub(super) fn of_organization(organization_id: Option<String>, member: Option<String>) -> TeamFilter {
    let without_organization = organization_id.as_deref() == Some(NO_ORGANIZATION);
    let organization_id = organization_id.filter(|_| !without_organization);
    TeamFilter { organization_id, without_organization, member, ..TeamFilter::default() }
}
