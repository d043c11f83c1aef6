//! Whether there are the groups that a team or a key is given.

use store::access_groups::AccessGroupFilter;
use store::{Scope, Transaction};

use crate::http::error::ApiError;

/// Refuses a group that there is not. One that was given before, and was taken away since, may stay.
pub(in crate::manage) async fn check_known(
    change: &mut Transaction,
    before: &[String],
    given: &[String],
) -> Result<(), ApiError> {
    let fresh: Vec<_> = given.iter().filter(|id| !before.contains(id)).cloned().collect();
    if fresh.is_empty() {
        return Ok(());
    }
    let filter = AccessGroupFilter { ids: Some(fresh.clone()), ..AccessGroupFilter::default() };
    let known = change.all(&Scope::Gateway, &filter).await?;
    match fresh.iter().find(|id| !known.iter().any(|row| row.access_group_id == **id)) {
        Some(id) => Err(ApiError::invalid("access_group_ids", format!("there is no access group '{id}'"))),
        None => Ok(()),
    }
}
