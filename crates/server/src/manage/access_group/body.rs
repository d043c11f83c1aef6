//! What the bodies of model access groups have in common: which deployments are meant.

use std::collections::BTreeSet;

use engine::models::Models;
use serde::{Deserialize, Serialize};
use store::models::ModelRow;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::manage::body::Change;
use crate::manage::fields::Names;

/// The deployments of a group. One of the two is needed; the ids count where both are there.
#[derive(Deserialize, ToSchema)]
pub(crate) struct GroupMembers {
    /// Names of model groups: all their deployments that were added, but for those that a team has for itself.
    #[schema(value_type = Option<Names>)]
    #[serde(default)]
    model_names: Change<Names>,
    /// Ids of deployments.
    #[schema(value_type = Option<Names>)]
    #[serde(default)]
    model_ids: Change<Names>,
}

impl GroupMembers {
    /// The ids of the deployments that are meant. All that are named have to have been added.
    pub(super) fn chosen(self, rows: &[ModelRow], models: &Models) -> Result<BTreeSet<String>, ApiError> {
        let listed = |names: Change<Names>| names.set().map(Vec::from).filter(|names| !names.is_empty());
        if let Some(ids) = listed(self.model_ids) {
            let unknown = ids.iter().filter(|id| !rows.iter().any(|row| row.model_id == **id));
            check_known("model_ids", unknown, "there are no such models, or they are in the configuration")?;
            return Ok(ids.into_iter().collect());
        }
        let Some(names) = listed(self.model_names) else {
            return Err(ApiError::invalid("model_names", "name models here or in model_ids"));
        };
        let serves = |row: &ModelRow, name: &str| row.team_id.is_none() && row.model_name == name;
        let unknown = names.iter().filter(|name| !rows.iter().any(|row| serves(row, name)));
        let (configured, missing): (Vec<_>, Vec<_>) =
            unknown.partition(|name| models.deployments().any(|deployment| deployment.group == **name));
        check_known("model_names", missing.into_iter(), "model(s) not found")?;
        check_known("model_names", configured.into_iter(), "in the configuration, and only there,")?;
        let chosen = rows.iter().filter(|row| names.iter().any(|name| serves(row, name)));
        Ok(chosen.map(|row| row.model_id.clone()).collect())
    }
}

fn check_known<'a>(field: &str, unknown: impl Iterator<Item = &'a String>, problem: &str) -> Result<(), ApiError> {
    match unknown.map(String::as_str).collect::<Vec<_>>() {
        unknown if unknown.is_empty() => Ok(()),
        unknown => Err(ApiError::invalid(field, format!("{problem}: {}", unknown.join(", ")))),
    }
}

/// A group as a change left it.
#[derive(Serialize, ToSchema)]
pub(crate) struct GroupWritten {
    access_group: String,
    /// Names of the model groups that it has something of.
    model_names: BTreeSet<String>,
    /// Ids of its deployments.
    model_ids: BTreeSet<String>,
    /// How many deployments were changed.
    models_updated: usize,
}

impl GroupWritten {
    pub(super) fn new(access_group: String, rows: &[ModelRow], model_ids: BTreeSet<String>, changed: usize) -> Self {
        let members = rows.iter().filter(|row| model_ids.contains(&row.model_id));
        let model_names = members.map(|row| row.model_name.clone()).collect();
        Self { access_group, model_names, model_ids, models_updated: changed }
    }
}
