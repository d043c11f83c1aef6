//! An organization as it is stored.

use money::{Account, AccountKind, Nanos};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::db::{Row, Sql, Value, json};
use crate::record::{Filter, Pushed, Record, Sort, Stored};
use crate::{Stamps, StoreError, Tenancy};

/// One organization. Its limits are those of its budget.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OrganizationRow {
    /// Its id.
    pub organization_id: String,
    /// What people call it.
    pub organization_alias: String,
    /// Its budget.
    pub budget_id: String,
    /// Models that all in it may use at most; empty means all.
    pub models: Vec<String>,
    /// What its administrator attached.
    pub metadata: Map<String, Json>,
    /// What else it may and may not.
    pub settings: OrganizationSettings,
    /// What it has spent.
    pub spend: Nanos,
    /// When it was made and changed.
    #[serde(flatten)]
    pub stamps: Stamps,
}

/// The settings of an organization that are neither searched nor sorted by.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OrganizationSettings {
    /// LiteLLM's lists of other objects that it may use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_permission: Option<Map<String, Json>>,
    /// What a newer release keeps here.
    #[serde(flatten)]
    pub rest: Map<String, Json>,
}

/// Conditions on organizations; an absent one keeps all.
#[derive(Debug, Clone, Default)]
pub struct OrganizationFilter {
    /// These organizations.
    pub organization_ids: Option<Vec<String>>,
    /// The organization of this id.
    pub organization_id: Option<String>,
    /// Organizations whose alias has this in it, in upper or lower case.
    pub alias_part: Option<String>,
    /// Organizations with this budget.
    pub budget_id: Option<String>,
}

/// By what organizations are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrganizationSort {
    /// When they were made.
    #[default]
    CreatedAt,
}

impl Record for OrganizationRow {
    const NOUN: &'static str = "organization";
    const TABLE: &'static str = "organizations";

    fn id(&self) -> Vec<&str> {
        vec![&self.organization_id]
    }
}

impl Stored for OrganizationRow {
    const KEY: &'static [&'static str] = &["organization_id"];
    const COLUMNS: &'static [&'static str] = &[
        "organization_alias",
        "budget_id",
        "models",
        "metadata",
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
            organization_id: row.get("organization_id")?,
            organization_alias: row.get("organization_alias")?,
            budget_id: row.get("budget_id")?,
            models: row.json("organizations.models")?,
            metadata: row.json("organizations.metadata")?,
            settings: row.json("organizations.settings")?,
            spend: Nanos::new(row.get("spend")?),
            stamps: Stamps::read(row)?,
        })
    }

    fn values(&self) -> Result<Vec<Value<'_>>, StoreError> {
        let mut values = vec![
            (&self.organization_alias).into(),
            (&self.budget_id).into(),
            json(&self.models)?,
            json(&self.metadata)?,
            json(&self.settings)?,
            self.spend.into(),
        ];
        values.extend(self.stamps.values());
        Ok(values)
    }
    fn account(&self) -> Option<Account> {
        Some(Account::of(AccountKind::Organization, &self.organization_id))
    }

    fn push_scope<'a>(sql: &mut Sql<'a>, tenancy: &'a Tenancy) {
        sql.push("organization_id IN ").push_list(&tenancy.organizations);
    }
}

impl Sort for OrganizationSort {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
        }
    }
}

impl Filter for OrganizationFilter {
    type Record = OrganizationRow;
    type Sort = OrganizationSort;
}

impl Pushed for OrganizationFilter {
    fn push<'a>(&'a self, sql: &mut Sql<'a>) {
        if let Some(ids) = &self.organization_ids {
            sql.push(" AND organization_id IN ").push_list(ids);
        }
        sql.push_equal("organization_id", self.organization_id.as_ref());
        sql.push_contains("organization_alias", self.alias_part.as_deref());
        sql.push_equal("budget_id", self.budget_id.as_ref());
    }
}
