//! Customers of those who hold keys: the end users on whose behalf calls are made.

use money::{Account, AccountKind, Nanos};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::db::{Row, Sql, Value, json};
use crate::record::{Filter, Pushed, Record, Sort, Stored};
use crate::{Stamps, StoreError, Tenancy};

/// One customer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CustomerRow {
    /// Its id, as calls name it.
    pub user_id: String,
    /// What people call it.
    pub alias: Option<String>,
    /// Whether calls on its behalf are refused now.
    pub blocked: bool,
    /// Its budget.
    pub budget_id: Option<String>,
    /// Models that calls on its behalf may use; empty means all.
    pub models: Vec<String>,
    /// The model of calls that name none.
    pub default_model: Option<String>,
    /// Where its calls may be answered: `eu` or `us`.
    pub allowed_model_region: Option<String>,
    /// What else it may and may not.
    pub settings: CustomerSettings,
    /// What was spent on its behalf.
    pub spend: Nanos,
    /// When it was made and changed.
    #[serde(flatten)]
    pub stamps: Stamps,
}

/// The settings of a customer that are neither searched nor sorted by.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerSettings {
    /// LiteLLM's lists of other objects that it may use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_permission: Option<Map<String, Json>>,
    /// What a newer release keeps here.
    #[serde(flatten)]
    pub rest: Map<String, Json>,
}

/// Conditions on customers; an absent one keeps all.
#[derive(Debug, Clone, Default)]
pub struct CustomerFilter {
    /// These customers.
    pub user_ids: Option<Vec<String>>,
    /// Customers whose id or alias has this in it.
    pub search: Option<String>,
    /// Customers with this budget.
    pub budget_id: Option<String>,
    /// Whether they are blocked.
    pub blocked: Option<bool>,
}

/// By what customers are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CustomerSort {
    /// By id.
    #[default]
    UserId,
    /// When they were made.
    CreatedAt,
}

impl Record for CustomerRow {
    const NOUN: &'static str = "customer";
    const TABLE: &'static str = "customers";

    fn id(&self) -> Vec<&str> {
        vec![&self.user_id]
    }
}

impl Stored for CustomerRow {
    const KEY: &'static [&'static str] = &["user_id"];
    const COLUMNS: &'static [&'static str] = &[
        "alias",
        "blocked",
        "budget_id",
        "models",
        "default_model",
        "allowed_model_region",
        "settings",
        "spend",
        "created_at",
        "created_by",
        "updated_at",
        "updated_by",
    ];
    const MOVED: &'static [&'static str] = &["spend"];

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            user_id: row.get("user_id")?,
            alias: row.get("alias")?,
            blocked: row.get("blocked")?,
            budget_id: row.get("budget_id")?,
            models: row.json("customers.models")?,
            default_model: row.get("default_model")?,
            allowed_model_region: row.get("allowed_model_region")?,
            settings: row.json("customers.settings")?,
            spend: Nanos::new(row.get("spend")?),
            stamps: Stamps::read(row)?,
        })
    }

    fn values(&self) -> Result<Vec<Value<'_>>, StoreError> {
        let mut values = vec![
            (&self.alias).into(),
            self.blocked.into(),
            (&self.budget_id).into(),
            json(&self.models)?,
            (&self.default_model).into(),
            (&self.allowed_model_region).into(),
            json(&self.settings)?,
            self.spend.into(),
        ];
        values.extend(self.stamps.values());
        Ok(values)
    }

    fn account(&self) -> Option<Account> {
        Some(Account::of(AccountKind::Customer, &self.user_id))
    }

    /// Theirs are the administrators'.
    fn push_scope<'a>(sql: &mut Sql<'a>, _tenancy: &'a Tenancy) {
        sql.push("1 = 0");
    }
}

impl Sort for CustomerSort {
    fn column(self) -> &'static str {
        match self {
            Self::UserId => "user_id",
            Self::CreatedAt => "created_at",
        }
    }
}

impl Filter for CustomerFilter {
    type Record = CustomerRow;
    type Sort = CustomerSort;
}

impl Pushed for CustomerFilter {
    fn push<'a>(&'a self, sql: &mut Sql<'a>) {
        if let Some(ids) = &self.user_ids {
            sql.push(" AND user_id IN ").push_list(ids);
        }
        if let Some(search) = &self.search {
            sql.push(" AND (").push_like("user_id", search).push(" OR ").push_like("alias", search).push(")");
        }
        sql.push_equal("budget_id", self.budget_id.as_ref());
        sql.push_equal("blocked", self.blocked);
    }
}
