//! Which keys, and in what order.

use super::{KeyHash, KeyRow};
use crate::db::Sql;
use crate::record::{Filter, Pushed, Sort};

/// Conditions on keys; an absent one keeps all.
#[derive(Debug, Clone, Default)]
pub struct KeyFilter {
    /// The key with exactly this alias.
    pub key_alias: Option<String>,
    /// Keys whose alias has this in it, in upper or lower case.
    pub alias_part: Option<String>,
    /// Keys with an alias.
    pub named: bool,
    /// The key with this hash, or whose alias has this in it.
    pub search: Option<String>,
    /// Keys that have one of these names.
    pub names: Option<KeyNames>,
    /// Keys that are somebody's own.
    pub own: Option<OwnKeys>,
    /// The key with this hash.
    pub key_hash: Option<KeyHash>,
    /// Keys of this user.
    pub user_id: Option<String>,
    /// Keys of users whose id has this in it.
    pub user_part: Option<String>,
    /// Keys of this team.
    pub team_id: Option<String>,
    /// Keys of these teams.
    pub team_ids: Option<Vec<String>>,
    /// Keys of this organization, by themselves or by their team.
    pub organization_id: Option<String>,
    /// Keys of this project.
    pub project_id: Option<String>,
    /// Keys with this budget.
    pub budget_id: Option<String>,
    /// Keys that somebody made.
    pub created_by: Option<String>,
    /// Whether they are blocked.
    pub blocked: Option<bool>,
    /// Keys that have not expired by this moment, microseconds UTC.
    pub not_expired_at: Option<i64>,
    /// Keys that have.
    pub expired_at: Option<i64>,
}

/// Several keys by name.
#[derive(Debug, Clone, Default)]
pub struct KeyNames {
    /// Their hashes.
    pub hashes: Vec<KeyHash>,
    /// Or their aliases.
    pub aliases: Vec<String>,
}

/// What makes a key somebody's own.
#[derive(Debug, Clone, Default)]
pub struct OwnKeys {
    /// It is this one.
    pub hash: Option<KeyHash>,
    /// Or this user's.
    pub user_id: Option<String>,
    /// Or this user made it.
    pub created_by: Option<String>,
}

/// By what keys are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeySort {
    /// When they were made.
    #[default]
    CreatedAt,
    /// When they were changed last.
    UpdatedAt,
    /// By alias.
    KeyAlias,
    /// By hash.
    Hash,
    /// By what they have spent.
    Spend,
    /// By what they may spend.
    MaxBudget,
    /// When they expire.
    ExpiresAt,
}

impl Sort for KeySort {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::KeyAlias => "key_alias",
            Self::Hash => "hash",
            Self::Spend => "spend",
            Self::MaxBudget => "max_budget",
            Self::ExpiresAt => "expires_at",
        }
    }
}

impl Filter for KeyFilter {
    type Record = KeyRow;
    type Sort = KeySort;
}

impl Pushed for KeyFilter {
    fn push<'a>(&'a self, sql: &mut Sql<'a>) {
        sql.push_equal("hash", self.key_hash.as_ref());
        if let Some(KeyNames { hashes, aliases }) = &self.names {
            sql.push(" AND (hash IN ").push_list(hashes).push(" OR key_alias IN ").push_list(aliases).push(")");
        }
        if let Some(OwnKeys { hash, user_id, created_by }) = &self.own {
            sql.push(" AND (hash = ").push_bind(hash.as_ref()).push(" OR user_id = ").push_bind(user_id);
            sql.push(" OR created_by = ").push_bind(created_by).push(")");
        }
        sql.push_equal("key_alias", self.key_alias.as_ref());
        sql.push_contains("key_alias", self.alias_part.as_deref());
        if self.named {
            sql.push(" AND key_alias IS NOT NULL");
        }
        if let Some(search) = &self.search {
            sql.push(" AND (hash = ").push_bind(search).push(" OR ").push_like("key_alias", search).push(")");
        }
        sql.push_equal("user_id", self.user_id.as_ref());
        sql.push_contains("user_id", self.user_part.as_deref());
        sql.push_equal("team_id", self.team_id.as_ref());
        sql.push_in("team_id", self.team_ids.as_ref());
        if let Some(organization) = &self.organization_id {
            sql.push(" AND (organization_id = ").push_bind(organization);
            sql.push(" OR team_id IN (SELECT team_id FROM teams WHERE organization_id = ");
            sql.push_bind(organization).push("))");
        }
        sql.push_equal("project_id", self.project_id.as_ref());
        sql.push_equal("budget_id", self.budget_id.as_ref());
        sql.push_equal("created_by", self.created_by.as_ref());
        sql.push_equal("blocked", self.blocked);
        if let Some(now) = self.not_expired_at {
            sql.push(" AND (expires_at IS NULL OR expires_at > ").push_bind(now).push(")");
        }
        if let Some(now) = self.expired_at {
            sql.push(" AND expires_at <= ").push_bind(now);
        }
    }
}
