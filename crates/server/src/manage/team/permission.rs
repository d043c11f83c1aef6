//! What a team may let its members do with its keys.

use engine::Principal;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use store::Scope;
use store::teams::{TeamFilter, TeamRow};

use crate::app::App;
use crate::http::error::ApiError;

/// One of the routes of [`PERMISSIONS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Permission(pub(super) &'static str);

/// What members may do with their own keys, whatever a team says.
pub(super) const BASELINE: &[&str] = &["/key/info", "/key/health"];

/// LiteLLM's names, in its order. What changes a key is for the member's own; what lists or sums is for all of the team's.
pub(super) const PERMISSIONS: &[&str] = &[
    "/key/generate",
    "/key/update",
    "/key/delete",
    "/key/info",
    "/key/regenerate",
    "/key/service-account/generate",
    "/key/{key_id}/regenerate",
    LISTS_KEYS,
    "/key/block",
    "/key/unblock",
    "/key/bulk_update",
    "/team/key/bulk_update",
    SEES_ACTIVITY,
    SEES_WHOLE_ACTIVITY,
    SEES_SPEND,
    SEES_SPEND_BY_PAGES,
    "/key/{key_id}/reset_spend",
    LISTS_ALIASES,
];

pub(in crate::manage) const LISTS_KEYS: &str = "/key/list";
pub(in crate::manage) const LISTS_ALIASES: &str = "/key/aliases";
pub(in crate::manage) const SEES_SPEND: &str = "/spend/logs";
pub(in crate::manage) const SEES_SPEND_BY_PAGES: &str = "/spend/logs/v2";
pub(super) const SEES_WHOLE_ACTIVITY: &str = "/team/daily/activity/aggregated";
pub(super) const SEES_ACTIVITY: &str = "/team/daily/activity";

/// LiteLLM's names for what this version does not have.
const LATER: &[&str] = &[
    "/team/daily/activity/aggregated/keys",
    "/team/daily/activity/aggregated/search",
    "/team/daily/activity/aggregated/model_top_keys",
    "/team/daily/activity/export",
    "/key/access_group_assignment",
    "/auto_router/manage",
];

/// The rows that the caller may see where teams let their members see all of theirs by that permission.
pub(in crate::manage) async fn scope_by(app: &App, principal: &Principal, permission: &str) -> Result<Scope, ApiError> {
    let (Scope::Tenant(mut tenancy), Some(person)) = (principal.scope(), principal.person()) else {
        return Ok(principal.scope());
    };
    let memberships = person.teams.iter().map(|membership| membership.member.team_id.clone());
    let filter = TeamFilter { team_ids: Some(memberships.collect()), ..TeamFilter::default() };
    let teams = store::all(&app.engine().db, &Scope::Gateway, &filter).await?;
    let lets = |team: &TeamRow| {
        let permissions = team.settings.team_member_permissions.as_deref().unwrap_or_default();
        permissions.iter().any(|granted| granted == permission)
    };
    tenancy.teams_led.extend(teams.into_iter().filter(lets).map(|team| team.team_id));
    Ok(Scope::Tenant(tenancy))
}

impl<'de> Deserialize<'de> for Permission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = String::deserialize(deserializer)?;
        if LATER.contains(&given.as_str()) {
            return Err(D::Error::custom(format!("'{given}' is not supported by this version yet")));
        }
        let known = PERMISSIONS.iter().chain(BASELINE).find(|known| **known == given);
        known.map(|known| Self(known)).ok_or_else(|| {
            D::Error::custom(format!("'{given}' is no permission: /team/permissions_list says which there are"))
        })
    }
}
