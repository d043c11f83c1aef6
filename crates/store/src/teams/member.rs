//! Who belongs to a team, and as what.

use money::{Account, AccountKind, Nanos};
use serde::Serialize;

use crate::db::{Row, Sql, Value};
use crate::record::{Filter, Pushed, Record, Sort, Stored};
use crate::{StoreError, Tenancy};

/// One membership.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TeamMember {
    /// The team.
    pub team_id: String,
    /// The user.
    pub user_id: String,
    /// `admin` or `user`.
    pub role: String,
    /// What the member may spend of the team's money.
    pub budget_id: Option<String>,
    /// What the member has spent of it.
    pub spend: Nanos,
    /// What was taken off that by people: with it all that the member ever spent.
    pub forgiven: Nanos,
    /// Microseconds UTC.
    pub created_at: i64,
    /// Microseconds UTC.
    pub updated_at: i64,
}

/// Conditions on memberships; an absent one keeps all.
#[derive(Debug, Clone, Default)]
pub struct TeamMemberFilter {
    /// Members of this team.
    pub team_id: Option<String>,
    /// Members of these teams.
    pub team_ids: Option<Vec<String>>,
    /// Memberships of this user.
    pub user_id: Option<String>,
    /// Memberships of these users.
    pub user_ids: Option<Vec<String>>,
}

/// By what memberships are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TeamMemberSort {
    /// When they began.
    #[default]
    CreatedAt,
}

impl Record for TeamMember {
    const NOUN: &'static str = "member of this team";
    const TABLE: &'static str = "team_members";

    fn id(&self) -> Vec<&str> {
        vec![&self.team_id, &self.user_id]
    }
}

impl Stored for TeamMember {
    const KEY: &'static [&'static str] = &["team_id", "user_id"];
    const COLUMNS: &'static [&'static str] = &["role", "budget_id", "spend", "forgiven", "created_at", "updated_at"];
    const MOVED: &'static [&'static str] = &["spend", "forgiven"];

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            team_id: row.get("team_id")?,
            user_id: row.get("user_id")?,
            role: row.get("role")?,
            budget_id: row.get("budget_id")?,
            spend: Nanos::new(row.get("spend")?),
            forgiven: Nanos::new(row.get("forgiven")?),
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }

    fn values(&self) -> Result<Vec<Value<'_>>, StoreError> {
        Ok(vec![
            (&self.role).into(),
            (&self.budget_id).into(),
            self.spend.into(),
            self.forgiven.into(),
            self.created_at.into(),
            self.updated_at.into(),
        ])
    }
    fn account(&self) -> Option<Account> {
        Some(Account::member(AccountKind::TeamMember, &self.team_id, &self.user_id))
    }

    fn push_scope<'a>(sql: &mut Sql<'a>, tenancy: &'a Tenancy) {
        sql.push("team_id IN ").push_list(&tenancy.teams_led);
        sql.push(" OR user_id = ").push_bind(tenancy.user.as_deref());
        sql.push(" OR team_id IN (SELECT team_id FROM teams WHERE organization_id IN ");
        sql.push_list(&tenancy.organizations_led).push(")");
    }
}

impl Sort for TeamMemberSort {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
        }
    }
}

impl Filter for TeamMemberFilter {
    type Record = TeamMember;
    type Sort = TeamMemberSort;
}

impl Pushed for TeamMemberFilter {
    fn push<'a>(&'a self, sql: &mut Sql<'a>) {
        sql.push_equal("team_id", self.team_id.as_ref());
        sql.push_in("team_id", self.team_ids.as_ref());
        sql.push_equal("user_id", self.user_id.as_ref());
        sql.push_in("user_id", self.user_ids.as_ref());
    }
}
