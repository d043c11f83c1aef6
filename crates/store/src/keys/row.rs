//! A key as it is stored.

use money::Nanos;
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::KeyHash;
use crate::{StoreError, text};

/// One virtual key.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KeyRow {
    /// SHA-256 of the key.
    pub hash: KeyHash,
    /// What may be shown of the key: `sk-...abcd`.
    pub key_name: String,
    /// A name that people gave it; unique.
    pub key_alias: Option<String>,
    /// Model groups that it may call; empty means all.
    pub models: Vec<String>,
    /// What it may spend in total; none means without limit.
    pub max_budget: Option<Nanos>,
    /// What it has spent: the sum of its ledger rows since `spend` was last set.
    pub spend: Nanos,
    /// From when it is refused, microseconds UTC.
    pub expires_at: Option<i64>,
    /// Whether it is refused now.
    pub blocked: bool,
    /// What its administrator attached.
    pub metadata: Map<String, Value>,
    /// Its owner.
    pub user_id: Option<String>,
    /// Microseconds UTC.
    pub created_at: i64,
    /// Who made it.
    pub created_by: Option<String>,
    /// Microseconds UTC.
    pub updated_at: i64,
    /// Who changed it last.
    pub updated_by: Option<String>,
}

impl KeyRow {
    /// Refuses what the database cannot hold.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        text::check("key_name", &self.key_name)?;
        text::check_opt("key_alias", self.key_alias.as_deref())?;
        self.models.iter().try_for_each(|model| text::check("models", model))?;
        for (name, value) in &self.metadata {
            text::check("metadata", name)?;
            text::check_json("metadata", value)?;
        }
        text::check_opt("user_id", self.user_id.as_deref())?;
        text::check_opt("created_by", self.created_by.as_deref())?;
        text::check_opt("updated_by", self.updated_by.as_deref())?;
        if self.spend.get() < 0 {
            return Err(StoreError::OutOfRange { field: "spend" });
        }
        if self.max_budget.is_some_and(|cap| cap.get() < 0) {
            return Err(StoreError::OutOfRange { field: "max_budget" });
        }
        Ok(())
    }

    pub(super) fn read(row: &SqliteRow) -> Result<Self, StoreError> {
        let hash: String = row.try_get("hash")?;
        Ok(Self {
            hash: KeyHash::parse(&hash).map_err(|_| StoreError::Unreadable { column: "keys.hash" })?,
            key_name: row.try_get("key_name")?,
            key_alias: row.try_get("key_alias")?,
            models: json("keys.models", row.try_get("models")?)?,
            max_budget: row.try_get::<Option<i64>, _>("max_budget")?.map(Nanos::new),
            spend: Nanos::new(row.try_get("spend")?),
            expires_at: row.try_get("expires_at")?,
            blocked: row.try_get("blocked")?,
            metadata: json("keys.metadata", row.try_get("metadata")?)?,
            user_id: row.try_get("user_id")?,
            created_at: row.try_get("created_at")?,
            created_by: row.try_get("created_by")?,
            updated_at: row.try_get("updated_at")?,
            updated_by: row.try_get("updated_by")?,
        })
    }
}

fn json<T: serde::de::DeserializeOwned>(column: &'static str, stored: &str) -> Result<T, StoreError> {
    serde_json::from_str(stored).map_err(|_| StoreError::Unreadable { column })
}

/// JSON text for a column.
pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Refused { source: error.into() })
}
