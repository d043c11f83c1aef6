//! Rows of the ledger as they are, a line an attempt.

use store::ledger::Told;

use super::cell;
use crate::manage::instant::iso;
use crate::manage::operator::MASTER_KEY;

const COLUMNS: [&str; 32] = [
    "request_id",
    "attempt",
    "started_at",
    "first_byte_at",
    "ended_at",
    "call_type",
    "stream",
    "api_key",
    "user_id",
    "team_id",
    "organization_id",
    "project_id",
    "end_user",
    "tags",
    "model_group",
    "model",
    "provider",
    "deployment_id",
    "input_tokens",
    "cache_read_tokens",
    "cache_write_5m_tokens",
    "cache_write_1h_tokens",
    "output_tokens",
    "reasoning_tokens",
    "cost_usd",
    "adjusted_usd",
    "price_version",
    "provenance",
    "status",
    "http_status",
    "error_kind",
    "hold_usd",
];

pub(super) fn header() -> String {
    let mut text = String::new();
    cell::line(&mut text, COLUMNS);
    text
}

/// `cost_usd` has the corrections in it; it is empty where no price was known.
pub(super) fn write(text: &mut String, told: &Told) {
    let (row, tokens) = (&told.row, &told.row.tokens);
    let detail = row.detail.as_deref();
    let cells: [String; COLUMNS.len()] = [
        row.request_id.clone(),
        row.attempt.to_string(),
        iso(row.started_at),
        row.first_byte_at.map(iso).unwrap_or_default(),
        iso(row.ended_at),
        row.call_type.clone(),
        row.stream.to_string(),
        row.payer.key_hash.as_ref().map_or(MASTER_KEY, |hash| hash.as_str()).to_owned(),
        row.payer.user_id.clone().unwrap_or_default(),
        row.payer.team_id.clone().unwrap_or_default(),
        row.payer.organization_id.clone().unwrap_or_default(),
        row.payer.project_id.clone().unwrap_or_default(),
        row.payer.customer_id.clone().unwrap_or_default(),
        detail.map(|detail| detail.tags.join(" ")).unwrap_or_default(),
        row.model_group.clone(),
        row.model.clone(),
        row.provider.clone(),
        row.deployment_id.clone(),
        tokens.input.to_string(),
        tokens.cache_read.to_string(),
        tokens.cache_write_5m.to_string(),
        tokens.cache_write_1h.to_string(),
        tokens.output.to_string(),
        tokens.reasoning.to_string(),
        told.cost().map(|cost| cost.to_string()).unwrap_or_default(),
        told.adjusted.to_string(),
        row.price_version.clone().unwrap_or_default(),
        row.provenance.as_str().to_owned(),
        row.status.as_str().to_owned(),
        row.http_status.map(|status| status.to_string()).unwrap_or_default(),
        row.error_kind.clone().unwrap_or_default(),
        detail.and_then(|detail| detail.hold).map(|hold| hold.to_string()).unwrap_or_default(),
    ];
    cell::line(text, cells.iter().map(String::as_str));
}
