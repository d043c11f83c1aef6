//! Deployments say themselves of which groups they are: `model_info.access_groups`.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use store::models::{ModelFilter, ModelRow};
use store::{Scope, StoreError, Transaction, UPDATED};

use crate::http::error::ApiError;
use crate::manage::operator::Operator;

/// What `model_info` calls them.
const FIELD: &str = "access_groups";

/// The groups that a deployment is of.
pub(super) fn groups_of(row: &ModelRow) -> impl Iterator<Item = &str> {
    row.info.get(FIELD).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

pub(super) fn is_of(row: &ModelRow, group: &str) -> bool {
    groups_of(row).any(|own| own == group)
}

/// All deployments that were added; those of the configuration say there of which groups they are.
pub(super) async fn added(change: &mut Transaction) -> Result<Vec<ModelRow>, ApiError> {
    Ok(change.all(&Scope::Gateway, &ModelFilter::default()).await?)
}

/// Refuses a group that no deployment is of.
pub(super) fn check_exists(rows: &[ModelRow], group: &str) -> Result<(), ApiError> {
    if rows.iter().any(|row| is_of(row, group)) {
        Ok(())
    } else {
        Err(StoreError::NotFound { what: "access group" }.into())
    }
}

/// Makes these deployments, by id, and no others those of the group. Returns how many were changed.
pub(super) async fn set_members(
    change: &mut Transaction,
    operator: &Operator,
    group: &str,
    rows: &[ModelRow],
    members: &BTreeSet<String>,
) -> Result<usize, ApiError> {
    let mut changed = 0;
    for before in rows.iter().filter(|row| is_of(row, group) != members.contains(&row.model_id)) {
        let mut groups: Vec<_> = groups_of(before).filter(|own| *own != group).collect();
        if members.contains(&before.model_id) {
            groups.push(group);
        }
        let mut info = before.info.clone();
        info.insert(FIELD.to_owned(), json!(groups));
        let after = ModelRow { info, stamps: before.stamps.updated(&operator.actor), ..before.clone() };
        change.update(UPDATED, before, &after).await?;
        changed += 1;
    }
    Ok(changed)
}
