//! Settings of the gateway that administrators change while it runs.

use serde::Serialize;
use serde_json::Value as Json;

use crate::db::{Row, Sql, Value, json};
use crate::record::{Record, Stored};
use crate::{Actor, StoreError, Tenancy};

/// One setting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SettingRow {
    /// What it is called.
    pub name: String,
    /// What it says.
    pub content: Json,
    /// When it was changed, microseconds UTC.
    pub updated_at: i64,
    /// By whom.
    pub updated_by: Option<String>,
}

impl SettingRow {
    /// A setting as somebody makes it now.
    pub fn new(name: &str, content: Json, actor: &Actor) -> Self {
        Self { name: name.to_owned(), content, updated_at: actor.at, updated_by: Some(actor.id.clone()) }
    }
}

impl Record for SettingRow {
    const NOUN: &'static str = "setting";
    const TABLE: &'static str = "gateway_settings";

    fn id(&self) -> Vec<&str> {
        vec![&self.name]
    }
}

impl Stored for SettingRow {
    const KEY: &'static [&'static str] = &["name"];
    const COLUMNS: &'static [&'static str] = &["content", "updated_at", "updated_by"];

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            name: row.get("name")?,
            content: row.json("gateway_settings.content")?,
            updated_at: row.get("updated_at")?,
            updated_by: row.get("updated_by")?,
        })
    }

    fn values(&self) -> Result<Vec<Value<'_>>, StoreError> {
        Ok(vec![json(&self.content)?, self.updated_at.into(), (&self.updated_by).into()])
    }

    /// Theirs are the administrators'.
    fn push_scope<'a>(sql: &mut Sql<'a>, _tenancy: &'a Tenancy) {
        sql.push("1 = 0");
    }
}
