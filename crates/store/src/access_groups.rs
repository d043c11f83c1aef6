//! Models under one name, which keys and teams are given.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::db::{Row, Sql, Tx, Value, json};
use crate::record::{Filter, Pushed, Record, Sort, Stored};
use crate::{Db, Scope, Stamps, StoreError, Tenancy, Transaction};

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
    /// The one that people call so.
    pub name: Option<String>,
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
        sql.push_equal("access_group_name", self.name.as_ref());
    }
}

/// A team or a key that was given access groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// What it is.
    pub kind: HolderKind,
    /// The id of the team, or the hash of the key.
    pub id: String,
    /// What people call it.
    pub name: Option<String>,
    /// What it was given.
    pub access_group_ids: Vec<String>,
}

/// Who can be given access groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolderKind {
    /// A team.
    Team,
    /// A key.
    Key,
}

/// Who was given access groups, in the order of ids, teams first.
pub async fn holders(db: &Db, scope: &Scope) -> Result<Vec<Holder>, StoreError> {
    scope.require_gateway()?;
    read_holders(&mut db.snapshot().await?).await
}

/// The same as a change finds it. The gateway itself asks: what it takes from a group it takes from all who have it.
pub async fn holders_in(transaction: &mut Transaction) -> Result<Vec<Holder>, StoreError> {
    read_holders(transaction.tx()).await
}

async fn read_holders(tx: &mut Tx) -> Result<Vec<Holder>, StoreError> {
    // only rows that were given some have the field
    let teams = Sql::new(
        "SELECT team_id AS id, team_alias AS name, settings FROM teams WHERE settings LIKE '%\"access_group_ids\"%'
         ORDER BY team_id",
    );
    let keys = Sql::new(
        "SELECT hash AS id, key_alias AS name, settings FROM keys WHERE settings LIKE '%\"access_group_ids\"%'
         ORDER BY hash",
    );
    let mut holders = Vec::new();
    for (kind, query) in [(HolderKind::Team, teams), (HolderKind::Key, keys)] {
        for row in tx.fetch_all(query).await? {
            let Given { access_group_ids } = row.json("access_groups.settings")?;
            holders.push(Holder { kind, id: row.get("id")?, name: row.get("name")?, access_group_ids });
        }
    }
    Ok(holders)
}

/// What of the settings of teams and keys is asked for here.
#[derive(Deserialize)]
struct Given {
    #[serde(default)]
    access_group_ids: Vec<String>,
}
