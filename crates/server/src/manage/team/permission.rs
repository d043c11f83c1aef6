//! What a team may let its members do with its keys.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// One of the routes of [`PERMISSIONS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Permission(pub(super) &'static str);

/// What members may do where a team says nothing.
pub(super) const BASELINE: &[&str] = &["/key/info", "/key/health"];

/// LiteLLM's names, in its order.
pub(super) const PERMISSIONS: &[&str] = &[
    "/key/generate",
    "/key/update",
    "/key/delete",
    "/key/info",
    "/key/regenerate",
    "/key/service-account/generate",
    "/key/{key_id}/regenerate",
    "/key/list",
    "/key/block",
    "/key/unblock",
    "/key/bulk_update",
    "/team/key/bulk_update",
    "/team/daily/activity",
    "/team/daily/activity/aggregated",
    "/team/daily/activity/aggregated/keys",
    "/team/daily/activity/aggregated/search",
    "/team/daily/activity/aggregated/model_top_keys",
    "/team/daily/activity/export",
    "/spend/logs",
    "/spend/logs/v2",
    "/key/{key_id}/reset_spend",
    "/key/aliases",
    "/key/access_group_assignment",
    "/auto_router/manage",
];

impl<'de> Deserialize<'de> for Permission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = String::deserialize(deserializer)?;
        let known = PERMISSIONS.iter().chain(BASELINE).find(|known| **known == given);
        known.map(|known| Self(known)).ok_or_else(|| {
            D::Error::custom(format!("'{given}' is no permission: /team/permissions_list says which there are"))
        })
    }
}
