//! Budgets that have a name: limits that organizations, projects, customers, tags, members and keys refer to.

use serde::Serialize;

use crate::db::{Row, Sql, Value, json};
use crate::record::{Filter, Pushed, Record, Sort, Stored};
use crate::{Limits, Stamps, StoreError, Tenancy};

/// One budget. Whoever refers to it has these limits for himself: the spend is his own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BudgetRow {
    /// Its name.
    pub budget_id: String,
    /// What it says.
    pub limits: Limits,
    /// When it was made and changed.
    #[serde(flatten)]
    pub stamps: Stamps,
}

/// Conditions on budgets; an absent one keeps all.
#[derive(Debug, Clone, Default)]
pub struct BudgetFilter {
    /// These budgets.
    pub budget_ids: Option<Vec<String>>,
    /// Budgets whose name has this in it.
    pub search: Option<String>,
}

/// By what budgets are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BudgetSort {
    /// When they were made.
    #[default]
    CreatedAt,
    /// By name.
    BudgetId,
}

impl Record for BudgetRow {
    const NOUN: &'static str = "budget";
    const TABLE: &'static str = "budgets";

    fn id(&self) -> Vec<&str> {
        vec![&self.budget_id]
    }
}

impl Stored for BudgetRow {
    const KEY: &'static [&'static str] = &["budget_id"];
    const COLUMNS: &'static [&'static str] = &["limits", "created_at", "created_by", "updated_at", "updated_by"];

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self { budget_id: row.get("budget_id")?, limits: row.json("budgets.limits")?, stamps: Stamps::read(row)? })
    }

    fn values(&self) -> Result<Vec<Value<'_>>, StoreError> {
        let mut values = vec![json(&self.limits)?];
        values.extend(self.stamps.values());
        Ok(values)
    }

    /// Budgets are the administrators'; what limits an object is shown with that object.
    fn push_scope<'a>(sql: &mut Sql<'a>, _tenancy: &'a Tenancy) {
        sql.push("1 = 0");
    }
}

impl Sort for BudgetSort {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::BudgetId => "budget_id",
        }
    }
}

impl Filter for BudgetFilter {
    type Record = BudgetRow;
    type Sort = BudgetSort;
}

impl Pushed for BudgetFilter {
    fn push<'a>(&'a self, sql: &mut Sql<'a>) {
        if let Some(ids) = &self.budget_ids {
            sql.push(" AND budget_id IN ").push_list(ids);
        }
        sql.push_contains("budget_id", self.search.as_deref());
    }
}
