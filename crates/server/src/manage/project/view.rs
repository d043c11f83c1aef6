//! A project as clients see it.

use engine::Engine;
use money::{Account, AccountKind};
use serde::Serialize;
use serde_json::{Map, Value};
use store::projects::ProjectRow;
use store::{Record as _, StoreError};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::budget;
use crate::manage::fields::{BudgetView, StampsView, Usd};
use crate::manage::spent::{Spends, Spent, bring_up_to_date};

/// A project.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ProjectView {
    project_id: String,
    project_alias: Option<String>,
    description: Option<String>,
    team_id: String,
    budget_id: Option<String>,
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
    /// Empty: those of its team.
    models: Vec<String>,
    /// In US dollars: with a cap and a duration in the window that now is in, else in total.
    #[schema(value_type = f64)]
    spend: Usd,
    /// Always empty: the ledger knows.
    #[schema(value_type = Object)]
    model_spend: Map<String, Value>,
    /// Always empty: `metadata` has it.
    #[schema(value_type = Object)]
    model_rpm_limit: Map<String, Value>,
    #[schema(value_type = Object)]
    model_tpm_limit: Map<String, Value>,
    blocked: bool,
    #[serde(flatten)]
    stamps: StampsView,
    /// Its limits.
    litellm_budget_table: Option<BudgetView>,
    #[schema(value_type = Option<Object>)]
    object_permission: Option<()>,
    #[schema(value_type = Option<String>)]
    object_permission_id: Option<()>,
}

impl ProjectView {
    fn new(row: ProjectRow, budget: Option<BudgetView>) -> Self {
        Self {
            project_id: row.project_id,
            project_alias: row.project_alias,
            description: row.description,
            team_id: row.team_id,
            budget_id: row.budget_id,
            metadata: row.metadata,
            models: row.models,
            spend: Usd(row.spend),
            model_spend: Map::new(),
            model_rpm_limit: Map::new(),
            model_tpm_limit: Map::new(),
            blocked: row.blocked,
            stamps: StampsView::new(row.stamps),
            litellm_budget_table: budget,
            object_permission: None,
            object_permission_id: None,
        }
    }
}

/// Projects with their budgets.
pub(super) async fn views(app: &App, rows: Vec<ProjectRow>) -> Result<Vec<ProjectView>, ApiError> {
    let mut views = stored(app.engine(), rows).await?;
    bring_up_to_date(app, &mut views).await?;
    Ok(views)
}

/// The same with what the rows say that was spent.
pub(super) async fn stored(engine: &Engine, rows: Vec<ProjectRow>) -> Result<Vec<ProjectView>, ApiError> {
    let budgets = budget::views(engine, rows.iter().filter_map(|row| row.budget_id.as_deref())).await?;
    let view = |row: ProjectRow| {
        let budget = row.budget_id.as_ref().and_then(|id| budgets.get(id).cloned());
        ProjectView::new(row, budget)
    };
    Ok(rows.into_iter().map(view).collect())
}

/// One of them.
pub(super) async fn view(app: &App, row: ProjectRow) -> Result<ProjectView, ApiError> {
    let mut views = views(app, vec![row]).await?;
    Ok(views.pop().ok_or(StoreError::NotFound { what: ProjectRow::NOUN })?)
}

impl Spends for ProjectView {
    fn spends(&mut self, spent: &mut Spent<'_>) {
        let account = Account::of(AccountKind::Project, &self.project_id);
        if let Some(budget) = &mut self.litellm_budget_table {
            spent.put(&account, &mut self.spend, &mut [&mut budget.limits], None);
        }
    }
}
