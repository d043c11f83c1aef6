//! A key as it is stored.

use money::Nanos;
use serde::Serialize;
use serde_json::{Map, Value};

use super::KeyHash;
use crate::db::Row;
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

    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let hash: String = row.get("hash")?;
        Ok(Self {
            hash: KeyHash::parse(&hash).map_err(|_| StoreError::Unreadable { column: "keys.hash" })?,
            key_name: row.get("key_name")?,
            key_alias: row.get("key_alias")?,
            models: row.json("keys.models")?,
            max_budget: row.get::<Option<i64>>("max_budget")?.map(Nanos::new),
            spend: Nanos::new(row.get("spend")?),
            expires_at: row.get("expires_at")?,
            blocked: row.get("blocked")?,
            metadata: row.json("keys.metadata")?,
            user_id: row.get("user_id")?,
            created_at: row.get("created_at")?,
            created_by: row.get("created_by")?,
            updated_at: row.get("updated_at")?,
            updated_by: row.get("updated_by")?,
        })
    }
}

/// JSON text for a column.
pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Refused { source: error.into() })
}
