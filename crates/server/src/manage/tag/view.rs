//! A tag as clients see it.

use serde::Serialize;
use serde_json::{Map, Value};
use store::Db;
use store::tags::TagRow;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::manage::budget;
use crate::manage::fields::{BudgetView, StampsView, Usd};

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
    /// What calls with it have spent, in US dollars.
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
    pub(super) fn new(row: TagRow, budget: Option<BudgetView>) -> Self {
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
pub(super) async fn views(db: &Db, rows: Vec<TagRow>) -> Result<Vec<TagView>, ApiError> {
    let budgets = budget::views(db, rows.iter().filter_map(|row| row.budget_id.as_deref())).await?;
    let view = |row: TagRow| {
        let budget = row.budget_id.as_ref().and_then(|id| budgets.get(id).cloned());
        TagView::new(row, budget)
    };
    Ok(rows.into_iter().map(view).collect())
}
