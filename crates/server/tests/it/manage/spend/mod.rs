//! `/spend/…` and `/global/…`.

mod export;
mod logs;
mod receipt;
mod reports;
mod rerate;

use std::sync::Arc;

use money::{Nanos, Tokens};
use store::KeyHash;
use store::ledger::{AttemptStatus, Detail, LedgerRow, Payer, Provenance};

use crate::app::NOON;

/// An attempt at the built-in deployment; a thousand tokens cost a dollar.
fn attempt(id: &str, key: Option<&str>, tokens: u64) -> LedgerRow {
    LedgerRow {
        request_id: id.to_owned(),
        attempt: 1,
        payer: Arc::new(key.map(|hash| Payer::key(KeyHash::parse(hash).unwrap())).unwrap_or_default()),
        call_type: "acompletion".to_owned(),
        model_group: "fast".to_owned(),
        model: "fast-1".to_owned(),
        deployment_id: "d1".to_owned(),
        provider: "openai".to_owned(),
        stream: false,
        started_at: NOON,
        first_byte_at: Some(NOON + 1_000_000),
        ended_at: NOON + 2_500_000,
        tokens: Tokens { input: tokens, ..Tokens::default() },
        cost: Some(Nanos::new(i64::try_from(tokens).unwrap() * 1_000_000)),
        price_version: Some("old".to_owned()),
        provenance: Provenance::Final,
        status: AttemptStatus::Success,
        http_status: Some(200),
        error_kind: None,
        detail: None,
    }
}

fn tagged(tags: &[&str], row: LedgerRow) -> LedgerRow {
    let detail = Detail { tags: tags.iter().map(|tag| (*tag).to_owned()).collect(), ..Detail::default() };
    LedgerRow { detail: Some(Box::new(detail)), ..row }
}
