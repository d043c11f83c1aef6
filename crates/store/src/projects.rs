//! Parts of a team's work that have limits of their own.

use money::{Account, AccountKind, Nanos};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::db::{Row, Sql, Value, json};
use crate::record::{Filter, Pushed, Record, Sort, Stored};
use crate::{BlockedFrom, Stamps, StoreError, Tenancy};

/// One project.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProjectRow {
    /// Its id.
    pub project_id: String,
    /// What people call it.
    pub project_alias: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The team whose it is.
    pub team_id: String,
    /// Its budget.
    pub budget_id: Option<String>,
    /// Models that its keys may use at most; empty means those of the team.
    pub models: Vec<String>,
    /// What its administrator attached, and what LiteLLM keeps there.
    pub metadata: Map<String, Json>,
    /// What else it may and may not.
    pub settings: ProjectSettings,
    /// Whether its keys are refused now.
    pub blocked: bool,
    /// What it has spent.
    pub spend: Nanos,
    /// When it was made and changed.
    #[serde(flatten)]
    pub stamps: Stamps,
}

/// The settings of a project that are neither searched nor sorted by.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ProjectSettings {
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

/// Conditions on projects; an absent one keeps all.
#[derive(Debug, Clone, Default)]
pub struct ProjectFilter {
    /// Projects of this team.
    pub team_id: Option<String>,
    /// Projects with this budget.
    pub budget_id: Option<String>,
}

/// By what projects are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProjectSort {
    /// When they were made.
    #[default]
    CreatedAt,
}

impl Record for ProjectRow {
    const NOUN: &'static str = "project";
    const TABLE: &'static str = "projects";

    fn id(&self) -> Vec<&str> {
        vec![&self.project_id]
    }
}

impl Stored for ProjectRow {
    const KEY: &'static [&'static str] = &["project_id"];
    const COLUMNS: &'static [&'static str] = &[
        "project_alias",
        "description",
        "team_id",
        "budget_id",
        "models",
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
            project_id: row.get("project_id")?,
            project_alias: row.get("project_alias")?,
            description: row.get("description")?,
            team_id: row.get("team_id")?,
            budget_id: row.get("budget_id")?,
            models: row.json("projects.models")?,
            metadata: row.json("projects.metadata")?,
            settings: row.json("projects.settings")?,
            blocked: row.get("blocked")?,
            spend: Nanos::new(row.get("spend")?),
            stamps: Stamps::read(row)?,
        })
    }

    fn values(&self) -> Result<Vec<Value<'_>>, StoreError> {
        let mut values = vec![
            (&self.project_alias).into(),
            (&self.description).into(),
            (&self.team_id).into(),
            (&self.budget_id).into(),
            json(&self.models)?,
            json(&self.metadata)?,
            json(&self.settings)?,
            self.blocked.into(),
            self.spend.into(),
        ];
        values.extend(self.stamps.values());
        Ok(values)
    }
    fn account(&self) -> Option<Account> {
        Some(Account::of(AccountKind::Project, &self.project_id))
    }

    fn push_scope<'a>(sql: &mut Sql<'a>, tenancy: &'a Tenancy) {
        sql.push("team_id IN ").push_list(&tenancy.teams);
        sql.push(" OR team_id IN (SELECT team_id FROM teams WHERE organization_id IN ");
        sql.push_list(&tenancy.organizations_led).push(")");
    }
}

impl Sort for ProjectSort {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
        }
    }
}

impl Filter for ProjectFilter {
    type Record = ProjectRow;
    type Sort = ProjectSort;
}

impl Pushed for ProjectFilter {
    fn push<'a>(&'a self, sql: &mut Sql<'a>) {
        sql.push_equal("team_id", self.team_id.as_ref());
        sql.push_equal("budget_id", self.budget_id.as_ref());
    }
}
