//! Organizations as clients see them.

use std::collections::HashMap;

use engine::Engine;
use money::{Account, AccountKind};
use serde::Serialize;
use serde_json::{Map, Value};
use store::organizations::{OrganizationMember, OrganizationMemberFilter, OrganizationRow};
use store::teams::{TeamFilter, TeamRow};
use store::users::{UserFilter, UserRow};
use store::{Record as _, Scope, StoreError};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::budget;
use crate::manage::fields::{BudgetView, LimitsView, StampsView, Usd};
use crate::manage::instant::iso;
use crate::manage::spent::{Spends, Spent, bring_up_to_date};

/// An organization.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct OrganizationView {
    organization_id: String,
    organization_alias: String,
    budget_id: String,
    /// In US dollars: with a cap and a duration in the window that now is in, else in total.
    #[schema(value_type = f64)]
    spend: Usd,
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
    /// Empty: all.
    models: Vec<String>,
    /// Always empty: the ledger knows.
    #[schema(value_type = Object)]
    model_spend: Map<String, Value>,
    #[serde(flatten)]
    stamps: StampsView,
    /// Its limits.
    litellm_budget_table: Option<BudgetView>,
    /// Always null: `members` says it.
    #[schema(value_type = Option<Vec<Object>>)]
    users: Option<()>,
    #[schema(value_type = Option<Object>)]
    object_permission: Option<()>,
    #[schema(value_type = Option<String>)]
    object_permission_id: Option<()>,
    /// Those whom the caller may see.
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<Vec<MembershipView>>,
    /// Those that the caller may see.
    #[serde(skip_serializing_if = "Option::is_none")]
    teams: Option<Vec<OrganizationTeam>>,
}

/// Who belongs to an organization, and as what.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MembershipView {
    user_id: String,
    organization_id: String,
    /// `org_admin`, `internal_user` or `internal_user_viewer`.
    user_role: String,
    /// What the member has spent of the organization's money, in US dollars.
    #[schema(value_type = f64)]
    spend: Usd,
    budget_id: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    user_email: Option<String>,
    user: Option<OrganizationUser>,
    /// What the member may spend of it.
    litellm_budget_table: Option<BudgetView>,
}

/// A user, as far as its organization shows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct OrganizationUser {
    user_id: String,
    user_email: Option<String>,
    user_alias: Option<String>,
    /// Its role in the whole gateway.
    user_role: String,
    models: Vec<String>,
    #[schema(value_type = f64)]
    spend: Usd,
    #[serde(flatten)]
    limits: LimitsView,
    #[serde(flatten)]
    stamps: StampsView,
}

/// A team, as far as its organization shows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct OrganizationTeam {
    team_id: String,
    team_alias: Option<String>,
    organization_id: Option<String>,
    models: Vec<String>,
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
    blocked: bool,
    #[schema(value_type = f64)]
    spend: Usd,
    #[serde(flatten)]
    limits: LimitsView,
    #[serde(flatten)]
    stamps: StampsView,
}

impl OrganizationView {
    /// The organization without who and what is in it.
    pub(super) fn new(row: OrganizationRow, budget: Option<BudgetView>) -> Self {
        Self {
            organization_id: row.organization_id,
            organization_alias: row.organization_alias,
            budget_id: row.budget_id,
            spend: Usd(row.spend),
            metadata: row.metadata,
            models: row.models,
            model_spend: Map::new(),
            stamps: StampsView::new(row.stamps),
            litellm_budget_table: budget,
            users: None,
            object_permission: None,
            object_permission_id: None,
            members: None,
            teams: None,
        }
    }

    /// The same with all that its members are.
    pub(super) async fn with_users(mut self, app: &App, scope: &Scope) -> Result<Self, ApiError> {
        let engine = app.engine();
        let filter = UserFilter { organization_ids: Some(vec![self.organization_id.clone()]), ..UserFilter::default() };
        let users = store::all(&engine.db, scope, &filter).await?;
        let mut users: HashMap<_, _> = users.into_iter().map(|row| (row.user_id.clone(), row)).collect();
        for member in self.members.iter_mut().flatten() {
            member.user = users.remove(&member.user_id).map(|row| OrganizationUser::new(engine, row));
            member.user_email = member.user.as_ref().and_then(|user| user.user_email.clone());
        }
        bring_up_to_date(app, std::slice::from_mut(&mut self)).await?;
        Ok(self)
    }
}

impl MembershipView {
    pub(super) fn new(row: OrganizationMember, budget: Option<BudgetView>) -> Self {
        Self {
            user_id: row.user_id,
            organization_id: row.organization_id,
            user_role: row.user_role,
            spend: Usd(row.spend),
            budget_id: row.budget_id,
            created_at: iso(row.created_at),
            updated_at: iso(row.updated_at),
            user_email: None,
            user: None,
            litellm_budget_table: budget,
        }
    }
}

impl OrganizationUser {
    pub(super) fn new(engine: &Engine, row: UserRow) -> Self {
        Self {
            user_id: row.user_id,
            user_email: row.user_email,
            user_alias: row.user_alias,
            user_role: row.user_role,
            models: row.models,
            spend: Usd(row.spend),
            limits: LimitsView::new(engine, row.limits),
            stamps: StampsView::new(row.stamps),
        }
    }
}

impl OrganizationTeam {
    fn new(engine: &Engine, row: TeamRow) -> Self {
        Self {
            team_id: row.team_id,
            team_alias: row.team_alias,
            organization_id: row.organization_id,
            models: row.models,
            metadata: row.metadata,
            blocked: row.blocked,
            spend: Usd(row.spend),
            limits: LimitsView::new(engine, row.limits),
            stamps: StampsView::new(row.stamps),
        }
    }
}

/// Organizations with their budgets, and with those members and teams that the scope may see.
pub(super) async fn views(
    app: &App,
    scope: &Scope,
    rows: Vec<OrganizationRow>,
) -> Result<Vec<OrganizationView>, ApiError> {
    let mut views = stored(app.engine(), scope, rows).await?;
    bring_up_to_date(app, &mut views).await?;
    Ok(views)
}

/// The same with what the rows say that was spent.
pub(super) async fn stored(
    engine: &Engine,
    scope: &Scope,
    rows: Vec<OrganizationRow>,
) -> Result<Vec<OrganizationView>, ApiError> {
    let db = &engine.db;
    let organization_id = match rows.as_slice() {
        [] => return Ok(Vec::new()),
        [one] => Some(one.organization_id.clone()),
        _ => None,
    };
    let filter = OrganizationMemberFilter { organization_id: organization_id.clone(), user_id: None };
    let members = store::all(db, scope, &filter).await?;
    let teams = store::all(db, scope, &TeamFilter { organization_id, ..TeamFilter::default() }).await?;
    let held = rows.iter().map(|row| row.budget_id.as_str());
    let budgets = budget::views(engine, held.chain(members.iter().filter_map(|row| row.budget_id.as_deref()))).await?;
    let of = |id: &str| budgets.get(id).cloned();
    let mut members_of: HashMap<String, Vec<_>> = HashMap::new();
    for row in members {
        let budget = row.budget_id.as_deref().and_then(of);
        members_of.entry(row.organization_id.clone()).or_default().push(MembershipView::new(row, budget));
    }
    let mut teams_of: HashMap<String, Vec<_>> = HashMap::new();
    for row in teams {
        let organization = row.organization_id.clone().unwrap_or_default();
        teams_of.entry(organization).or_default().push(OrganizationTeam::new(engine, row));
    }
    let view = |row: OrganizationRow| {
        let members = members_of.remove(&row.organization_id).unwrap_or_default();
        let teams = teams_of.remove(&row.organization_id).unwrap_or_default();
        let budget = of(&row.budget_id);
        OrganizationView { members: Some(members), teams: Some(teams), ..OrganizationView::new(row, budget) }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// One of them.
pub(super) async fn view(app: &App, scope: &Scope, row: OrganizationRow) -> Result<OrganizationView, ApiError> {
    let mut views = views(app, scope, vec![row]).await?;
    Ok(views.pop().ok_or(StoreError::NotFound { what: OrganizationRow::NOUN })?)
}

impl Spends for OrganizationView {
    fn spends(&mut self, spent: &mut Spent<'_>) {
        if let Some(budget) = &mut self.litellm_budget_table {
            let account = Account::of(AccountKind::Organization, &self.organization_id);
            spent.put(&account, &mut self.spend, &mut [&mut budget.limits], None);
        }
        self.members.iter_mut().flatten().for_each(|member| member.spends(spent));
        for team in self.teams.iter_mut().flatten() {
            let account = Account::of(AccountKind::Team, &team.team_id);
            spent.put(&account, &mut team.spend, &mut [&mut team.limits], None);
        }
    }
}

impl Spends for MembershipView {
    fn spends(&mut self, spent: &mut Spent<'_>) {
        if let Some(budget) = &mut self.litellm_budget_table {
            let account = Account::member(AccountKind::OrganizationMember, &self.organization_id, &self.user_id);
            spent.put(&account, &mut self.spend, &mut [&mut budget.limits], None);
        }
        if let Some(user) = &mut self.user {
            user.spends(spent);
        }
    }
}

impl Spends for OrganizationUser {
    fn spends(&mut self, spent: &mut Spent<'_>) {
        let account = Account::of(AccountKind::User, &self.user_id);
        spent.put(&account, &mut self.spend, &mut [&mut self.limits], None);
    }
}
