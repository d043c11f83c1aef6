//! When a row was made and changed, and by whom.

use serde::{Deserialize, Serialize};

use crate::db::{Row, Value};
use crate::{Actor, StoreError};

/// The columns that most tables end with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamps {
    /// Microseconds UTC.
    pub created_at: i64,
    /// Who made it.
    pub created_by: Option<String>,
    /// Microseconds UTC.
    pub updated_at: i64,
    /// Who changed it last.
    pub updated_by: Option<String>,
}

impl Stamps {
    /// Of a row that the actor makes now.
    pub fn new(actor: &Actor) -> Self {
        let (by, at) = (Some(actor.id.clone()), actor.at);
        Self { created_at: at, created_by: by.clone(), updated_at: at, updated_by: by }
    }

    /// Of the same row, which the actor changes now.
    #[must_use]
    pub fn updated(&self, actor: &Actor) -> Self {
        Self { updated_at: actor.at, updated_by: Some(actor.id.clone()), ..self.clone() }
    }

    pub(crate) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            created_at: row.get("created_at")?,
            created_by: row.get("created_by")?,
            updated_at: row.get("updated_at")?,
            updated_by: row.get("updated_by")?,
        })
    }

    /// In the order in which tables end with them: `created_at`, `created_by`, `updated_at`, `updated_by`.
    pub(crate) fn values(&self) -> [Value<'_>; 4] {
        [self.created_at.into(), (&self.created_by).into(), self.updated_at.into(), (&self.updated_by).into()]
    }
}
