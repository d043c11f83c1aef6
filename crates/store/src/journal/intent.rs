//! What is written before an attempt is dispatched.

use std::sync::Arc;

use money::{Nanos, Tokens};
use serde::{Deserialize, Serialize};

use crate::ledger::{AttemptStatus, Detail, LedgerRow, Payer, Provenance};

/// An attempt that is about to be dispatched, and the most that it can come to. Fields as in [`LedgerRow`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The call.
    pub request_id: String,
    /// Which try of it.
    pub attempt: u32,
    /// The moment of dispatch, microseconds UTC.
    pub at: i64,
    /// Who pays.
    #[serde(flatten)]
    pub payer: Arc<Payer>,
    /// The operation.
    pub call_type: String,
    /// The public model name.
    pub model_group: String,
    /// The model.
    pub model: String,
    /// The deployment.
    pub deployment_id: String,
    /// Its provider.
    pub provider: String,
    /// Whether the reply is to be streamed.
    pub stream: bool,
    /// The most that it can use.
    pub upper: Tokens,
    /// What is held for it; none when no price is known.
    pub hold: Option<Nanos>,
    /// The price list of `hold`.
    pub price_version: Option<String>,
    /// What else there is to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Box<Detail>>,
}

/// The class of error of a row whose process ended before the attempt did.
const PROCESS_LOST: &str = "process_lost";

impl Intent {
    /// The row of an attempt of which nothing more is known: charged at its upper bound.
    pub fn into_unknown(self) -> LedgerRow {
        LedgerRow {
            request_id: self.request_id,
            attempt: self.attempt,
            payer: self.payer,
            call_type: self.call_type,
            model_group: self.model_group,
            model: self.model,
            deployment_id: self.deployment_id,
            provider: self.provider,
            stream: self.stream,
            started_at: self.at,
            first_byte_at: None,
            ended_at: self.at,
            tokens: self.upper,
            cost: self.hold,
            price_version: self.price_version,
            provenance: Provenance::UpperBound,
            status: AttemptStatus::Unknown,
            http_status: None,
            error_kind: Some(PROCESS_LOST.to_owned()),
            detail: self.detail,
        }
    }
}
