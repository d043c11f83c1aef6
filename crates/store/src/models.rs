//! Deployments that were added while the gateway runs.

use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::db::{Row, Sql, Value, json};
use crate::record::{Filter, Pushed, Record, Sort, Stored};
use crate::{Stamps, StoreError, Tenancy};

/// One deployment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelRow {
    /// Its id.
    pub model_id: String,
    /// The model group that it serves, as callers name it.
    pub model_name: String,
    /// The team that has it for itself.
    pub team_id: Option<String>,
    /// What `litellm_params` say, secrets masked.
    pub params: Map<String, Json>,
    /// What they say, whole and sealed.
    pub sealed: String,
    /// What `model_info` says.
    pub info: Map<String, Json>,
    /// Whether it is left out now.
    pub blocked: bool,
    /// When it was made and changed.
    #[serde(flatten)]
    pub stamps: Stamps,
}

/// Conditions on models; an absent one keeps all.
#[derive(Debug, Clone, Default)]
pub struct ModelFilter {
    /// Deployments of this model group.
    pub model_name: Option<String>,
    /// Deployments of this team.
    pub team_id: Option<String>,
}

/// By what models are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ModelSort {
    /// When they were made.
    #[default]
    CreatedAt,
}

impl Record for ModelRow {
    const NOUN: &'static str = "model";
    const TABLE: &'static str = "models";

    fn id(&self) -> Vec<&str> {
        vec![&self.model_id]
    }
}

impl Stored for ModelRow {
    const KEY: &'static [&'static str] = &["model_id"];
    const COLUMNS: &'static [&'static str] = &[
        "model_name",
        "team_id",
        "params",
        "sealed",
        "info",
        "blocked",
        "created_at",
        "created_by",
        "updated_at",
        "updated_by",
    ];

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            model_id: row.get("model_id")?,
            model_name: row.get("model_name")?,
            team_id: row.get("team_id")?,
            params: row.json("models.params")?,
            sealed: row.get("sealed")?,
            info: row.json("models.info")?,
            blocked: row.get("blocked")?,
            stamps: Stamps::read(row)?,
        })
    }

    fn values(&self) -> Result<Vec<Value<'_>>, StoreError> {
        let mut values = vec![
            (&self.model_name).into(),
            (&self.team_id).into(),
            json(&self.params)?,
            (&self.sealed).into(),
            json(&self.info)?,
            self.blocked.into(),
        ];
        values.extend(self.stamps.values());
        Ok(values)
    }

    fn push_scope<'a>(sql: &mut Sql<'a>, tenancy: &'a Tenancy) {
        sql.push("team_id IN ").push_list(&tenancy.teams);
    }
}

impl Sort for ModelSort {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
        }
    }
}

impl Filter for ModelFilter {
    type Record = ModelRow;
    type Sort = ModelSort;
}

impl Pushed for ModelFilter {
    fn push<'a>(&'a self, sql: &mut Sql<'a>) {
        sql.push_equal("model_name", self.model_name.as_ref());
        sql.push_equal("team_id", self.team_id.as_ref());
    }
}
