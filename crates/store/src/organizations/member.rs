//! Who belongs to an organization, and as what.

use money::{Account, AccountKind, Nanos};
use serde::Serialize;

use crate::db::{Row, Sql, Value};
use crate::record::{Filter, Pushed, Record, Sort, Stored};
use crate::{StoreError, Tenancy};

/// One membership.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OrganizationMember {
    /// The organization.
    pub organization_id: String,
    /// The user.
    pub user_id: String,
    /// `org_admin`, `internal_user` or `internal_user_viewer`.
    pub user_role: String,
    /// What the member may spend of the organization's money.
    pub budget_id: Option<String>,
    /// What the member has spent of it.
    pub spend: Nanos,
    /// Microseconds UTC.
    pub created_at: i64,
    /// Microseconds UTC.
    pub updated_at: i64,
}

/// Conditions on memberships; an absent one keeps all.
#[derive(Debug, Clone, Default)]
pub struct OrganizationMemberFilter {
    /// Members of this organization.
    pub organization_id: Option<String>,
    /// Memberships of this user.
    pub user_id: Option<String>,
}

/// By what memberships are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrganizationMemberSort {
    /// When they began.
    #[default]
    CreatedAt,
}

impl Record for OrganizationMember {
    const NOUN: &'static str = "member of this organization";
    const TABLE: &'static str = "organization_members";

    fn id(&self) -> Vec<&str> {
        vec![&self.organization_id, &self.user_id]
    }
}

impl Stored for OrganizationMember {
    const KEY: &'static [&'static str] = &["organization_id", "user_id"];
    const COLUMNS: &'static [&'static str] = &["user_role", "budget_id", "spend", "created_at", "updated_at"];
    const MOVED: &'static [&'static str] = &["spend"];

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: row.get("organization_id")?,
            user_id: row.get("user_id")?,
            user_role: row.get("user_role")?,
            budget_id: row.get("budget_id")?,
            spend: Nanos::new(row.get("spend")?),
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }

    fn values(&self) -> Result<Vec<Value<'_>>, StoreError> {
        Ok(vec![
            (&self.user_role).into(),
            (&self.budget_id).into(),
            self.spend.into(),
            self.created_at.into(),
            self.updated_at.into(),
        ])
    }
    fn account(&self) -> Option<Account> {
        Some(Account::member(AccountKind::OrganizationMember, &self.organization_id, &self.user_id))
    }

    fn push_scope<'a>(sql: &mut Sql<'a>, tenancy: &'a Tenancy) {
        sql.push("organization_id IN ").push_list(&tenancy.organizations_led);
        sql.push(" OR user_id = ").push_bind(tenancy.user.as_deref());
    }
}

impl Sort for OrganizationMemberSort {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
        }
    }
}

impl Filter for OrganizationMemberFilter {
    type Record = OrganizationMember;
    type Sort = OrganizationMemberSort;
}

impl Pushed for OrganizationMemberFilter {
    fn push<'a>(&'a self, sql: &mut Sql<'a>) {
        sql.push_equal("organization_id", self.organization_id.as_ref());
        sql.push_equal("user_id", self.user_id.as_ref());
    }
}
