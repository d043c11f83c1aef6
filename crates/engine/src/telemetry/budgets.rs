//! How budgets stand, as gauges: by LiteLLM's names where it has some. Only of whom an administrator gave a budget.

#![expect(clippy::disallowed_macros, reason = "metrics are emitted in this folder")]

use std::time::Duration;

use money::{AccountKind, Nanos};

use super::metrics::{
    BUDGET_MAX, BUDGET_REMAINING, CUSTOMER_HOURS, CUSTOMER_MAX, CUSTOMER_REMAINING, KEY_HOURS, KEY_MAX, KEY_REMAINING,
    Metric, ORGANIZATION_HOURS, ORGANIZATION_MAX, ORGANIZATION_REMAINING, TEAM_HOURS, TEAM_MAX, TEAM_REMAINING,
    USER_HOURS, USER_MAX, USER_REMAINING,
};

/// Budgets that an instance shows at most.
pub(crate) const MOST_SHOWN: usize = 1_000;
/// For so long one is shown that does not move; also what the recorder is told.
pub const SHOWN_FOR: Duration = Duration::from_hours(1);

/// A budget in the window that now is in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a> {
    pub(crate) kind: AccountKind,
    pub(crate) id: &'a str,
    pub(crate) alias: Option<&'a str>,
    pub(crate) cap: Nanos,
    pub(crate) spent: Nanos,
    /// Until the window ends, if it does.
    pub(crate) seconds_left: Option<i64>,
}

/// What is left, the cap, and the hours until the window ends; and what the labels for id and alias are called.
type Names = ([Metric; 3], &'static str, Option<&'static str>);

fn names(kind: AccountKind) -> Option<Names> {
    match kind {
        AccountKind::Team => Some(([TEAM_REMAINING, TEAM_MAX, TEAM_HOURS], "team", Some("team_alias"))),
        AccountKind::Organization => {
            Some(([ORGANIZATION_REMAINING, ORGANIZATION_MAX, ORGANIZATION_HOURS], "org_id", Some("org_alias")))
        }
        AccountKind::Key => Some(([KEY_REMAINING, KEY_MAX, KEY_HOURS], "hashed_api_key", Some("api_key_alias"))),
        AccountKind::User => Some(([USER_REMAINING, USER_MAX, USER_HOURS], "user", None)),
        AccountKind::Customer => Some(([CUSTOMER_REMAINING, CUSTOMER_MAX, CUSTOMER_HOURS], "end_user", None)),
        AccountKind::Gateway
        | AccountKind::OrganizationMember
        | AccountKind::TeamMember
        | AccountKind::Project
        | AccountKind::Provider
        | AccountKind::Deployment
        | AccountKind::Tag
        | AccountKind::Model => None,
    }
}

/// A budget was looked at.
pub(crate) fn budget_stands(shown: &Shown<'_>) {
    let left = Nanos::ZERO.max(shown.cap.saturating_sub(shown.spent)).to_usd_f64();
    let cap = shown.cap.to_usd_f64();
    let Some(([remaining, most, hours], id, alias)) = names(shown.kind) else {
        let labels = [("budget_of", shown.kind.word().to_owned()), ("id", shown.id.to_owned())];
        metrics::gauge!(BUDGET_REMAINING.name, &labels).set(left);
        metrics::gauge!(BUDGET_MAX.name, &labels).set(cap);
        return;
    };
    let mut labels = vec![(id, shown.id.to_owned())];
    labels.extend(alias.map(|alias| (alias, shown.alias.unwrap_or_default().to_owned())));
    metrics::gauge!(remaining.name, &labels).set(left);
    metrics::gauge!(most.name, &labels).set(cap);
    if let Some(seconds) = shown.seconds_left {
        let minutes = i32::try_from(seconds.max(0) / 60).unwrap_or(i32::MAX);
        metrics::gauge!(hours.name, &labels).set(f64::from(minutes) / 60.0);
    }
}
