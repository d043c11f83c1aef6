//! What the bodies of access groups have in common.

use serde::Deserialize;
use serde_json::value::RawValue;
use store::access_groups::{AccessGroupFilter, AccessGroupRow};
use store::{Scope, Transaction};
use utoipa::ToSchema;

use super::assign::Assigned;
use crate::http::error::ApiError;
use crate::manage::body::{Change, Fields, Later};
use crate::manage::fields::{Description, ModelNames, Name, Names};

/// An access group. In updates what is left out stays; null empties a list.
#[derive(Deserialize, ToSchema)]
pub(crate) struct AccessGroupRequest {
    /// What people call it; unique. Needed for a new one.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    access_group_name: Change<Name>,
    /// What it is for.
    #[schema(value_type = Option<Description>)]
    #[serde(default)]
    description: Change<Description>,
    /// Models that it gives.
    #[schema(value_type = Option<ModelNames>)]
    #[serde(default)]
    access_model_names: Change<ModelNames>,
    /// Teams that have it: all of them.
    #[schema(value_type = Option<Names>)]
    #[serde(default)]
    assigned_team_ids: Change<Names>,
    /// Keys that have it, by their hashes: all of them.
    #[schema(value_type = Option<Names>)]
    #[serde(default)]
    assigned_key_ids: Change<Names>,
}

/// What LiteLLM's access groups give beside models, and this version does not have.
const LATER: &[Later] = &[
    ("access_agent_ids", &[]),
    ("access_mcp_server_ids", &[]),
    ("access_skill_names", &[]),
    ("mcp_tool_permissions", &[]),
];

/// All that is said of an access group.
pub(super) struct Body {
    pub(super) name: Option<String>,
    description: Change<Description>,
    models: Change<ModelNames>,
    pub(super) assigned: Assigned,
}

impl Body {
    pub(super) fn read(body: &RawValue) -> Result<Self, ApiError> {
        let mut fields = Fields::open(body)?;
        let AccessGroupRequest {
            access_group_name,
            description,
            access_model_names,
            assigned_team_ids,
            assigned_key_ids,
        } = fields.take()?;
        fields.close(LATER)?;
        let name = access_group_name.set().map(String::from);
        if name.as_deref().is_some_and(|name| name.trim().is_empty()) {
            return Err(ApiError::unprocessable("access_group_name", "must not be empty"));
        }
        let assigned = Assigned::new(assigned_team_ids, assigned_key_ids)?;
        Ok(Self { name, description, models: access_model_names, assigned })
    }

    /// Writes what is said into the row, but for whom it is given.
    pub(super) fn apply(&mut self, row: &mut AccessGroupRow) {
        if let Some(name) = self.name.take() {
            row.access_group_name = name;
        }
        std::mem::take(&mut self.description).apply(&mut row.description);
        match std::mem::take(&mut self.models) {
            Change::Keep => {}
            Change::Clear => row.models.clear(),
            Change::Set(ModelNames(models)) => row.models = models,
        }
    }
}

/// Refuses a name that another group has.
pub(super) async fn check_name(change: &mut Transaction, name: &str) -> Result<(), ApiError> {
    let filter = AccessGroupFilter { name: Some(name.to_owned()), ..AccessGroupFilter::default() };
    if change.all(&Scope::Gateway, &filter).await?.is_empty() {
        Ok(())
    } else {
        Err(ApiError::exists("access_group_name"))
    }
}
