//! What a user has at most whom the admin of an organization makes.

use engine::rights::grant;
use store::organizations::OrganizationRow;
use store::users::UserRow;
use store::{Limits, Transaction};

use crate::http::error::ApiError;
use crate::manage::budget;

/// Nobody gets more than the organization has. What is not said is what the organization has.
pub(in crate::manage) async fn bound(
    change: &mut Transaction,
    user: &mut UserRow,
    above: &[OrganizationRow],
) -> Result<(), ApiError> {
    for organization in above {
        let limits = budget::limits(change, Some(&organization.budget_id)).await?;
        grant::models_within(&organization.models, &[], &user.models)?;
        grant::limits_within(&limits, &user.limits)?;
        if user.models.is_empty() {
            user.models.clone_from(&organization.models);
        }
        fill(&mut user.limits, &limits);
    }
    Ok(())
}

/// Limits that are not said are those above.
fn fill(limits: &mut Limits, above: &Limits) {
    if limits.max_budget.is_none() {
        limits.max_budget = above.max_budget;
        if limits.budget_duration.is_none() {
            limits.budget_duration.clone_from(&above.budget_duration);
            limits.budget_reset_at = above.budget_reset_at;
        }
    }
    for (own, above) in [
        (&mut limits.max_parallel_requests, above.max_parallel_requests),
        (&mut limits.tpm_limit, above.tpm_limit),
        (&mut limits.rpm_limit, above.rpm_limit),
        (&mut limits.tpd_limit, above.tpd_limit),
        (&mut limits.rph_limit, above.rph_limit),
        (&mut limits.tph_limit, above.tph_limit),
        (&mut limits.rpd_limit, above.rpd_limit),
    ] {
        *own = own.or(above);
    }
}
