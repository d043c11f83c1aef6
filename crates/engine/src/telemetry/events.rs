//! What happens to calls, said once: as metrics and as one log line each.

#![expect(clippy::disallowed_macros, reason = "this is where metrics are emitted")]

use std::time::Duration;

use money::AccountKind;
use store::ledger::{LedgerRow, Provenance};
use wire::{Dialect, ErrorReply};

use super::metrics::{
    ALERTS, ALL, ATTEMPTS, BUDGET_ASKS, BUDGET_REFUSALS, CALL_SECONDS, CALLS, FIRST_BYTE_SECONDS, INSTANCES_GIVEN_UP,
    Kind, LOG_LINES_DROPPED, REFUSED_AT_THE_EDGE, SPEND, TOKENS, UNPRICED, USAGE_NOT_FINAL,
};

/// Tells the recorder what the metrics mean; called once, behind its installation.
pub fn describe() {
    for metric in ALL {
        match metric.kind {
            Kind::Counter => metrics::describe_counter!(metric.name, metric.help),
            Kind::Gauge => metrics::describe_gauge!(metric.name, metric.help),
            Kind::Histogram => metrics::describe_histogram!(metric.name, metric.help),
        }
    }
}

/// A connection or a request went no further than the HTTP edge. `reason` is one of a fixed list, never a client's word.
pub fn refused_at_the_edge(reason: &'static str) {
    metrics::counter!(REFUSED_AT_THE_EDGE.name, "reason" => reason).increment(1);
}

/// There was no room for a log line.
pub fn log_line_dropped() {
    metrics::counter!(LOG_LINES_DROPPED.name).increment(1);
}

/// Somebody was told what a budget has reached, or was not. `channel` and `outcome` are of fixed lists.
pub(crate) fn alert_told(channel: &'static str, outcome: &'static str) {
    metrics::counter!(ALERTS.name, "channel" => channel, "outcome" => outcome).increment(1);
}

/// More was asked of budgets in the database.
pub(crate) fn budgets_asked(outcome: &'static str) {
    metrics::counter!(BUDGET_ASKS.name, "outcome" => outcome).increment(1);
}

/// A budget refused a call.
pub(crate) fn budget_refused(of: AccountKind) {
    metrics::counter!(BUDGET_REFUSALS.name, "budget_of" => of.word()).increment(1);
}

/// An instance showed no sign of life.
pub(crate) fn instance_given_up() {
    metrics::counter!(INSTANCES_GIVEN_UP.name).increment(1);
}

/// A call is over.
pub(crate) fn call_ended(dialect: Dialect, refusal: Option<&ErrorReply>, took: Duration) {
    let outcome = refusal.map_or("ok", |refusal| refusal.kind.label());
    metrics::counter!(CALLS.name, "dialect" => dialect.name(), "outcome" => outcome).increment(1);
    metrics::histogram!(CALL_SECONDS.name, "dialect" => dialect.name()).record(took.as_secs_f64());
}

/// An attempt is settled.
pub(crate) fn attempt_settled(row: &LedgerRow, unpriced: bool) {
    let provider = row.provider.clone();
    metrics::counter!(ATTEMPTS.name, "provider" => provider.clone(), "status" => row.status.as_str()).increment(1);
    if let Some(first) = row.first_byte_at {
        let micros = u64::try_from(first - row.started_at).unwrap_or_default();
        metrics::histogram!(FIRST_BYTE_SECONDS.name, "provider" => provider.clone())
            .record(Duration::from_micros(micros).as_secs_f64());
    }
    let classes = [
        ("input", row.tokens.input),
        ("cache_read", row.tokens.cache_read),
        ("cache_write", row.tokens.cache_write_5m.saturating_add(row.tokens.cache_write_1h)),
        ("output", row.tokens.output),
    ];
    for (class, tokens) in classes.into_iter().filter(|(_, tokens)| *tokens > 0) {
        metrics::counter!(TOKENS.name, "provider" => provider.clone(), "class" => class).increment(tokens);
    }
    if let Some(cost) = row.cost {
        metrics::counter!(SPEND.name, "provider" => provider.clone())
            .increment(u64::try_from(cost.get()).unwrap_or_default());
    }
    if unpriced {
        metrics::counter!(UNPRICED.name, "provider" => provider).increment(1);
    }
    if !matches!(row.provenance, Provenance::Final | Provenance::None) {
        metrics::counter!(USAGE_NOT_FINAL.name, "provenance" => row.provenance.as_str()).increment(1);
    }
    tracing::info!(
        call.id = row.request_id,
        attempt = row.attempt,
        model.group = row.model_group,
        model.name = row.model,
        deployment.id = row.deployment_id,
        provider.id = row.provider,
        upstream.status = row.http_status,
        stream = row.stream,
        status = row.status.as_str(),
        provenance = row.provenance.as_str(),
        error.kind = row.error_kind,
        tokens.input = row.tokens.prompt(),
        tokens.output = row.tokens.output,
        cost_nanodollars = row.cost.map(money::Nanos::get),
        duration_ms = (row.ended_at - row.started_at) / 1000,
        "attempt settled"
    );
}
