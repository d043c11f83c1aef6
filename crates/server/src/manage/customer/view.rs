//! A customer as clients see it.

use money::{Account, AccountKind};
use serde::Serialize;
use store::customers::CustomerRow;
use store::{Record as _, StoreError};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::budget;
use crate::manage::fields::{BudgetView, Usd};
use crate::manage::spent::{Spends, Spent, bring_up_to_date};

/// A customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CustomerView {
    user_id: String,
    blocked: bool,
    alias: Option<String>,
    /// In US dollars: with a cap and a duration in the window that now is in, else in total.
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
    fn new(row: CustomerRow, budget: Option<BudgetView>) -> Self {
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
pub(super) async fn views(app: &App, rows: Vec<CustomerRow>) -> Result<Vec<CustomerView>, ApiError> {
    let budgets = budget::views(app.engine(), rows.iter().filter_map(|row| row.budget_id.as_deref())).await?;
    let view = |row: CustomerRow| {
        let budget = row.budget_id.as_ref().and_then(|id| budgets.get(id).cloned());
        CustomerView::new(row, budget)
    };
    let mut views: Vec<_> = rows.into_iter().map(view).collect();
    bring_up_to_date(app, &mut views).await?;
    Ok(views)
}

/// One of them.
pub(super) async fn view(app: &App, row: CustomerRow) -> Result<CustomerView, ApiError> {
    let mut views = views(app, vec![row]).await?;
    Ok(views.pop().ok_or(StoreError::NotFound { what: CustomerRow::NOUN })?)
}

impl Spends for CustomerView {
    fn spends(&mut self, spent: &mut Spent<'_>) {
        let account = Account::of(AccountKind::Customer, &self.user_id);
        if let Some(budget) = &mut self.litellm_budget_table {
            spent.put(&account, &mut self.spend, &mut [&mut budget.limits], None);
        } else {
            let usual = spent.of_customers();
            spent.put(&account, &mut self.spend, &mut [], usual.as_deref());
        }
    }
}
