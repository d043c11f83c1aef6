//! A user as clients see it.

use std::collections::BTreeMap;

use engine::Engine;
use money::{Account, AccountKind};
use serde::Serialize;
use serde_json::{Map, Value};
use store::teams::TeamMemberFilter;
use store::users::UserRow;
use store::{Db, Scope, StoreError};
use utoipa::ToSchema;

use crate::app::App;
use crate::manage::fields::{LimitsView, StampsView, Usd};
use crate::manage::spent::{ModelUsage, Spends, Spent, bring_up_to_date};

/// A user, with those of its teams that the caller sees.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct UserView {
    user_id: String,
    user_email: Option<String>,
    user_alias: Option<String>,
    user_role: String,
    sso_user_id: Option<String>,
    teams: Vec<String>,
    /// Empty: all.
    models: Vec<String>,
    /// In US dollars: with a cap and a duration in the window that now is in, else in total.
    #[schema(value_type = f64)]
    spend: Usd,
    #[serde(flatten)]
    limits: LimitsView,
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
    allowed_cache_controls: Vec<String>,
    policies: Vec<String>,
    #[schema(value_type = Object)]
    model_spend: Map<String, Value>,
    /// What models have spent of their own budgets.
    model_max_budget_usage: BTreeMap<String, ModelUsage>,
    team_id: Option<String>,
    organization_id: Option<String>,
    #[schema(value_type = Option<Object>)]
    object_permission: Option<Map<String, Value>>,
    object_permission_id: Option<String>,
    #[serde(flatten)]
    stamps: StampsView,
}

impl UserView {
    fn new(engine: &Engine, row: UserRow, teams: Vec<String>) -> Self {
        Self {
            user_id: row.user_id,
            user_email: row.user_email,
            user_alias: row.user_alias,
            user_role: row.user_role,
            sso_user_id: row.sso_user_id,
            teams,
            models: row.models,
            spend: Usd(row.spend),
            limits: LimitsView::new(engine, row.limits),
            metadata: row.metadata,
            allowed_cache_controls: Vec::new(),
            policies: Vec::new(),
            model_spend: Map::new(),
            model_max_budget_usage: BTreeMap::new(),
            team_id: None,
            organization_id: None,
            object_permission: row.settings.object_permission,
            object_permission_id: None,
            stamps: StampsView::new(row.stamps),
        }
    }

    /// A user as it is now.
    pub(super) async fn read(app: &App, scope: &Scope, row: UserRow) -> Result<Self, StoreError> {
        let mut views = Self::read_all(app, scope, vec![row]).await?;
        views.pop().ok_or(StoreError::NotFound { what: "user" })
    }

    /// The same of many, in their order.
    pub(in crate::manage) async fn read_all(
        app: &App,
        scope: &Scope,
        rows: Vec<UserRow>,
    ) -> Result<Vec<Self>, StoreError> {
        let mut teams = teams_of(&app.engine().db, scope, &rows).await?;
        let view = |row: UserRow| {
            let teams = teams.remove(&row.user_id).unwrap_or_default();
            Self::new(app.engine(), row, teams)
        };
        let mut views: Vec<_> = rows.into_iter().map(view).collect();
        bring_up_to_date(app, &mut views).await?;
        Ok(views)
    }

    pub(in crate::manage) fn email(&self) -> Option<&str> {
        self.user_email.as_deref()
    }

    pub(super) fn id(&self) -> &str {
        &self.user_id
    }
}

impl Spends for UserView {
    fn spends(&mut self, spent: &mut Spent<'_>) {
        let account = Account::of(AccountKind::User, &self.user_id);
        self.model_max_budget_usage = spent.on_models(&account, &self.limits);
        spent.put(&account, &mut self.spend, &mut [&mut self.limits], None);
    }
}

async fn teams_of(db: &Db, scope: &Scope, rows: &[UserRow]) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
    let ids = rows.iter().map(|row| row.user_id.clone()).collect();
    let filter = TeamMemberFilter { user_ids: Some(ids), ..TeamMemberFilter::default() };
    let mut teams: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for member in store::all(db, scope, &filter).await? {
        teams.entry(member.user_id).or_default().push(member.team_id);
    }
    Ok(teams)
}
