//! Models under one name, which keys and teams are given.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::db::{Row, Sql, Value, json};
use crate::record::{Filter, Pushed, Record, Sort, Stored};
use crate::{Stamps, StoreError, Tenancy};

/// One access group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AccessGroupRow {
    /// Its id.
    pub access_group_id: String,
    /// What people call it; unique.
    pub access_group_name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Models that it gives.
    pub models: Vec<String>,
    /// What else it gives.
    pub settings: AccessGroupSettings,
    /// When it was made and changed.
    #[serde(flatten)]
    pub stamps: Stamps,
}

/// What LiteLLM's access groups give beside models.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AccessGroupSettings {
    /// Lists of servers, agents and more, by LiteLLM's names.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub given: Map<String, Json>,
    /// What a newer release keeps here.
    #[serde(flatten)]
    pub rest: Map<String, Json>,
}

/// Conditions on access groups; an absent one keeps all.
#[derive(Debug, Clone, Default)]
pub struct AccessGroupFilter {
    /// These access groups.
    pub ids: Option<Vec<String>>,
}

/// By what access groups are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccessGroupSort {
    /// When they were made.
    #[default]
    CreatedAt,
}

impl Record for AccessGroupRow {
    const NOUN: &'static str = "access group";
    const TABLE: &'static str = "access_groups";

    fn id(&self) -> Vec<&str> {
        vec![&self.access_group_id]
    }
}

impl Stored for AccessGroupRow {
    const KEY: &'static [&'static str] = &["access_group_id"];
    const COLUMNS: &'static [&'static str] = &[
        "access_group_name",
        "description",
        "models",
        "settings",
        "created_at",
        "created_by",
        "updated_at",
        "updated_by",
    ];

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            access_group_id: row.get("access_group_id")?,
            access_group_name: row.get("access_group_name")?,
            description: row.get("description")?,
            models: row.json("access_groups.models")?,
            settings: row.json("access_groups.settings")?,
            stamps: Stamps::read(row)?,
        })
    }

    fn values(&self) -> Result<Vec<Value<'_>>, StoreError> {
        let mut values = vec![
            (&self.access_group_name).into(),
            (&self.description).into(),
            json(&self.models)?,
            json(&self.settings)?,
        ];
        values.extend(self.stamps.values());
        Ok(values)
    }

    /// Theirs are the administrators'.
    fn push_scope<'a>(sql: &mut Sql<'a>, _tenancy: &'a Tenancy) {
        sql.push("1 = 0");
    }
}

impl Sort for AccessGroupSort {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
        }
    }
}

impl Filter for AccessGroupFilter {
    type Record = AccessGroupRow;
    type Sort = AccessGroupSort;
}

impl Pushed for AccessGroupFilter {
    fn push<'a>(&'a self, sql: &mut Sql<'a>) {
        if let Some(ids) = &self.ids {
            sql.push(" AND access_group_id IN ").push_list(ids);
        }
    }
}
