//! What goes with an object that is deleted: all that lives only in it.

use store::keys::{KeyFilter, KeyRow};
use store::models::ModelFilter;
use store::organizations::{OrganizationMember, OrganizationMemberFilter, OrganizationRow};
use store::projects::{ProjectFilter, ProjectRow};
use store::teams::{TeamFilter, TeamMemberFilter, TeamRow};
use store::{Scope, Transaction};

use super::budget;
use crate::http::error::ApiError;

/// Deletes an organization with its teams, keys and memberships.
pub(super) async fn organization(change: &mut Transaction, row: &OrganizationRow) -> Result<(), ApiError> {
    let organization_id = Some(row.organization_id.clone());
    let teams = TeamFilter { organization_id: organization_id.clone(), ..TeamFilter::default() };
    for row in change.all(&Scope::Gateway, &teams).await? {
        team(change, &row).await?;
    }
    let keys = KeyFilter { organization_id: organization_id.clone(), ..KeyFilter::default() };
    self::keys(change, &keys).await?;
    let members = OrganizationMemberFilter { organization_id, user_id: None };
    for row in change.all(&Scope::Gateway, &members).await? {
        membership(change, &row).await?;
    }
    change.delete(row).await?;
    budget::release(change, Some(&row.budget_id)).await
}

/// Deletes a membership in an organization.
pub(super) async fn membership(change: &mut Transaction, row: &OrganizationMember) -> Result<(), ApiError> {
    change.delete(row).await?;
    budget::release(change, row.budget_id.as_deref()).await
}

/// Deletes a team with its keys, projects, deployments and memberships.
pub(super) async fn team(change: &mut Transaction, row: &TeamRow) -> Result<(), ApiError> {
    let team_id = Some(row.team_id.clone());
    keys(change, &KeyFilter { team_id: team_id.clone(), ..KeyFilter::default() }).await?;
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
    budget::release(change, row.settings.team_member_budget_id.as_deref()).await
}

/// Deletes a project that no key is of any more.
pub(super) async fn project(change: &mut Transaction, row: &ProjectRow) -> Result<(), ApiError> {
    change.delete(row).await?;
    budget::release(change, row.budget_id.as_deref()).await
}

/// Deletes all keys that the filter keeps.
pub(super) async fn keys(change: &mut Transaction, filter: &KeyFilter) -> Result<(), ApiError> {
    let rows: Vec<KeyRow> = change.all(&Scope::Gateway, filter).await?;
    for row in &rows {
        change.delete(row).await?;
    }
    Ok(())
}
