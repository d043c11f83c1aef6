//! A key as clients see it.

use std::collections::BTreeMap;

use engine::Engine;
use money::{Account, Nanos};
use serde::Serialize;
use serde_json::{Map, Value};
use store::budgets::BudgetRow;
use store::keys::{DeletedKey, KeyRow, KeySettings};
use store::{KeyHash, StoreError};
use utoipa::ToSchema;

use crate::app::App;
use crate::manage::fields::{BudgetView, LimitsView, StampsView, Usd};
use crate::manage::instant::iso;
use crate::manage::spent::{ModelUsage, Spends, Spent, bring_up_to_date};

/// A key without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct KeyView {
    /// The SHA-256 of the key. Left out where the answer says it already.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    token: Option<KeyHash>,
    /// Enough of the key to recognise it.
    #[schema(example = "sk-...abcd")]
    key_name: String,
    key_alias: Option<String>,
    /// Whose budgets these are. None: it is there no more.
    #[serde(skip)]
    account: Option<Account>,
    /// What the key has spent in US dollars, calls that ended a moment ago included: with a cap and a duration in the window that
    /// now is in, else in total.
    #[schema(value_type = f64)]
    spend: Usd,
    /// What it has spent in total; nobody sets that to less.
    #[schema(value_type = f64)]
    total_spend: Usd,
    #[serde(flatten)]
    limits: LimitsView,
    /// What models have spent of their own budgets.
    model_max_budget_usage: BTreeMap<String, ModelUsage>,
    /// From when the key is refused; null: never.
    #[schema(format = DateTime)]
    expires: Option<String>,
    /// Empty: all that stands above the key allows.
    models: Vec<String>,
    aliases: BTreeMap<String, String>,
    /// What is asked in the place of models whose own budget is spent.
    budget_fallbacks: BTreeMap<String, Vec<String>>,
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
    blocked: bool,
    status: KeyStatus,
    user_id: Option<String>,
    team_id: Option<String>,
    organization_id: Option<String>,
    project_id: Option<String>,
    budget_id: Option<String>,
    /// Empty: all that its owner may.
    allowed_routes: Vec<String>,
    key_type: Option<String>,
    #[schema(value_type = Object)]
    permissions: Map<String, Value>,
    access_group_ids: Vec<String>,
    allowed_cache_controls: Vec<String>,
    rotation_count: u64,
    #[schema(format = DateTime)]
    last_rotation_at: Option<String>,
    #[serde(flatten)]
    stamps: StampsView,
    /// The budget that it has beside its own limits.
    litellm_budget_table: Option<BudgetView>,
    /// When the key was deleted or replaced, and by whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    deleted_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_by: Option<String>,
}

/// Whether a key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyStatus {
    Active,
    Expired,
    /// Blocked.
    Revoked,
    /// Or replaced by another key.
    Deleted,
}

impl KeyStatus {
    /// The status of a key that is there; `now` is in microseconds UTC.
    fn of(row: &KeyRow, now: i64) -> Self {
        if row.blocked {
            Self::Revoked
        } else if row.expires_at.is_some_and(|at| at <= now) {
            Self::Expired
        } else {
            Self::Active
        }
    }
}

impl KeyView {
    /// A key that was just written. That cannot fail any more: nobody would learn of the key.
    pub(super) async fn written(app: &App, row: KeyRow) -> Self {
        let mut view = [Self::new(app.engine(), row)];
        if let Err(error) = bring_up_to_date(app, &mut view).await {
            tracing::warn!(%error, "a key that was written is shown with what it has spent in total");
        }
        let [view] = view;
        view
    }

    /// Keys as they are now.
    pub(in crate::manage) async fn read_all(app: &App, rows: Vec<KeyRow>) -> Result<Vec<Self>, StoreError> {
        let mut views: Vec<_> = rows.into_iter().map(|row| Self::new(app.engine(), row)).collect();
        bring_up_to_date(app, &mut views).await?;
        Ok(views)
    }

    /// The key with what it has spent in total.
    pub(super) fn new(engine: &Engine, row: KeyRow) -> Self {
        let spend = engine.directory.spent(&row);
        let account = Some(row.account());
        let status = KeyStatus::of(&row, engine.clock.now());
        let KeySettings {
            aliases,
            budget_fallbacks,
            allowed_routes,
            key_type,
            permissions,
            allowed_cache_controls,
            access_group_ids,
            rotation_count,
            last_rotation_at,
            object_permission: _,
            blocked_from: _,
            account: _,
            rest: _,
        } = row.settings;
        Self {
            token: Some(row.hash),
            key_name: row.key_name,
            key_alias: row.key_alias,
            account,
            spend: Usd(spend),
            total_spend: Usd(spend.saturating_add(row.forgiven)),
            limits: LimitsView::new(engine, row.limits),
            model_max_budget_usage: BTreeMap::new(),
            expires: row.expires_at.map(iso),
            models: row.models,
            aliases,
            budget_fallbacks,
            metadata: row.metadata,
            blocked: row.blocked,
            status,
            user_id: row.user_id,
            team_id: row.team_id,
            organization_id: row.organization_id,
            project_id: row.project_id,
            budget_id: row.budget_id,
            allowed_routes,
            key_type,
            permissions,
            access_group_ids,
            allowed_cache_controls,
            rotation_count,
            last_rotation_at: last_rotation_at.map(iso),
            stamps: StampsView::new(row.stamps),
            litellm_budget_table: None,
            deleted_at: None,
            deleted_by: None,
        }
    }

    /// A key that is there no more.
    pub(super) fn of_deleted(engine: &Engine, deleted: DeletedKey) -> Self {
        let DeletedKey { row, deleted_at, deleted_by } = deleted;
        Self {
            // its successor may go on to count
            account: None,
            spend: Usd(row.spend),
            total_spend: Usd(row.spend.saturating_add(row.forgiven)),
            status: KeyStatus::Deleted,
            deleted_at: Some(iso(deleted_at)),
            deleted_by: Some(deleted_by),
            ..Self::new(engine, row)
        }
    }

    pub(super) fn spend(&self) -> Nanos {
        self.spend.0
    }

    pub(in crate::manage) fn team_id(&self) -> Option<&str> {
        self.team_id.as_deref()
    }

    pub(super) fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    pub(super) fn created_by(&self) -> Option<&str> {
        self.stamps.created_by.as_deref()
    }

    /// The same with its budget.
    pub(super) fn with_budget(self, engine: &Engine, budget: Option<BudgetRow>) -> Self {
        Self { litellm_budget_table: budget.map(|row| BudgetView::new(engine, row)), ..self }
    }

    /// The same without the hash.
    pub(super) fn without_token(self) -> Self {
        Self { token: None, ..self }
    }
}

impl Spends for KeyView {
    fn spends(&mut self, spent: &mut Spent<'_>) {
        let Some(account) = &self.account else { return };
        self.model_max_budget_usage = spent.on_models(account, &self.limits);
        match &mut self.litellm_budget_table {
            Some(budget) => spent.put(account, &mut self.spend, &mut [&mut self.limits, &mut budget.limits], None),
            None => spent.put(account, &mut self.spend, &mut [&mut self.limits], self.budget_id.as_deref()),
        }
    }
}
