//! From where something was blocked, the lowest place first.

use serde::{Deserialize, Serialize};

/// Where somebody stood who blocked a key, a team or a project: whoever stands lower does not lift it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockedFrom {
    /// Belonged to its team, which lets members block keys of their own.
    Member,
    /// Led its team.
    Team,
    /// Led its organization.
    Organization,
    /// Was an administrator of the gateway.
    Gateway,
}
