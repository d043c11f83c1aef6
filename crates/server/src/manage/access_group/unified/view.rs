//! An access group as clients see it.

use serde::Serialize;
use serde_json::{Map, Value};
use store::access_groups::{AccessGroupRow, Holder, HolderKind};
use utoipa::ToSchema;

use crate::manage::fields::StampsView;

/// An access group.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccessGroupView {
    access_group_id: String,
    access_group_name: String,
    description: Option<String>,
    /// Models that it gives.
    access_model_names: Vec<String>,
    /// Always empty, as are all lists of what this version does not have.
    access_mcp_server_ids: Vec<String>,
    #[schema(value_type = Option<Object>)]
    mcp_tool_permissions: Option<Map<String, Value>>,
    access_agent_ids: Vec<String>,
    access_skill_names: Vec<String>,
    access_mcp_servers: Vec<Labelled>,
    access_agents: Vec<Labelled>,
    /// Teams that have it.
    assigned_team_ids: Vec<String>,
    /// Hashes of keys that have it.
    assigned_key_ids: Vec<String>,
    assigned_teams: Vec<Labelled>,
    assigned_keys: Vec<Labelled>,
    #[serde(flatten)]
    stamps: StampsView,
}

/// Something by id, and what people call it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Labelled {
    id: String,
    name: Option<String>,
}

impl AccessGroupView {
    pub(super) fn new(row: AccessGroupRow, holders: &[Holder]) -> Self {
        let having = |kind: HolderKind| -> Vec<Labelled> {
            let of_kind = holders.iter().filter(|holder| holder.kind == kind);
            let having = of_kind.filter(|holder| holder.access_group_ids.contains(&row.access_group_id));
            having.map(|holder| Labelled { id: holder.id.clone(), name: holder.name.clone() }).collect()
        };
        let ids = |labelled: &[Labelled]| labelled.iter().map(|one| one.id.clone()).collect();
        let (assigned_teams, assigned_keys) = (having(HolderKind::Team), having(HolderKind::Key));
        Self {
            access_group_id: row.access_group_id,
            access_group_name: row.access_group_name,
            description: row.description,
            access_model_names: row.models,
            access_mcp_server_ids: Vec::new(),
            mcp_tool_permissions: None,
            access_agent_ids: Vec::new(),
            access_skill_names: Vec::new(),
            access_mcp_servers: Vec::new(),
            access_agents: Vec::new(),
            assigned_team_ids: ids(&assigned_teams),
            assigned_key_ids: ids(&assigned_keys),
            assigned_teams,
            assigned_keys,
            stamps: StampsView::new(row.stamps),
        }
    }
}
