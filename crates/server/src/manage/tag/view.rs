//! A tag as clients see it.

use money::{Account, AccountKind};
use serde::Serialize;
use serde_json::{Map, Value};
use store::tags::TagRow;
use store::{Record as _, StoreError};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::budget;
use crate::manage::fields::{BudgetView, StampsView, Usd};
use crate::manage::spent::{Spends, Spent, bring_up_to_date};

/// A tag.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TagView {
    pub(super) name: String,
    description: Option<String>,
    /// Ids of deployments that are for it.
    models: Vec<String>,
    /// Their names, by id.
    #[schema(value_type = Object)]
    model_info: Map<String, Value>,
    /// What calls with it have spent, in US dollars: with a cap and a duration in the window that now is in, else in total.
    #[schema(value_type = f64)]
    spend: Usd,
    budget_id: Option<String>,
    #[serde(flatten)]
    stamps: StampsView,
    /// Its limits, if it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    litellm_budget_table: Option<BudgetView>,
}

/// A tag that was written, and that it was.
#[derive(Serialize, ToSchema)]
pub(crate) struct TagWritten {
    pub(super) message: String,
    pub(super) tag: TagView,
}

impl TagView {
    fn new(row: TagRow, budget: Option<BudgetView>) -> Self {
        Self {
            name: row.name,
            description: row.description,
            models: row.models,
            model_info: Map::new(),
            spend: Usd(row.spend),
            budget_id: row.budget_id,
            stamps: StampsView::new(row.stamps),
            litellm_budget_table: budget,
        }
    }
}

/// Tags with their budgets.
pub(super) async fn views(app: &App, rows: Vec<TagRow>) -> Result<Vec<TagView>, ApiError> {
    let budgets = budget::views(app.engine(), rows.iter().filter_map(|row| row.budget_id.as_deref())).await?;
    let view = |row: TagRow| {
        let budget = row.budget_id.as_ref().and_then(|id| budgets.get(id).cloned());
        TagView::new(row, budget)
    };
    let mut views: Vec<_> = rows.into_iter().map(view).collect();
    bring_up_to_date(app, &mut views).await?;
    Ok(views)
}

/// One of them.
pub(super) async fn view(app: &App, row: TagRow) -> Result<TagView, ApiError> {
    let mut views = views(app, vec![row]).await?;
    Ok(views.pop().ok_or(StoreError::NotFound { what: TagRow::NOUN })?)
}

impl Spends for TagView {
    fn spends(&mut self, spent: &mut Spent<'_>) {
        let account = Account::of(AccountKind::Tag, &self.name);
        if let Some(budget) = &mut self.litellm_budget_table {
            spent.put(&account, &mut self.spend, &mut [&mut budget.limits], None);
        }
    }
}
