//! Where somebody stands towards a team, and whether a team fits its organization.

use engine::rights::{Place, Standing, grant};
use store::organizations::OrganizationRow;
use store::teams::TeamRow;
use store::{Record as _, Scope, StoreError, Transaction};

use crate::http::error::ApiError;
use crate::manage::budget;
use crate::manage::named::named;
use crate::manage::operator::Operator;

/// A team as a place.
pub(in crate::manage) fn place(team: &TeamRow) -> Place<'_> {
    Place { organization: team.organization_id.as_deref(), team: Some(team), ..Place::default() }
}

/// A team that the caller sees, and from where it may do what the route does.
pub(in crate::manage) async fn led(
    operator: &Operator,
    change: &mut Transaction,
    team_id: &str,
) -> Result<(TeamRow, Option<Standing>), ApiError> {
    let team: TeamRow = change.require(&operator.scope, &[team_id]).await?;
    let standing = operator.authorize(&place(&team))?;
    Ok((team, standing))
}

/// The organization that a field names, as far as the caller sees it.
pub(in crate::manage) async fn organization(
    operator: &Operator,
    change: &mut Transaction,
    field: &str,
    id: &str,
) -> Result<OrganizationRow, ApiError> {
    let found = named(change, &operator.scope, field, Some(id)).await?;
    Ok(found.ok_or(StoreError::NotFound { what: OrganizationRow::NOUN })?)
}

/// Refuses a team that would have more than its organization.
pub(super) async fn check_fits(change: &mut Transaction, team: &TeamRow) -> Result<(), ApiError> {
    let Some(id) = &team.organization_id else { return Ok(()) };
    // who belongs to a team need not belong to its organization
    let organization: OrganizationRow = change.require(&Scope::Gateway, &[id]).await?;
    let limits = budget::limits(change, Some(&organization.budget_id)).await?;
    grant::models_within(&organization.models, &[], &team.models)
        .and_then(|()| grant::limits_within(&limits, &team.limits))
        .map_err(|wider| ApiError::invalid(wider.field, wider.problem))
}
