//! A key as it is stored.

use std::collections::BTreeMap;

use money::{Account, AccountKind, Nanos};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::KeyHash;
use crate::db::{Row, Sql, Value, json};
use crate::limits::Limits;
use crate::record::{Archived, Record, Stored};
use crate::{BlockedFrom, Stamps, StoreError, Tenancy};

/// One virtual key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyRow {
    /// SHA-256 of the key.
    pub hash: KeyHash,
    /// What may be shown of the key: `sk-...abcd`.
    pub key_name: String,
    /// A name that people gave it; unique among the keys that whoever gave it saw.
    pub key_alias: Option<String>,
    /// Its owner.
    pub user_id: Option<String>,
    /// The team that it belongs to.
    pub team_id: Option<String>,
    /// The organization that it belongs to, where it has no team that says so.
    pub organization_id: Option<String>,
    /// The project of its team that it is for.
    pub project_id: Option<String>,
    /// A budget that it shares with others, beside its own limits.
    pub budget_id: Option<String>,
    /// Model groups that it may call; empty means all.
    pub models: Vec<String>,
    /// What it may spend, and how fast.
    pub limits: Limits,
    /// What it has spent: the sum of its ledger rows since `spend` was last set.
    pub spend: Nanos,
    /// What it had spent before that, and what was taken off it then: with `spend` all that it ever spent.
    #[serde(default)]
    pub forgiven: Nanos,
    /// From when it is refused, microseconds UTC.
    pub expires_at: Option<i64>,
    /// Whether it is refused now.
    pub blocked: bool,
    /// What its administrator attached, and what LiteLLM keeps there: tags, limits of single models and more.
    pub metadata: Map<String, Json>,
    /// What else it may and may not.
    pub settings: KeySettings,
    /// When it was made and changed.
    #[serde(flatten)]
    pub stamps: Stamps,
}

/// The settings of a key that are neither searched nor sorted by.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeySettings {
    /// Names that this key has for model groups.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub aliases: BTreeMap<String, String>,
    /// Models that are asked in the place of one whose own budget is spent, in this order.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub budget_fallbacks: BTreeMap<String, Vec<String>>,
    /// Routes, or names of groups of routes, that it may call; empty means all that its owner may.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_routes: Vec<String>,
    /// LiteLLM's short name for what stands in `allowed_routes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_type: Option<String>,
    /// Rights that an administrator gave it beside its role.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub permissions: Map<String, Json>,
    /// What of the response cache its calls may steer; empty means all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_cache_controls: Vec<String>,
    /// Access groups that it was given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access_group_ids: Vec<String>,
    /// LiteLLM's lists of other objects that it may use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_permission: Option<Map<String, Json>>,
    /// How often it was replaced by a new one.
    pub rotation_count: u64,
    /// When last, microseconds UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_rotation_at: Option<i64>,
    /// From where it was blocked, if it is; none where nobody noted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_from: Option<BlockedFrom>,
    /// The hash that it had first, if it was replaced since: its budgets are counted under that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<KeyHash>,
    /// What a newer release keeps here.
    #[serde(flatten)]
    pub rest: Map<String, Json>,
}

impl KeyRow {
    /// A key of nobody that may do everything.
    pub fn new(hash: KeyHash, key_name: impl Into<String>, stamps: Stamps) -> Self {
        Self {
            hash,
            key_name: key_name.into(),
            key_alias: None,
            user_id: None,
            team_id: None,
            organization_id: None,
            project_id: None,
            budget_id: None,
            models: Vec::new(),
            limits: Limits::default(),
            spend: Nanos::ZERO,
            forgiven: Nanos::ZERO,
            expires_at: None,
            blocked: false,
            metadata: Map::new(),
            settings: KeySettings::default(),
            stamps,
        }
    }
}

impl KeyRow {
    /// Under what its budgets are counted: it keeps the account of its first hash when it is replaced.
    pub fn account(&self) -> Account {
        Account::of(AccountKind::Key, self.settings.account.as_ref().unwrap_or(&self.hash).as_str())
    }
}

impl Record for KeyRow {
    const NOUN: &'static str = "key";
    const TABLE: &'static str = "keys";

    fn id(&self) -> Vec<&str> {
        vec![self.hash.as_str()]
    }
}

impl Stored for KeyRow {
    const KEY: &'static [&'static str] = &["hash"];
    const COLUMNS: &'static [&'static str] = &[
        "key_name",
        "key_alias",
        "user_id",
        "team_id",
        "organization_id",
        "project_id",
        "budget_id",
        "models",
        "max_budget",
        "limits",
        "spend",
        "forgiven",
        "expires_at",
        "blocked",
        "metadata",
        "settings",
        "created_at",
        "created_by",
        "updated_at",
        "updated_by",
    ];
    const MOVED: &'static [&'static str] = &["spend", "forgiven"];

    fn read(row: &Row) -> Result<Self, StoreError> {
        let hash: String = row.get("hash")?;
        let max_budget = row.get::<Option<i64>>("max_budget")?.map(Nanos::new);
        Ok(Self {
            hash: KeyHash::parse(&hash).map_err(|_| StoreError::Unreadable { column: "keys.hash" })?,
            key_name: row.get("key_name")?,
            key_alias: row.get("key_alias")?,
            user_id: row.get("user_id")?,
            team_id: row.get("team_id")?,
            organization_id: row.get("organization_id")?,
            project_id: row.get("project_id")?,
            budget_id: row.get("budget_id")?,
            models: row.json("keys.models")?,
            limits: Limits { max_budget, ..row.json("keys.limits")? },
            spend: Nanos::new(row.get("spend")?),
            forgiven: Nanos::new(row.get("forgiven")?),
            expires_at: row.get("expires_at")?,
            blocked: row.get("blocked")?,
            metadata: row.json("keys.metadata")?,
            settings: row.json("keys.settings")?,
            stamps: Stamps::read(row)?,
        })
    }

    fn values(&self) -> Result<Vec<Value<'_>>, StoreError> {
        // lists of keys are sorted by it, so it has a column
        let limits = Limits { max_budget: None, ..self.limits.clone() };
        let mut values = vec![
            (&self.key_name).into(),
            (&self.key_alias).into(),
            (&self.user_id).into(),
            (&self.team_id).into(),
            (&self.organization_id).into(),
            (&self.project_id).into(),
            (&self.budget_id).into(),
            json(&self.models)?,
            self.limits.max_budget.into(),
            json(&limits)?,
            self.spend.into(),
            self.forgiven.into(),
            self.expires_at.into(),
            self.blocked.into(),
            json(&self.metadata)?,
            json(&self.settings)?,
        ];
        values.extend(self.stamps.values());
        Ok(values)
    }
    fn account(&self) -> Option<Account> {
        Some(KeyRow::account(self))
    }

    fn push_scope<'a>(sql: &mut Sql<'a>, tenancy: &'a Tenancy) {
        sql.push("hash = ").push_bind(tenancy.key.as_ref()).push(" OR ");
        sql.push("user_id = ").push_bind(tenancy.user.as_deref());
        sql.push(" OR team_id IN ").push_list(&tenancy.teams_led);
        sql.push(" OR organization_id IN ").push_list(&tenancy.organizations_led);
        sql.push(" OR team_id IN (SELECT team_id FROM teams WHERE organization_id IN ");
        sql.push_list(&tenancy.organizations_led).push(")");
    }

    fn archived(&self) -> Archived<'_> {
        Archived {
            name: self.key_alias.as_deref(),
            user_id: self.user_id.as_deref(),
            team_id: self.team_id.as_deref(),
            organization_id: self.organization_id.as_deref(),
        }
    }
}
