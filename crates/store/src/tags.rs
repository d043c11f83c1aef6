//! Tags of calls that administrators gave a meaning.

use money::{Account, AccountKind, Nanos};
use serde::Serialize;

use crate::db::{Row, Sql, Value, json};
use crate::record::{Filter, Pushed, Record, Sort, Stored};
use crate::{Stamps, StoreError, Tenancy};

/// One tag.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TagRow {
    /// What calls say.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Ids of the deployments that are for it.
    pub models: Vec<String>,
    /// Its budget.
    pub budget_id: Option<String>,
    /// What calls with it have spent.
    pub spend: Nanos,
    /// When it was made and changed.
    #[serde(flatten)]
    pub stamps: Stamps,
}

/// Conditions on tags; an absent one keeps all.
#[derive(Debug, Clone, Default)]
pub struct TagFilter {
    /// These tags.
    pub names: Option<Vec<String>>,
    /// Tags with this budget.
    pub budget_id: Option<String>,
}

/// By what tags are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TagSort {
    /// By name.
    #[default]
    Name,
}

impl Record for TagRow {
    const NOUN: &'static str = "tag";
    const TABLE: &'static str = "tags";

    fn id(&self) -> Vec<&str> {
        vec![&self.name]
    }
}

impl Stored for TagRow {
    const KEY: &'static [&'static str] = &["name"];
    const COLUMNS: &'static [&'static str] =
        &["description", "models", "budget_id", "spend", "created_at", "created_by", "updated_at", "updated_by"];
    const MOVED: &'static [&'static str] = &["spend"];

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            name: row.get("name")?,
            description: row.get("description")?,
            models: row.json("tags.models")?,
            budget_id: row.get("budget_id")?,
            spend: Nanos::new(row.get("spend")?),
            stamps: Stamps::read(row)?,
        })
    }

    fn values(&self) -> Result<Vec<Value<'_>>, StoreError> {
        let mut values =
            vec![(&self.description).into(), json(&self.models)?, (&self.budget_id).into(), self.spend.into()];
        values.extend(self.stamps.values());
        Ok(values)
    }

    fn account(&self) -> Option<Account> {
        Some(Account::of(AccountKind::Tag, &self.name))
    }

    /// Theirs are the administrators'.
    fn push_scope<'a>(sql: &mut Sql<'a>, _tenancy: &'a Tenancy) {
        sql.push("1 = 0");
    }
}

impl Sort for TagSort {
    fn column(self) -> &'static str {
        match self {
            Self::Name => "name",
        }
    }
}

impl Filter for TagFilter {
    type Record = TagRow;
    type Sort = TagSort;
}

impl Pushed for TagFilter {
    fn push<'a>(&'a self, sql: &mut Sql<'a>) {
        if let Some(ids) = &self.names {
            sql.push(" AND name IN ").push_list(ids);
        }
        sql.push_equal("budget_id", self.budget_id.as_ref());
    }
}
