//! A user as it is stored.

use money::{Account, AccountKind, Nanos};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::db::{Row, Sql, Value, json};
use crate::record::{Filter, Pushed, Record, Sort, Stored};
use crate::{Limits, Stamps, StoreError, Tenancy};

/// One user.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UserRow {
    /// Its id.
    pub user_id: String,
    /// Where invitations go.
    pub user_email: Option<String>,
    /// What people call it.
    pub user_alias: Option<String>,
    /// What it may do in the whole gateway, by LiteLLM's name.
    pub user_role: String,
    /// Its name at the identity provider; unique.
    pub sso_user_id: Option<String>,
    /// Models that keys of its own, without a team, may use at most; empty means all.
    pub models: Vec<String>,
    /// What its own keys may spend together, and how fast.
    pub limits: Limits,
    /// What its administrator attached.
    pub metadata: Map<String, Json>,
    /// What else it may and may not.
    pub settings: UserSettings,
    /// What it has spent.
    pub spend: Nanos,
    /// When it was made and changed.
    #[serde(flatten)]
    pub stamps: Stamps,
}

/// The settings of a user that are neither searched nor sorted by.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UserSettings {
    /// LiteLLM's lists of other objects that it may use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_permission: Option<Map<String, Json>>,
    /// What a newer release keeps here.
    #[serde(flatten)]
    pub rest: Map<String, Json>,
}

/// Conditions on users; an absent one keeps all.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    /// These users.
    pub user_ids: Option<Vec<String>>,
    /// Users whose id has this in it.
    pub id_part: Option<String>,
    /// Users with these names at the identity provider.
    pub sso_user_ids: Option<Vec<String>>,
    /// Users of this role.
    pub user_role: Option<String>,
    /// The user with this address, in upper or lower case.
    pub user_email: Option<String>,
    /// Users whose address has this in it.
    pub email_part: Option<String>,
    /// Users whose id, alias or address has this in it.
    pub search: Option<String>,
    /// Members of this team.
    pub team_id: Option<String>,
    /// Members of these organizations.
    pub organization_ids: Option<Vec<String>>,
}

/// By what users are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UserSort {
    /// When they were made.
    #[default]
    CreatedAt,
    /// When they were changed last.
    UpdatedAt,
    /// By id.
    UserId,
    /// By address.
    Email,
    /// By alias.
    Alias,
    /// By role.
    Role,
    /// By name at the identity provider.
    SsoUserId,
    /// By what they have spent.
    Spend,
}

impl Record for UserRow {
    const NOUN: &'static str = "user";
    const TABLE: &'static str = "users";

    fn id(&self) -> Vec<&str> {
        vec![&self.user_id]
    }
}

impl Stored for UserRow {
    const KEY: &'static [&'static str] = &["user_id"];
    const COLUMNS: &'static [&'static str] = &[
        "user_email",
        "user_alias",
        "user_role",
        "sso_user_id",
        "models",
        "limits",
        "metadata",
        "settings",
        "spend",
        "created_at",
        "created_by",
        "updated_at",
        "updated_by",
    ];
    const MOVED: &'static [&'static str] = &["spend"];

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            user_id: row.get("user_id")?,
            user_email: row.get("user_email")?,
            user_alias: row.get("user_alias")?,
            user_role: row.get("user_role")?,
            sso_user_id: row.get("sso_user_id")?,
            models: row.json("users.models")?,
            limits: row.json("users.limits")?,
            metadata: row.json("users.metadata")?,
            settings: row.json("users.settings")?,
            spend: Nanos::new(row.get("spend")?),
            stamps: Stamps::read(row)?,
        })
    }

    fn values(&self) -> Result<Vec<Value<'_>>, StoreError> {
        let mut values = vec![
            (&self.user_email).into(),
            (&self.user_alias).into(),
            (&self.user_role).into(),
            (&self.sso_user_id).into(),
            json(&self.models)?,
            json(&self.limits)?,
            json(&self.metadata)?,
            json(&self.settings)?,
            self.spend.into(),
        ];
        values.extend(self.stamps.values());
        Ok(values)
    }
    fn account(&self) -> Option<Account> {
        Some(Account::of(AccountKind::User, &self.user_id))
    }

    fn push_scope<'a>(sql: &mut Sql<'a>, tenancy: &'a Tenancy) {
        sql.push("user_id = ").push_bind(tenancy.user.as_deref());
        sql.push(" OR user_id IN (SELECT user_id FROM team_members WHERE team_id IN ");
        sql.push_list(&tenancy.teams_led);
        sql.push(") OR user_id IN (SELECT user_id FROM organization_members WHERE organization_id IN ");
        sql.push_list(&tenancy.organizations_led).push(")");
    }
}

impl Sort for UserSort {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::SsoUserId => "sso_user_id",
            Self::UserId => "user_id",
            Self::Email => "user_email",
            Self::Alias => "user_alias",
            Self::Role => "user_role",
            Self::Spend => "spend",
        }
    }
}

impl Filter for UserFilter {
    type Record = UserRow;
    type Sort = UserSort;
}

impl Pushed for UserFilter {
    fn push<'a>(&'a self, sql: &mut Sql<'a>) {
        sql.push_in("user_id", self.user_ids.as_ref());
        sql.push_contains("user_id", self.id_part.as_deref());
        sql.push_in("sso_user_id", self.sso_user_ids.as_ref());
        sql.push_equal("user_role", self.user_role.as_ref());
        if let Some(email) = &self.user_email {
            sql.push(" AND LOWER(user_email) = ").push_bind(email.to_lowercase());
        }
        sql.push_contains("user_email", self.email_part.as_deref());
        if let Some(search) = &self.search {
            sql.push(" AND (").push_like("user_id", search).push(" OR ").push_like("user_alias", search);
            sql.push(" OR ").push_like("user_email", search).push(")");
        }
        if let Some(team) = &self.team_id {
            sql.push(" AND user_id IN (SELECT user_id FROM team_members WHERE team_id = ").push_bind(team).push(")");
        }
        if let Some(ids) = &self.organization_ids {
            sql.push(" AND user_id IN (SELECT user_id FROM organization_members WHERE organization_id IN ");
            sql.push_list(ids).push(")");
        }
    }
}
