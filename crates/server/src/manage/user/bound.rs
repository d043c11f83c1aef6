//! What a new user has at most: by the organization whose admin makes it, and by configuration.

use engine::Engine;
use engine::rights::grant;
use engine::rights::role::Role;
use store::organizations::OrganizationRow;
use store::users::UserRow;
use store::{Limits, Transaction};

use crate::http::error::ApiError;
use crate::manage::body::Change;
use crate::manage::budget;
use crate::manage::fields::{Cap, DurationText, LimitFields};

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

/// What configuration gives internal users whose budget nobody has named.
pub(in crate::manage) fn usual(engine: &Engine, user: &mut UserRow, now: i64) -> Result<(), ApiError> {
    let settings = engine.settings();
    let usual = &settings.budget;
    if user.user_role != Role::InternalUser.name() {
        return Ok(());
    }
    let cap = usual.of_users.filter(|_| user.limits.max_budget.is_none());
    let duration = usual.of_users_duration.clone().filter(|_| user.limits.budget_duration.is_none());
    let fields = LimitFields {
        max_budget: cap.map_or(Change::Keep, |cap| Change::Set(Cap(cap))),
        budget_duration: duration.map_or(Change::Keep, |text| Change::Set(DurationText(text))),
        ..LimitFields::default()
    };
    fields.apply(&mut user.limits, now)
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
