//! Every metric: its name and what it counts. Labels never hold anything that a client chose freely.

/// A metric as it is described to Prometheus.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    pub name: &'static str,
    pub kind: Kind,
    pub help: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Counter,
    Histogram,
}

pub const CALLS: Metric = counter("turnpike_calls_total", "Calls that ended, by client dialect and outcome.");
pub const CALL_SECONDS: Metric =
    histogram("turnpike_call_seconds", "From a call's arrival to its end, by client dialect.");
pub const ATTEMPTS: Metric =
    counter("turnpike_attempts_total", "Attempts at deployments, by provider and how they ended.");
pub const FIRST_BYTE_SECONDS: Metric =
    histogram("turnpike_first_byte_seconds", "From dispatch to the head of the provider's answer, by provider.");
pub const TOKENS: Metric = counter("turnpike_tokens_total", "Tokens charged, by provider and class.");
pub const SPEND: Metric = counter("turnpike_spend_nanodollars_total", "Cost of attempts in nano-dollars, by provider.");
pub const UNPRICED: Metric =
    counter("turnpike_unpriced_attempts_total", "Attempts at models without a price, by provider.");
pub const USAGE_NOT_FINAL: Metric = counter(
    "turnpike_usage_not_final_total",
    "Attempts whose tokens the provider did not count to the end, by provenance.",
);

/// All of them, for descriptions and documentation.
pub const ALL: &[Metric] = &[
    // registry: sorted
    ATTEMPTS,
    CALLS,
    CALL_SECONDS,
    FIRST_BYTE_SECONDS,
    SPEND,
    TOKENS,
    UNPRICED,
    USAGE_NOT_FINAL,
    // registry: end
];

const fn counter(name: &'static str, help: &'static str) -> Metric {
    Metric { name, kind: Kind::Counter, help }
}

const fn histogram(name: &'static str, help: &'static str) -> Metric {
    Metric { name, kind: Kind::Histogram, help }
}
