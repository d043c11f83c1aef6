//! `GET /user/info`: a user, its keys and its teams, as far as the caller sees them.

use axum::Json;
use axum::extract::State;
use money::{Account, AccountKind};
use serde::Serialize;
use store::keys::{KeyFilter, KeySort};
use store::organizations::{OrganizationMember, OrganizationMemberFilter};
use store::teams::{TeamFilter, TeamRow, TeamSort};
use store::users::UserRow;
use store::{Order, Page};
use utoipa::ToSchema;

use super::view::UserView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::fields::Usd;
use crate::manage::instant::iso;
use crate::manage::key::KeyView;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::spent::{Spends, Spent, bring_up_to_date};
use crate::manage::team::TeamView;
use crate::manage::team::member::missing_user;
use crate::openapi::ErrorBody;

/// So many keys and teams are shown: `/key/list` and `/v2/team/list` have pages.
const MOST: Page = Page { number: 1, size: 1_000 };

#[derive(Serialize, ToSchema)]
pub(crate) struct UserInfoResponse {
    /// Null: an administrator asked about nobody, and is shown keys and teams of all.
    user_id: Option<String>,
    user_info: Option<UserInfo>,
    /// Newest first.
    keys: Vec<KeyOfInfo>,
    teams: Vec<TeamView>,
    admin_mcp_permissions: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct UserInfo {
    #[serde(flatten)]
    user: UserView,
    organization_memberships: Vec<OrganizationMembership>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct KeyOfInfo {
    #[serde(flatten)]
    key: KeyView,
    /// `None`, as a text, where the key has no team.
    team_alias: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct OrganizationMembership {
    user_id: String,
    organization_id: String,
    user_role: String,
    #[schema(value_type = f64)]
    spend: Usd,
    budget_id: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// Shows a user, the caller itself when none is named.
#[utoipa::path(
    get, path = "/user/info", tag = "users",
    params(("user_id" = Option<String>, Query)),
    responses((status = 200, body = UserInfoResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_user(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<UserInfoResponse>, ApiError> {
    let asked = params.text("user_id")?;
    params.refuse_rest(&[])?;
    let sees_all = operator.scope == store::Scope::Gateway;
    let own = operator.principal.user_id().map(str::to_owned);
    let (user_id, everybody) = match (asked, own) {
        (Some(asked), _) => (Some(asked), false),
        (None, Some(own)) => (Some(own), sees_all),
        (None, None) if sees_all => (None, true),
        (None, None) => return Err(missing_user()),
    };
    let user_info = match &user_id {
        Some(user_id) => UserInfo::read(&app, &operator, user_id).await?,
        None => None,
    };
    if user_info.is_none() && !everybody {
        return Err(missing_user());
    }
    let of = user_id.clone().filter(|_| !everybody);
    Ok(Json(UserInfoResponse {
        user_id,
        user_info,
        keys: keys(&app, &operator, of.clone()).await?,
        teams: teams(&app, &operator, of).await?,
        admin_mcp_permissions: None,
    }))
}

async fn teams(app: &App, operator: &Operator, member: Option<String>) -> Result<Vec<TeamView>, ApiError> {
    let filter = TeamFilter { member, ..TeamFilter::default() };
    let order = Order::<TeamSort>::default();
    let (rows, _) = store::list(&app.engine().db, &operator.scope, &filter, order, MOST).await?;
    Ok(TeamView::read_all(app, rows).await?)
}

async fn keys(app: &App, operator: &Operator, user_id: Option<String>) -> Result<Vec<KeyOfInfo>, ApiError> {
    let db = &app.engine().db;
    let filter = KeyFilter { user_id, ..KeyFilter::default() };
    let (rows, _) = store::list(db, &operator.scope, &filter, Order::<KeySort>::default(), MOST).await?;
    let ids = rows.iter().filter_map(|row| row.team_id.clone()).collect();
    let filter = TeamFilter { team_ids: Some(ids), ..TeamFilter::default() };
    let teams: Vec<TeamRow> = store::all(db, &operator.scope, &filter).await?;
    let alias = |id: Option<&str>| {
        let team = teams.iter().find(|team| id == Some(&team.team_id));
        team.and_then(|team| team.team_alias.clone()).unwrap_or_else(|| "None".to_owned())
    };
    let view = |key: KeyView| KeyOfInfo { team_alias: alias(key.team_id()), key };
    Ok(KeyView::read_all(app, rows).await?.into_iter().map(view).collect())
}

impl UserInfo {
    async fn read(app: &App, operator: &Operator, user_id: &str) -> Result<Option<Self>, ApiError> {
        let (db, scope) = (&app.engine().db, &operator.scope);
        let Some(row) = store::find::<UserRow>(db, scope, &[user_id]).await? else { return Ok(None) };
        let filter = OrganizationMemberFilter { user_id: Some(user_id.to_owned()), ..Default::default() };
        let members = store::all(db, scope, &filter).await?;
        let mut organization_memberships: Vec<_> = members.into_iter().map(OrganizationMembership::from).collect();
        bring_up_to_date(app, &mut organization_memberships).await?;
        Ok(Some(Self { user: UserView::read(app, scope, row).await?, organization_memberships }))
    }
}

impl Spends for OrganizationMembership {
    fn spends(&mut self, spent: &mut Spent<'_>) {
        let account = Account::member(AccountKind::OrganizationMember, &self.organization_id, &self.user_id);
        spent.put(&account, &mut self.spend, &mut [], self.budget_id.as_deref());
    }
}

impl From<OrganizationMember> for OrganizationMembership {
    fn from(member: OrganizationMember) -> Self {
        let OrganizationMember { organization_id, user_id, user_role, budget_id, spend, created_at, updated_at } =
            member;
        Self {
            user_id,
            organization_id,
            user_role,
            spend: Usd(spend),
            budget_id,
            created_at: iso(created_at),
            updated_at: iso(updated_at),
        }
    }
}
