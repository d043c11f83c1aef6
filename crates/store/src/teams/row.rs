//! A team as it is stored.

use std::collections::BTreeMap;

use money::{Account, AccountKind, Nanos};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::db::{Row, Sql, Value, json};
use crate::record::{Filter, Pushed, Record, Sort, Stored};
use crate::{BlockedFrom, Limits, Stamps, StoreError, Tenancy};

/// One team.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TeamRow {
    /// Its id.
    pub team_id: String,
    /// What people call it.
    pub team_alias: Option<String>,
    /// The organization that it belongs to.
    pub organization_id: Option<String>,
    /// Models that its keys may use at most; empty means all.
    pub models: Vec<String>,
    /// What all of it may spend, and how fast.
    pub limits: Limits,
    /// What its administrator attached, and what LiteLLM keeps there.
    pub metadata: Map<String, Json>,
    /// What else it may and may not.
    pub settings: TeamSettings,
    /// Whether its keys are refused now.
    pub blocked: bool,
    /// What it has spent.
    pub spend: Nanos,
    /// When it was made and changed.
    #[serde(flatten)]
    pub stamps: Stamps,
}

/// The settings of a team that are neither searched nor sorted by.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TeamSettings {
    /// Names that this team has for model groups.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub model_aliases: BTreeMap<String, String>,
    /// What its members may do with its keys beside looking at them: routes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_member_permissions: Option<Vec<String>>,
    /// Models of members who are given none of their own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub default_team_member_models: Vec<String>,
    /// The budget that members get who are given none of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_member_budget_id: Option<String>,
    /// Access groups that it was given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access_group_ids: Vec<String>,
    /// LiteLLM's lists of other objects that it may use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_permission: Option<Map<String, Json>>,
    /// From where it was blocked, if it is; none where nobody noted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_from: Option<BlockedFrom>,
    /// What a newer release keeps here.
    #[serde(flatten)]
    pub rest: Map<String, Json>,
}

/// Conditions on teams; an absent one keeps all.
#[derive(Debug, Clone, Default)]
pub struct TeamFilter {
    /// These teams.
    pub team_ids: Option<Vec<String>>,
    /// The team of this id.
    pub team_id: Option<String>,
    /// The team with exactly this alias.
    pub team_alias: Option<String>,
    /// Teams whose alias has this in it, in upper or lower case.
    pub alias_part: Option<String>,
    /// Teams whose alias or id has this in it, in upper or lower case.
    pub search: Option<String>,
    /// Teams of this organization.
    pub organization_id: Option<String>,
    /// Teams without an organization.
    pub without_organization: bool,
    /// Teams that this user belongs to.
    pub member: Option<String>,
}

/// By what teams are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TeamSort {
    /// When they were made.
    #[default]
    CreatedAt,
    /// When they were changed last.
    UpdatedAt,
    /// By alias.
    TeamAlias,
    /// By id.
    TeamId,
    /// By what they have spent.
    Spend,
}

impl Record for TeamRow {
    const NOUN: &'static str = "team";
    const TABLE: &'static str = "teams";

    fn id(&self) -> Vec<&str> {
        vec![&self.team_id]
    }
}

impl Stored for TeamRow {
    const KEY: &'static [&'static str] = &["team_id"];
    const COLUMNS: &'static [&'static str] = &[
        "team_alias",
        "organization_id",
        "models",
        "limits",
        "metadata",
        "settings",
        "blocked",
        "spend",
        "created_at",
        "created_by",
        "updated_at",
        "updated_by",
    ];
    const MOVED: &'static [&'static str] = &["spend"];

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            team_id: row.get("team_id")?,
            team_alias: row.get("team_alias")?,
            organization_id: row.get("organization_id")?,
            models: row.json("teams.models")?,
            limits: row.json("teams.limits")?,
            metadata: row.json("teams.metadata")?,
            settings: row.json("teams.settings")?,
            blocked: row.get("blocked")?,
            spend: Nanos::new(row.get("spend")?),
            stamps: Stamps::read(row)?,
        })
    }

    fn values(&self) -> Result<Vec<Value<'_>>, StoreError> {
        let mut values = vec![
            (&self.team_alias).into(),
            (&self.organization_id).into(),
            json(&self.models)?,
            json(&self.limits)?,
            json(&self.metadata)?,
            json(&self.settings)?,
            self.blocked.into(),
            self.spend.into(),
        ];
        values.extend(self.stamps.values());
        Ok(values)
    }
    fn account(&self) -> Option<Account> {
        Some(Account::of(AccountKind::Team, &self.team_id))
    }

    fn push_scope<'a>(sql: &mut Sql<'a>, tenancy: &'a Tenancy) {
        sql.push("team_id IN ").push_list(&tenancy.teams);
        sql.push(" OR organization_id IN ").push_list(&tenancy.organizations_led);
    }
}

impl Sort for TeamSort {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::TeamAlias => "team_alias",
            Self::TeamId => "team_id",
            Self::Spend => "spend",
        }
    }
}

impl Filter for TeamFilter {
    type Record = TeamRow;
    type Sort = TeamSort;
}

impl Pushed for TeamFilter {
    fn push<'a>(&'a self, sql: &mut Sql<'a>) {
        sql.push_in("team_id", self.team_ids.as_ref());
        sql.push_equal("team_id", self.team_id.as_ref());
        sql.push_equal("team_alias", self.team_alias.as_ref());
        sql.push_contains("team_alias", self.alias_part.as_deref());
        if let Some(search) = &self.search {
            sql.push(" AND (").push_like("team_alias", search).push(" OR ").push_like("team_id", search).push(")");
        }
        sql.push_equal("organization_id", self.organization_id.as_ref());
        if self.without_organization {
            sql.push(" AND organization_id IS NULL");
        }
        if let Some(user) = &self.member {
            sql.push(" AND team_id IN (SELECT team_id FROM team_members WHERE user_id = ").push_bind(user).push(")");
        }
    }
}
