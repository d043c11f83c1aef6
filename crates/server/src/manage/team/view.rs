//! A team as clients see it.

use std::collections::BTreeMap;

use engine::Engine;
use money::{Account, AccountKind, Nanos};
use serde::Serialize;
use serde_json::{Map, Value};
use store::teams::{RosterEntry, TeamMember, TeamRow, TeamSettings, roster};
use store::{Scope, StoreError};
use utoipa::ToSchema;

use crate::app::App;
use crate::manage::fields::{BudgetView, LimitsView, StampsView, Usd};
use crate::manage::spent::{Spends, Spent, bring_up_to_date};

/// A team with its members.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TeamView {
    team_id: String,
    team_alias: Option<String>,
    organization_id: Option<String>,
    /// Always empty: older names of what stands in `members_with_roles`.
    admins: Vec<String>,
    members: Vec<String>,
    members_with_roles: Vec<MemberView>,
    /// What its members may do with its keys; null: look at them.
    team_member_permissions: Option<Vec<String>>,
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
    #[serde(flatten)]
    limits: LimitsView,
    /// Empty: all that its organization may.
    models: Vec<String>,
    blocked: bool,
    /// What the team has spent, in US dollars: with a cap and a duration in the window that now is in, else in total.
    #[schema(value_type = f64)]
    spend: Usd,
    access_group_ids: Vec<String>,
    default_team_member_models: Vec<String>,
    #[schema(value_type = Object)]
    router_settings: Map<String, Value>,
    model_id: Option<u64>,
    #[schema(value_type = Object)]
    model_spend: Map<String, Value>,
    policies: Vec<String>,
    litellm_model_table: Option<ModelTable>,
    #[schema(value_type = Option<Object>)]
    object_permission: Option<Map<String, Value>>,
    object_permission_id: Option<String>,
    #[serde(flatten)]
    stamps: StampsView,
}

/// Names that the team has for model groups.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ModelTable {
    model_aliases: BTreeMap<String, String>,
}

/// A line of the roster.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MemberView {
    user_id: String,
    user_email: Option<String>,
    user_alias: Option<String>,
    /// admin or user
    role: String,
}

/// A membership with its limits.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MembershipView {
    user_id: String,
    team_id: String,
    budget_id: Option<String>,
    /// What the member has spent of the team's money, in US dollars: with a cap and a duration in the window that now is in.
    #[schema(value_type = f64)]
    spend: Usd,
    /// The same in total.
    #[schema(value_type = f64)]
    total_spend: Usd,
    litellm_budget_table: Option<BudgetView>,
    /// The budget of all members who have none of their own.
    #[serde(skip)]
    usual: Option<String>,
    /// custom, `team_default` or none
    budget_source: &'static str,
}

impl TeamView {
    fn new(engine: &Engine, row: TeamRow, roster: Vec<RosterEntry>) -> Self {
        let TeamSettings {
            model_aliases,
            team_member_permissions,
            default_team_member_models,
            team_member_budget_id: _,
            access_group_ids,
            object_permission,
            blocked_from: _,
            rest: _,
        } = row.settings;
        Self {
            team_id: row.team_id,
            team_alias: row.team_alias,
            organization_id: row.organization_id,
            admins: Vec::new(),
            members: Vec::new(),
            members_with_roles: roster.into_iter().map(MemberView::new).collect(),
            team_member_permissions,
            metadata: row.metadata,
            limits: LimitsView::new(engine, row.limits),
            models: row.models,
            blocked: row.blocked,
            spend: Usd(row.spend),
            access_group_ids,
            default_team_member_models,
            router_settings: Map::new(),
            model_id: None,
            model_spend: Map::new(),
            policies: Vec::new(),
            litellm_model_table: (!model_aliases.is_empty()).then_some(ModelTable { model_aliases }),
            object_permission,
            object_permission_id: None,
            stamps: StampsView::new(row.stamps),
        }
    }

    /// The team as it is now.
    pub(in crate::manage) async fn read(app: &App, row: TeamRow) -> Result<Self, StoreError> {
        let mut views = Self::read_all(app, vec![row]).await?;
        views.pop().ok_or(StoreError::NotFound { what: "team" })
    }

    /// The same of many, in their order. Whoever asks sees these teams.
    pub(in crate::manage) async fn read_all(app: &App, rows: Vec<TeamRow>) -> Result<Vec<Self>, StoreError> {
        let ids: Vec<_> = rows.iter().map(|row| row.team_id.clone()).collect();
        let mut rosters: BTreeMap<String, Vec<RosterEntry>> = BTreeMap::new();
        for entry in roster(&app.engine().db, &Scope::Gateway, &ids).await? {
            rosters.entry(entry.member.team_id.clone()).or_default().push(entry);
        }
        let view = |row: TeamRow| {
            let roster = rosters.remove(&row.team_id).unwrap_or_default();
            Self::new(app.engine(), row, roster)
        };
        let mut views: Vec<_> = rows.into_iter().map(view).collect();
        bring_up_to_date(app, &mut views).await?;
        Ok(views)
    }

    pub(super) fn members_count(&self) -> usize {
        self.members_with_roles.len()
    }

    pub(super) fn id(&self) -> &str {
        &self.team_id
    }

    /// The member of that user.
    pub(super) fn member(&self, user_id: &str) -> Option<&MemberView> {
        self.members_with_roles.iter().find(|member| member.user_id == user_id)
    }
}

impl MemberView {
    fn new(entry: RosterEntry) -> Self {
        let RosterEntry { member: TeamMember { user_id, role, .. }, user_email, user_alias } = entry;
        Self { user_id, user_email, user_alias, role }
    }

    pub(super) fn email(&self) -> Option<&str> {
        self.user_email.as_deref()
    }
}

impl MembershipView {
    /// `of_team` is the budget that the team gives its members by default.
    fn new(member: TeamMember, budget: Option<BudgetView>, of_team: Option<&str>) -> Self {
        let budget_source = match member.budget_id.as_deref() {
            None => "none",
            id if id == of_team => "team_default",
            Some(_) => "custom",
        };
        Self {
            user_id: member.user_id,
            team_id: member.team_id,
            budget_id: member.budget_id,
            spend: Usd(member.spend),
            total_spend: Usd(member.spend.saturating_add(member.forgiven)),
            litellm_budget_table: budget,
            usual: of_team.map(str::to_owned),
            budget_source,
        }
    }

    pub(super) fn spend(&self) -> Nanos {
        self.spend.0
    }

    pub(in crate::manage) fn team_id(&self) -> &str {
        &self.team_id
    }

    pub(in crate::manage) fn user_id(&self) -> &str {
        &self.user_id
    }

    /// Memberships with their budgets.
    pub(in crate::manage) async fn read_all(
        app: &App,
        members: Vec<TeamMember>,
        teams: &[TeamRow],
    ) -> Result<Vec<Self>, StoreError> {
        let ids = members.iter().filter_map(|member| member.budget_id.clone()).collect();
        let filter = store::budgets::BudgetFilter { budget_ids: Some(ids), ..Default::default() };
        let budgets = store::all(&app.engine().db, &Scope::Gateway, &filter).await?;
        let view = |member: TeamMember| {
            let budget = budgets.iter().find(|row| Some(&row.budget_id) == member.budget_id.as_ref()).cloned();
            let team = teams.iter().find(|team| team.team_id == member.team_id);
            let of_team = team.and_then(|team| team.settings.team_member_budget_id.as_deref());
            Self::new(member, budget.map(|row| BudgetView::new(app.engine(), row)), of_team)
        };
        let mut views: Vec<_> = members.into_iter().map(view).collect();
        bring_up_to_date(app, &mut views).await?;
        Ok(views)
    }
}

impl Spends for TeamView {
    fn spends(&mut self, spent: &mut Spent<'_>) {
        let account = Account::of(AccountKind::Team, &self.team_id);
        spent.put(&account, &mut self.spend, &mut [&mut self.limits], None);
    }
}

impl Spends for MembershipView {
    fn spends(&mut self, spent: &mut Spent<'_>) {
        let account = Account::member(AccountKind::TeamMember, &self.team_id, &self.user_id);
        match &mut self.litellm_budget_table {
            Some(budget) => spent.put(&account, &mut self.spend, &mut [&mut budget.limits], None),
            None => spent.put(&account, &mut self.spend, &mut [], self.usual.as_deref()),
        }
    }
}
