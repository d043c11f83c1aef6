//! Budgets that have a name: limits that organizations, projects, customers, tags, members and keys refer to.

use serde::Serialize;

use crate::db::{Row, Sql, Value, json};
use crate::record::{Filter, Pushed, Record, Sort, Stored};
use crate::{Limits, Stamps, StoreError, Tenancy, Transaction};

/// One budget. Whoever refers to it has these limits for himself: the spend is his own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BudgetRow {
    /// Its name.
    pub budget_id: String,
    /// Whether it was made for one object, with which it goes.
    pub is_own: bool,
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
    const COLUMNS: &'static [&'static str] =
        &["is_own", "limits", "created_at", "created_by", "updated_at", "updated_by"];

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            budget_id: row.get("budget_id")?,
            is_own: row.get("is_own")?,
            limits: row.json("budgets.limits")?,
            stamps: Stamps::read(row)?,
        })
    }

    fn values(&self) -> Result<Vec<Value<'_>>, StoreError> {
        let mut values = vec![self.is_own.into(), json(&self.limits)?];
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

/// How many objects refer to a budget: whoever changes or deletes it does so for all of them.
pub async fn holders(transaction: &mut Transaction, budget_id: &str) -> Result<u64, StoreError> {
    let default_of_team = serde_json::Value::from(budget_id).to_string();
    let count = Sql::new(
        "SELECT (SELECT COUNT(*) FROM organizations WHERE budget_id = $1)
              + (SELECT COUNT(*) FROM organization_members WHERE budget_id = $1)
              + (SELECT COUNT(*) FROM team_members WHERE budget_id = $1)
              + (SELECT COUNT(*) FROM projects WHERE budget_id = $1)
              + (SELECT COUNT(*) FROM customers WHERE budget_id = $1)
              + (SELECT COUNT(*) FROM tags WHERE budget_id = $1)
              + (SELECT COUNT(*) FROM keys WHERE budget_id = $1)
              + (SELECT COUNT(*) FROM teams WHERE REPLACE(settings, $2, '') <> settings)",
    );
    let default_of_team = format!("\"team_member_budget_id\":{default_of_team}");
    Ok(transaction.fetch_number(count.bind(budget_id).bind(default_of_team)).await?.unsigned_abs())
}
