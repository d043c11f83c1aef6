//! One try at one deployment: its hold, its place in the journal, and what has been seen of its answer so far.

use std::sync::Arc;

use money::{Bounds, Price, Tokens};
use store::journal::Ticket;
use store::keys::KeyRow;
use store::ledger::{Detail, LedgerRow, Payer};
use wire::chat::Usage;

use super::limit::CallLimits;
use crate::budgets::Hold;
use crate::limits::Taken;
use crate::models::Target;

/// An attempt from the moment it is on record to the moment it is settled.
pub(super) struct Attempt {
    /// Counts from 1 within the call.
    pub(super) number: u32,
    pub(super) call_id: String,
    pub(super) payer: Arc<Payer>,
    /// Endings of calls before this one are not its own.
    pub(super) endings: u64,
    pub(super) call_type: &'static str,
    pub(super) group: String,
    pub(super) target: Arc<Target>,
    pub(super) stream: bool,
    /// What it costs by; none where nobody priced the model.
    pub(super) price: Option<Arc<Price>>,
    /// What it cannot pass.
    pub(super) bounds: Bounds,
    /// The key that it is made with.
    pub(super) key: Option<Arc<KeyRow>>,
    /// What is held of the budgets that it counts against.
    pub(super) hold: Hold,
    /// What its row tells beside sums.
    pub(super) detail: Option<Box<Detail>>,
    /// What its call has taken of limits, and itself of its deployment's.
    pub(super) limits: Arc<CallLimits>,
    pub(super) room: Taken,
    /// Its intent in the journal.
    pub(super) ticket: Ticket,
    pub(super) began_at: i64,
    pub(super) first_byte_at: Option<i64>,
    pub(super) http_status: Option<u16>,
    /// What the provider reported so far.
    pub(super) usage: Usage,
    /// Bytes of the request (of the texts, where vectors of them are asked for), and of generated text seen: what estimates are
    /// made from.
    pub(super) input_bytes: usize,
    pub(super) text_bytes: usize,
    /// The model may answer with calls of tools, not in text alone.
    pub(super) brings_tools: bool,
    /// The most that the prompt can be, and the answer where a ceiling binds it.
    pub(super) most_input: u64,
    pub(super) most_output: Option<u64>,
    /// It counts against a hard budget: what is not known of it is charged at its bound.
    pub(super) against_budget: bool,
    /// The ceiling that it was sent with because a budget has no more.
    pub(super) lowered_to: Option<u64>,
    /// Fields that this deployment's dialect cannot carry, when they are dropped.
    pub(super) dropped: Vec<String>,
}

impl Attempt {
    /// The attempt's ledger row without its end.
    pub(super) fn row(&self) -> LedgerRow {
        LedgerRow {
            request_id: self.call_id.clone(),
            attempt: self.number,
            payer: Arc::clone(&self.payer),
            call_type: self.call_type.to_owned(),
            model_group: self.group.clone(),
            model: self.target.model.clone(),
            deployment_id: self.target.deployment.id.clone(),
            provider: self.target.deployment.provider.id.clone(),
            stream: self.stream,
            started_at: self.began_at,
            first_byte_at: self.first_byte_at,
            ended_at: self.began_at,
            tokens: Tokens::default(),
            cost: None,
            price_version: self.price.as_ref().map(|price| price.version.as_str().to_owned()),
            provenance: store::ledger::Provenance::None,
            status: store::ledger::AttemptStatus::Unknown,
            http_status: self.http_status,
            error_kind: None,
            detail: self.detail.clone(),
        }
    }
}
