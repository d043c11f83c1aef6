//! `GET /v2/team/list`: a page of teams, newest first unless asked otherwise.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::keys::count_of_teams;
use store::teams::{TeamFilter, TeamMemberFilter, TeamSort};
use store::{Order, Page};
use utoipa::ToSchema;

use super::list::of_organization;
use super::view::{MembershipView, TeamView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

const PAGE_SIZE: u32 = 10;
const LARGEST_PAGE: u32 = 100;

/// Filters of LiteLLM that this version does not honour.
const LATER: &[&str] = &["status"];

#[derive(Serialize, ToSchema)]
pub(crate) struct ListTeamsResponse {
    teams: Vec<TeamOfPage>,
    /// How many teams there are on all pages.
    total: u64,
    page: u32,
    page_size: u32,
    total_pages: u64,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct TeamOfPage {
    #[serde(flatten)]
    team: TeamView,
    members_count: usize,
    /// How many of its keys the caller sees.
    keys_count: u64,
    caller_membership: Option<MembershipView>,
}

/// Lists teams by pages.
#[utoipa::path(
    get, path = "/v2/team/list", tag = "teams",
    params(
        ("user_id" = Option<String>, Query, description = "Teams that this user belongs to"),
        ("organization_id" = Option<String>, Query),
        ("team_id" = Option<String>, Query, description = "The whole id"),
        ("team_alias" = Option<String>, Query, description = "A part of the alias"),
        ("search" = Option<String>, Query, description = "A part of the alias or the id"),
        ("page" = Option<u32>, Query, minimum = 1),
        ("page_size" = Option<u32>, Query, minimum = 1, maximum = 100, description = "Teams a page; 10 unless given"),
        ("sort_by" = Option<String>, Query, description = "created_at, updated_at, team_alias, team_id or spend"),
        ("sort_order" = Option<String>, Query, description = "desc or asc"),
    ),
    responses((status = 200, body = ListTeamsResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_teams_by_pages(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<ListTeamsResponse>, ApiError> {
    let (db, scope) = (&app.engine().db, &operator.scope);
    let of_organization = of_organization(params.text("organization_id")?, params.text("user_id")?);
    let filter = TeamFilter {
        team_id: params.text("team_id")?,
        alias_part: params.text("team_alias")?,
        search: params.text("search")?,
        ..of_organization
    };
    let page = params.page("page_size", PAGE_SIZE, LARGEST_PAGE)?;
    let order = Order { by: sort(params.text("sort_by")?.as_deref())?, direction: params.direction()? };
    params.refuse_rest(LATER)?;
    let (teams, total) = store::list(db, scope, &filter, order, page).await?;
    let Page { number, size } = page;
    Ok(Json(ListTeamsResponse {
        total,
        page: number,
        page_size: size,
        total_pages: total.div_ceil(u64::from(size)),
        teams: TeamOfPage::read_all(&app, &operator, teams).await?,
    }))
}

impl TeamOfPage {
    async fn read_all(
        app: &App,
        operator: &Operator,
        teams: Vec<store::teams::TeamRow>,
    ) -> Result<Vec<Self>, ApiError> {
        let db = &app.engine().db;
        let ids: Vec<_> = teams.iter().map(|team| team.team_id.clone()).collect();
        let counts = count_of_teams(db, &operator.scope, &ids).await?;
        let mut own = match operator.principal.user_id() {
            Some(user) => {
                let filter = TeamMemberFilter {
                    team_ids: Some(ids),
                    user_id: Some(user.to_owned()),
                    ..TeamMemberFilter::default()
                };
                let members = store::all(db, &operator.scope, &filter).await?;
                MembershipView::read_all(app, members, &teams).await?
            }
            None => Vec::new(),
        };
        let view = |team: TeamView| {
            let caller_membership = own.extract_if(.., |membership| membership.team_id() == team.id()).next();
            Self {
                members_count: team.members_count(),
                keys_count: counts.get(team.id()).copied().unwrap_or_default(),
                caller_membership,
                team,
            }
        };
        Ok(TeamView::read_all(app, teams).await?.into_iter().map(view).collect())
    }
}

fn sort(by: Option<&str>) -> Result<TeamSort, ApiError> {
    match by {
        None | Some("created_at") => Ok(TeamSort::CreatedAt),
        Some("updated_at") => Ok(TeamSort::UpdatedAt),
        Some("team_alias") => Ok(TeamSort::TeamAlias),
        Some("team_id") => Ok(TeamSort::TeamId),
        Some("spend") => Ok(TeamSort::Spend),
        Some(_) => {
            Err(ApiError::invalid("sort_by", "must be one of created_at, updated_at, team_alias, team_id, spend"))
        }
    }
}
