//! Credentials that deployments refer to by name.

use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::db::{Row, Sql, Value, json};
use crate::record::{Filter, Pushed, Record, Sort, Stored};
use crate::{Stamps, StoreError, Tenancy};

/// One credential.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CredentialRow {
    /// Its name.
    pub credential_name: String,
    /// What people call it.
    pub display_name: Option<String>,
    /// What may be shown of it.
    pub info: Map<String, Json>,
    /// Its values, sealed.
    pub sealed: String,
    /// When it was made and changed.
    #[serde(flatten)]
    pub stamps: Stamps,
}

/// Conditions on credentials; an absent one keeps all.
#[derive(Debug, Clone, Default)]
pub struct CredentialFilter {
    /// The credential of this name.
    pub name: Option<String>,
}

/// By what credentials are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CredentialSort {
    /// By name.
    #[default]
    Name,
}

impl Record for CredentialRow {
    const NOUN: &'static str = "credential";
    const TABLE: &'static str = "credentials";

    fn id(&self) -> Vec<&str> {
        vec![&self.credential_name]
    }
}

impl Stored for CredentialRow {
    const KEY: &'static [&'static str] = &["credential_name"];
    const COLUMNS: &'static [&'static str] =
        &["display_name", "info", "sealed", "created_at", "created_by", "updated_at", "updated_by"];

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            credential_name: row.get("credential_name")?,
            display_name: row.get("display_name")?,
            info: row.json("credentials.info")?,
            sealed: row.get("sealed")?,
            stamps: Stamps::read(row)?,
        })
    }

    fn values(&self) -> Result<Vec<Value<'_>>, StoreError> {
        let mut values = vec![(&self.display_name).into(), json(&self.info)?, (&self.sealed).into()];
        values.extend(self.stamps.values());
        Ok(values)
    }

    /// Theirs are the administrators'.
    fn push_scope<'a>(sql: &mut Sql<'a>, _tenancy: &'a Tenancy) {
        sql.push("1 = 0");
    }
}

impl Sort for CredentialSort {
    fn column(self) -> &'static str {
        match self {
            Self::Name => "credential_name",
        }
    }
}

impl Filter for CredentialFilter {
    type Record = CredentialRow;
    type Sort = CredentialSort;
}

impl Pushed for CredentialFilter {
    fn push<'a>(&'a self, sql: &mut Sql<'a>) {
        sql.push_equal("credential_name", self.name.as_ref());
    }
}
