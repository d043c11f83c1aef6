//! A customer as clients see it.

use serde::Serialize;
use store::Db;
use store::customers::CustomerRow;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::manage::budget;
use crate::manage::fields::{BudgetView, Usd};

/// A customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CustomerView {
    user_id: String,
    blocked: bool,
    alias: Option<String>,
    /// In US dollars.
    #[schema(value_type = f64)]
    spend: Usd,
    allowed_model_region: Option<String>,
    default_model: Option<String>,
    /// Empty: all.
    models: Vec<String>,
    budget_id: Option<String>,
    /// Its limits.
    litellm_budget_table: Option<BudgetView>,
    #[schema(value_type = Option<String>)]
    object_permission_id: Option<()>,
    #[schema(value_type = Option<Object>)]
    object_permission: Option<()>,
}

impl CustomerView {
    pub(super) fn new(row: CustomerRow, budget: Option<BudgetView>) -> Self {
        Self {
            user_id: row.user_id,
            blocked: row.blocked,
            alias: row.alias,
            spend: Usd(row.spend),
            allowed_model_region: row.allowed_model_region,
            default_model: row.default_model,
            models: row.models,
            budget_id: row.budget_id,
            litellm_budget_table: budget,
            object_permission_id: None,
            object_permission: None,
        }
    }
}

/// Customers with their budgets.
pub(super) async fn views(db: &Db, rows: Vec<CustomerRow>) -> Result<Vec<CustomerView>, ApiError> {
    let budgets = budget::views(db, rows.iter().filter_map(|row| row.budget_id.as_deref())).await?;
    let view = |row: CustomerRow| {
        let budget = row.budget_id.as_ref().and_then(|id| budgets.get(id).cloned());
        CustomerView::new(row, budget)
    };
    Ok(rows.into_iter().map(view).collect())
}
