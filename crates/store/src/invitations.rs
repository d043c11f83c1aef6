//! Invitations to the console.

use serde::Serialize;

use crate::db::{Row, Sql, Value};
use crate::record::{Filter, Pushed, Record, Sort, Stored};
use crate::{Stamps, StoreError, Tenancy};

/// One invitation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InvitationRow {
    /// Its id, which is in the link.
    pub id: String,
    /// Who is invited.
    pub user_id: String,
    /// Whether it was used.
    pub is_accepted: bool,
    /// When, microseconds UTC.
    pub accepted_at: Option<i64>,
    /// Until when it can be used, microseconds UTC.
    pub expires_at: i64,
    /// When it was made and changed.
    #[serde(flatten)]
    pub stamps: Stamps,
}

/// Conditions on invitations; an absent one keeps all.
#[derive(Debug, Clone, Default)]
pub struct InvitationFilter {
    /// Invitations of this user.
    pub user_id: Option<String>,
    /// Invitations that this user made.
    pub created_by: Option<String>,
}

/// By what invitations are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InvitationSort {
    /// When they were made.
    #[default]
    CreatedAt,
}

impl Record for InvitationRow {
    const NOUN: &'static str = "invitation";
    const TABLE: &'static str = "invitations";

    fn id(&self) -> Vec<&str> {
        vec![&self.id]
    }
}

impl Stored for InvitationRow {
    const KEY: &'static [&'static str] = &["id"];
    const COLUMNS: &'static [&'static str] = &[
        "user_id",
        "is_accepted",
        "accepted_at",
        "expires_at",
        "created_at",
        "created_by",
        "updated_at",
        "updated_by",
    ];

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            user_id: row.get("user_id")?,
            is_accepted: row.get("is_accepted")?,
            accepted_at: row.get("accepted_at")?,
            expires_at: row.get("expires_at")?,
            stamps: Stamps::read(row)?,
        })
    }

    fn values(&self) -> Result<Vec<Value<'_>>, StoreError> {
        let mut values =
            vec![(&self.user_id).into(), self.is_accepted.into(), self.accepted_at.into(), self.expires_at.into()];
        values.extend(self.stamps.values());
        Ok(values)
    }

    fn push_scope<'a>(sql: &mut Sql<'a>, tenancy: &'a Tenancy) {
        sql.push("created_by = ").push_bind(tenancy.user.as_deref());
    }
}

impl Sort for InvitationSort {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
        }
    }
}

impl Filter for InvitationFilter {
    type Record = InvitationRow;
    type Sort = InvitationSort;
}

impl Pushed for InvitationFilter {
    fn push<'a>(&'a self, sql: &mut Sql<'a>) {
        sql.push_equal("user_id", self.user_id.as_ref());
        sql.push_equal("created_by", self.created_by.as_ref());
    }
}
