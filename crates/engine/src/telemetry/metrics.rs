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

/// Makes a constant of each line and `ALL` of them together, so that none can be forgotten.
macro_rules! catalogue {
    ($($name:ident = $kind:ident($called:literal, $help:literal);)*) => {
        $(pub const $name: Metric = Metric { name: $called, kind: Kind::$kind, help: $help };)*

        /// All of them, for descriptions and documentation.
        pub const ALL: &[Metric] = &[$($name),*];
    };
}

catalogue! {
    // registry: sorted
    ATTEMPTS = Counter("turnpike_attempts_total", "Attempts at deployments, by provider and how they ended.");
    CALLS = Counter("turnpike_calls_total", "Calls that ended, by client dialect and outcome.");
    CALL_SECONDS = Histogram("turnpike_call_seconds", "From a call's arrival to its end, by client dialect.");
    FIRST_BYTE_SECONDS =
        Histogram("turnpike_first_byte_seconds", "From dispatch to the head of the provider's answer, by provider.");
    LOG_LINES_DROPPED =
        Counter("turnpike_log_lines_dropped_total", "Log lines that were dropped because standard error was not read.");
    REFUSED_AT_THE_EDGE =
        Counter("turnpike_edge_refused_total", "Connections and requests refused before anybody looked at them, by reason.");
    SPEND = Counter("turnpike_spend_nanodollars_total", "Cost of attempts in nano-dollars, by provider.");
    TOKENS = Counter("turnpike_tokens_total", "Tokens charged, by provider and class.");
    UNPRICED = Counter("turnpike_unpriced_attempts_total", "Attempts at models without a price, by provider.");
    USAGE_NOT_FINAL = Counter(
        "turnpike_usage_not_final_total",
        "Attempts whose tokens the provider did not count to the end, by provenance."
    );
    // registry: end
}
