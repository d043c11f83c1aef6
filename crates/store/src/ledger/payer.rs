//! Who pays for a call.

use serde::{Deserialize, Serialize};

use crate::db::Row;
use crate::{KeyHash, StoreError, text};

/// The key of a call and what stood above it when the call began. Without a key it is the master key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Payer {
    /// The key.
    pub key_hash: Option<KeyHash>,
    /// The owner of the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The team of the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_id: Option<String>,
    /// The organization of the team, else of the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
    /// The project of the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// The end user on whose behalf the call was made, as the caller says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
}

impl Payer {
    /// The holder of a key of which nothing more is known.
    pub fn key(hash: KeyHash) -> Self {
        Self { key_hash: Some(hash), ..Self::default() }
    }

    /// Refuses text that a database cannot hold.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        text::check_opt("user_id", self.user_id.as_deref())?;
        text::check_opt("team_id", self.team_id.as_deref())?;
        text::check_opt("organization_id", self.organization_id.as_deref())?;
        text::check_opt("project_id", self.project_id.as_deref())?;
        text::check_opt("customer_id", self.customer_id.as_deref())
    }

    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            key_hash: super::row::key_hash(row.get("key_hash")?)?,
            user_id: row.get("user_id")?,
            team_id: row.get("team_id")?,
            organization_id: row.get("organization_id")?,
            project_id: row.get("project_id")?,
            customer_id: row.get("customer_id")?,
        })
    }
}
