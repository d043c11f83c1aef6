//! How far a grant may go: never wider than what its giver has.
//!
//! What a key may do is bounded again at each use, by its team, its owner and its organization; here is judged what its giver
//! hands on: models, routes, time and money.

use money::Nanos;
use store::keys::KeyRow;
use store::organizations::OrganizationRow;
use store::teams::TeamRow;
use store::{BudgetWindow, Limits};

use super::models::{ALL_OF_PROXY, ALL_OF_TEAM, NONE_BY_DEFAULT};
use super::{bonds, routes};
use crate::models::caught;
use crate::principal::{Caller, Principal};

/// What is granted: a key as it will be, and what stands above it.
#[derive(Clone, Copy, Debug)]
pub struct Grant<'a> {
    pub key: &'a KeyRow,
    pub team: Option<&'a TeamRow>,
    pub organization: Option<&'a OrganizationRow>,
}

/// What of a grant is wider than its giver's, by the name of the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is wider than yours: {problem}")]
pub struct Wider {
    /// The field of the request.
    pub field: &'static str,
    /// In what it is wider.
    pub problem: String,
}

pub(super) fn wider(field: &'static str, problem: impl Into<String>) -> Wider {
    Wider { field, problem: problem.into() }
}

/// Whether the giver has all that it grants.
pub fn within(giver: &Principal, grant: &Grant<'_>) -> Result<(), Wider> {
    if giver.is_admin() {
        return Ok(());
    }
    let Some(caller) = giver.caller() else { return Ok(()) };
    uncounted(caller)?;
    tenant(caller, grant.key)?;
    models(caller, grant)?;
    routes_of(caller, grant.key)?;
    time(caller, grant.key)?;
    bonds::within(&caller.key, grant.key)?;
    money(giver, grant)
}

/// A limit of the giving key would count once more in each key that it makes.
fn uncounted(caller: &Caller) -> Result<(), Wider> {
    let Limits {
        max_budget,
        budget_limits,
        max_parallel_requests,
        tpm_limit,
        rpm_limit,
        tpd_limit,
        rph_limit,
        tph_limit,
        rpd_limit,
        model_max_budget,
        ..
    } = &caller.key.limits;
    let counts = max_budget.is_some()
        || !budget_limits.is_empty()
        || !model_max_budget.is_empty()
        || bonds::counts(&caller.key)
        || caller.key.budget_id.is_some()
        || [max_parallel_requests, tpm_limit, rpm_limit, tpd_limit, rph_limit, tph_limit, rpd_limit]
            .into_iter()
            .any(Option::is_some);
    if counts {
        return Err(wider(
            "key",
            "the key that you use has a budget or a limit of its own, which a further key would double",
        ));
    }
    Ok(())
}

/// What a key belongs to bounds what it may do, so whatever it makes belongs there too.
fn tenant(caller: &Caller, given: &KeyRow) -> Result<(), Wider> {
    let own = &caller.key;
    for (field, own, given) in [
        ("team_id", &own.team_id, &given.team_id),
        ("project_id", &own.project_id, &given.project_id),
        ("organization_id", &own.organization_id, &given.organization_id),
    ] {
        if own.is_some() && own != given {
            return Err(wider(field, "the key that you use belongs there, and so does what it makes"));
        }
    }
    Ok(())
}

fn models(caller: &Caller, grant: &Grant<'_>) -> Result<(), Wider> {
    let given = &grant.key.models;
    let refuse = |whose: &str, name: &str| {
        let what =
            if name.is_empty() { "an empty list, which allows all models,".to_owned() } else { format!("'{name}'") };
        Err(wider("models", format!("{what} is not in the list of {whose}")))
    };
    let own = &caller.key;
    if let Err(name) = covers(&own.models, &own.settings.access_group_ids, given) {
        return refuse("the key that you use", name);
    }
    let own_groups = &own.settings.access_group_ids;
    let is_own = |id: &&String| (own.models.is_empty() && own_groups.is_empty()) || own_groups.contains(id);
    if let Some(group) = grant.key.settings.access_group_ids.iter().find(|id| !is_own(id)) {
        return Err(wider("access_group_ids", format!("'{group}' was not given to the key that you use")));
    }
    // these inherit whatever stands above them
    let given: Vec<_> = given.iter().filter(|name| *name != ALL_OF_TEAM).cloned().collect();
    if given.is_empty() {
        return Ok(());
    }
    if let Some(team) = grant.team
        && let Err(name) = covers(&team.models, &team.settings.access_group_ids, &given)
    {
        return refuse("its team", name);
    }
    if let (None, Some(person)) = (grant.team, &caller.person)
        && let Err(name) = covers(&person.row.models, &[], &given)
    {
        return refuse("your user", name);
    }
    if let Some(organization) = grant.organization
        && let Err(name) = covers(&organization.models, &[], &given)
    {
        return refuse("its organization", name);
    }
    Ok(())
}

/// Whether the models of a part are among those of the whole, whose list and access groups these are. None at all is what the
/// whole has.
pub fn models_within(has: &[String], groups: &[String], given: &[String]) -> Result<(), Wider> {
    if given.is_empty() {
        return Ok(());
    }
    covers(has, groups, given)
        .map_err(|name| wider("models", format!("'{name}' is not in the list of what it belongs to")))
}

/// Whether no limit of a part is above that of the whole. What is not limited in the part is limited by the whole.
pub fn limits_within(has: &Limits, given: &Limits) -> Result<(), Wider> {
    let refuse = |field| Err(wider(field, "it is above that of what it belongs to"));
    let largest = given.budget_limits.iter().map(|window| window.max_budget).chain(given.raised_cap()).max();
    if is_above(largest, has.max_budget) {
        return refuse("max_budget");
    }
    for (field, given, has) in [
        ("max_parallel_requests", given.max_parallel_requests, has.max_parallel_requests),
        ("tpm_limit", given.tpm_limit, has.tpm_limit),
        ("rpm_limit", given.rpm_limit, has.rpm_limit),
        ("tpd_limit", given.tpd_limit, has.tpd_limit),
        ("rph_limit", given.rph_limit, has.rph_limit),
        ("tph_limit", given.tph_limit, has.tph_limit),
        ("rpd_limit", given.rpd_limit, has.rpd_limit),
    ] {
        if is_above(given, has) {
            return refuse(field);
        }
    }
    Ok(())
}

fn is_above<T: Ord + Copy>(given: Option<T>, has: Option<T>) -> bool {
    given.is_some() && has.is_some() && given > has
}

/// Whether whatever `given` allows, `has` allows too; the error names what it does not, empty for an empty list.
pub fn covers<'a>(has: &[String], groups: &[String], given: &'a [String]) -> Result<(), &'a str> {
    if has.is_empty() && groups.is_empty() {
        return Ok(());
    }
    if given.is_empty() {
        return Err("");
    }
    let covered = |name: &str| {
        name == NONE_BY_DEFAULT
            || has.iter().any(|own| own == name || own == ALL_OF_PROXY || caught(own, name).is_some())
    };
    given.iter().find(|name| !covered(name)).map_or(Ok(()), |name| Err(name))
}

fn routes_of(caller: &Caller, given: &KeyRow) -> Result<(), Wider> {
    let (own, given) = (&caller.key.settings.allowed_routes, &given.settings.allowed_routes);
    if own.is_empty() {
        return Ok(());
    }
    let covered = |route: &String| own.contains(route) || routes::lists(own, route);
    if given.is_empty() || !given.iter().all(covered) {
        return Err(wider("allowed_routes", format!("the key that you use may call {} only", own.join(", "))));
    }
    Ok(())
}

fn time(caller: &Caller, given: &KeyRow) -> Result<(), Wider> {
    let Some(own) = caller.key.expires_at else { return Ok(()) };
    if given.expires_at.is_none_or(|at| at > own) {
        return Err(wider("duration", "it would be valid for longer than the key that you use"));
    }
    Ok(())
}

/// Whether a cap is not above that of what it is a part of, if that has one.
pub fn below(field: &'static str, cap: Nanos, above: Option<Nanos>) -> Result<(), Wider> {
    match above {
        Some(above) if cap > above => Err(wider(field, "it is above the budget of what it belongs to")),
        _ => Ok(()),
    }
}

/// A cap above that of what pays beside the key would promise what is not there.
fn money(giver: &Principal, grant: &Grant<'_>) -> Result<(), Wider> {
    let limits = &grant.key.limits;
    let above = match grant.team {
        Some(team) => team.limits.max_budget,
        None => giver.person().and_then(|person| person.row.limits.max_budget),
    };
    let windows = limits.budget_limits.iter().map(|BudgetWindow { max_budget, .. }| *max_budget);
    let largest: Option<Nanos> = limits.raised_cap().into_iter().chain(windows).max();
    largest.map_or(Ok(()), |largest| below("max_budget", largest, above))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_part_is_within_the_whole() {
        let limits = |max_budget: Option<i64>, rpm_limit| Limits {
            max_budget: max_budget.map(Nanos::new),
            rpm_limit,
            ..Limits::default()
        };
        let raised = |max_budget, by| Limits {
            temp_budget_increase: Some(Nanos::new(by)),
            temp_budget_expiry: Some(i64::MAX),
            ..limits(Some(max_budget), None)
        };
        for (has, given, field) in [
            (limits(None, None), limits(Some(5), Some(5)), None),
            (limits(Some(5), Some(5)), limits(None, None), None),
            (limits(Some(5), Some(5)), limits(Some(5), Some(5)), None),
            (limits(Some(5), None), limits(Some(6), None), Some("max_budget")),
            (limits(None, Some(5)), limits(None, Some(6)), Some("rpm_limit")),
            (limits(Some(5), None), raised(4, 1), None),
            (limits(Some(5), None), raised(4, 2), Some("max_budget")),
        ] {
            let wider = limits_within(&has, &given).err().map(|wider| wider.field);
            assert_eq!(wider, field, "{has:?} {given:?}");
        }
        assert!(models_within(&list(&["a"]), &[], &[]).is_ok());
        assert!(models_within(&list(&["a"]), &[], &list(&["b"])).is_err());
    }

    #[test]
    fn a_list_covers_what_it_allows() {
        for (has, given, missing) in [
            (&[][..], &["a"][..], None),
            (&[], &[], None),
            (&["a"], &["a"], None),
            (&["a"], &["a", "b"], Some("b")),
            (&["a"], &[], Some("")),
            (&["a"], &["all-proxy-models"], Some("all-proxy-models")),
            (&["all-proxy-models"], &["all-proxy-models", "x", "y/*"], None),
            (&["openai/*"], &["openai/gpt", "openai/g*"], None),
            (&["openai/*"], &["*"], Some("*")),
            (&["openai/*"], &["anthropic/*"], Some("anthropic/*")),
            (&["a"], &["all-team-models"], Some("all-team-models")),
            (&["all-team-models"], &["all-team-models"], None),
            (&["a"], &["a", "no-default-models"], None),
        ] {
            assert_eq!(covers(&list(has), &[], &list(given)).err(), missing, "{has:?} {given:?}");
        }
        assert_eq!(covers(&[], &list(&["group"]), &list(&["a"])), Err("a"));
    }
}
