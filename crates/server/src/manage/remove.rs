//! What goes with an object that is deleted: all that lives only in it.

use store::keys::{KeyFilter, KeyRow};
use store::models::ModelFilter;
use store::organizations::{OrganizationMember, OrganizationMemberFilter, OrganizationRow};
use store::projects::{ProjectFilter, ProjectRow};
use store::teams::{TeamFilter, TeamMemberFilter, TeamRow};
use store::{KeyHash, Scope, Transaction};

use super::budget;
use crate::http::error::ApiError;

/// Deletes an organization with its teams, keys and memberships. The hashes are those of keys that are no more: what was
/// counted for them is to be forgotten.
pub(super) async fn organization(change: &mut Transaction, row: &OrganizationRow) -> Result<Vec<KeyHash>, ApiError> {
    let organization_id = Some(row.organization_id.clone());
    let mut gone = Vec::new();
    let teams = TeamFilter { organization_id: organization_id.clone(), ..TeamFilter::default() };
    for row in change.all(&Scope::Gateway, &teams).await? {
        gone.extend(team(change, &row).await?);
    }
    let keys = KeyFilter { organization_id: organization_id.clone(), ..KeyFilter::default() };
    gone.extend(self::keys(change, &keys).await?);
    let members = OrganizationMemberFilter { organization_id, user_id: None };
    for row in change.all(&Scope::Gateway, &members).await? {
        membership(change, &row).await?;
    }
    change.delete(row).await?;
    budget::release(change, Some(&row.budget_id)).await?;
    Ok(gone)
}

/// Deletes a membership in an organization.
pub(super) async fn membership(change: &mut Transaction, row: &OrganizationMember) -> Result<(), ApiError> {
    change.delete(row).await?;
    budget::release(change, row.budget_id.as_deref()).await
}

/// Deletes a team with its keys, projects, deployments and memberships.
pub(super) async fn team(change: &mut Transaction, row: &TeamRow) -> Result<Vec<KeyHash>, ApiError> {
    let team_id = Some(row.team_id.clone());
    let gone = keys(change, &KeyFilter { team_id: team_id.clone(), ..KeyFilter::default() }).await?;
    for row in change.all(&Scope::Gateway, &ProjectFilter { team_id: team_id.clone(), budget_id: None }).await? {
        project(change, &row).await?;
    }
    for row in change.all(&Scope::Gateway, &ModelFilter { team_id: team_id.clone(), model_name: None }).await? {
        change.delete(&row).await?;
    }
    for row in change.all(&Scope::Gateway, &TeamMemberFilter { team_id, ..TeamMemberFilter::default() }).await? {
        change.delete(&row).await?;
        budget::release(change, row.budget_id.as_deref()).await?;
    }
    change.delete(row).await?;
    budget::release(change, row.settings.team_member_budget_id.as_deref()).await?;
    Ok(gone)
}

/// Deletes a project that no key is of any more.
pub(super) async fn project(change: &mut Transaction, row: &ProjectRow) -> Result<(), ApiError> {
    change.delete(row).await?;
    budget::release(change, row.budget_id.as_deref()).await
}

/// Deletes all keys that the filter keeps.
pub(super) async fn keys(change: &mut Transaction, filter: &KeyFilter) -> Result<Vec<KeyHash>, ApiError> {
    let rows: Vec<KeyRow> = change.all(&Scope::Gateway, filter).await?;
    for row in &rows {
        change.delete(row).await?;
    }
    Ok(rows.into_iter().map(|row| row.hash).collect())
}
