//! What a row of the ledger tells beside what is summed.

use std::sync::Arc;

use money::{Billed, Media, Nanos, ServiceTier, Units};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::balances::Charges;

/// What few rows have, or nobody sums. Kept as JSON; no text of a client but its tags is in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Detail {
    /// What was held for the attempt; none where it has no price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<Nanos>,
    /// Of which balances it was held, and is charged.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub charged: Charges,
    /// The instance whose leases that used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<Arc<str>>,
    /// Its intent was put into the database.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_intended: bool,
    /// What the call was tagged with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Why this deployment was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen: Option<String>,
    /// As what the provider served it.
    #[serde(skip_serializing_if = "is_standard")]
    pub service_tier: ServiceTier,
    /// What of its tokens was no text.
    #[serde(skip_serializing_if = "Media::is_empty")]
    pub media: Media,
    /// What it used that is not counted in tokens.
    #[serde(skip_serializing_if = "Units::is_empty")]
    pub units: Units,
    /// What a discount or a margin made of the provider's bill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billed: Option<Billed>,
    /// What a newer release keeps here.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Detail {
    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it so")]
fn is_standard(tier: &ServiceTier) -> bool {
    *tier == ServiceTier::Standard
}
