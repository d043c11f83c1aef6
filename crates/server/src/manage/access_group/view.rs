//! A group of models as clients see it.

use std::collections::{BTreeMap, BTreeSet};

use money::Nanos;
use serde::Serialize;
use store::models::ModelRow;
use utoipa::ToSchema;

use super::tag::groups_of;
use crate::manage::fields::{BudgetView, Usd};

/// An access group of models.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelGroupView {
    access_group: String,
    model_names: BTreeSet<String>,
    deployment_count: usize,
    /// Always 0: what was spent is not counted by group.
    #[schema(value_type = f64)]
    spend: Usd,
    /// Always null: groups have no budgets.
    budget: Option<BudgetView>,
}

/// All groups that deployments say they are of, by name.
pub(super) fn views(rows: &[ModelRow]) -> Vec<ModelGroupView> {
    let mut members: BTreeMap<&str, Vec<&ModelRow>> = BTreeMap::new();
    for row in rows {
        // one that says it twice is of it once
        for group in groups_of(row).collect::<BTreeSet<_>>() {
            members.entry(group).or_default().push(row);
        }
    }
    let view = |(group, members): (&str, Vec<&ModelRow>)| ModelGroupView {
        access_group: group.to_owned(),
        model_names: members.iter().map(|row| row.model_name.clone()).collect(),
        deployment_count: members.len(),
        spend: Usd(Nanos::ZERO),
        budget: None,
    };
    members.into_iter().map(view).collect()
}

impl ModelGroupView {
    pub(super) fn is(&self, group: &str) -> bool {
        self.access_group == group
    }
}
