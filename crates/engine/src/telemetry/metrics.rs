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
    Gauge,
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
    ALERTS = Counter("turnpike_alerts_total", "Tries to tell people what budgets have reached, by channel and outcome.");
    ATTEMPTS = Counter("turnpike_attempts_total", "Attempts at deployments, by provider and how they ended.");
    BUDGET_ASKS = Counter("turnpike_budget_asks_total", "Times that more was asked of budgets in the database, by outcome.");
    BUDGET_MAX = Gauge("turnpike_budget_max_usd", "What may be spent in the window, by whose budget it is.");
    BUDGET_REFUSALS = Counter("turnpike_budget_refusals_total", "Calls that a budget refused, by whose it was.");
    BUDGET_REMAINING = Gauge("turnpike_budget_remaining_usd", "What is left of it, by whose budget it is.");
    CALLS = Counter("turnpike_calls_total", "Calls that ended, by client dialect and outcome.");
    CALL_SECONDS = Histogram("turnpike_call_seconds", "From a call's arrival to its end, by client dialect.");
    CUSTOMER_HOURS = Gauge("litellm_customer_budget_remaining_hours_metric", "Hours until the window of a budget ends, by customer.");
    CUSTOMER_MAX = Gauge("litellm_customer_max_budget_metric", "What may be spent in the window, in dollars, by customer.");
    CUSTOMER_REMAINING = Gauge("litellm_remaining_customer_budget_metric", "What is left of it, in dollars, by customer.");
    FIRST_BYTE_SECONDS =
        Histogram("turnpike_first_byte_seconds", "From dispatch to the head of the provider's answer, by provider.");
    INSTANCES_GIVEN_UP = Counter("turnpike_instances_given_up_total", "Instances that this one gave up, as they showed no sign of life.");
    KEY_HOURS = Gauge("litellm_api_key_budget_remaining_hours_metric", "Hours until the window of a budget ends, by key.");
    KEY_MAX = Gauge("litellm_api_key_max_budget_metric", "What may be spent in the window, in dollars, by key.");
    KEY_REMAINING = Gauge("litellm_remaining_api_key_budget_metric", "What is left of it, in dollars, by key.");
    LOG_LINES_DROPPED =
        Counter("turnpike_log_lines_dropped_total", "Log lines that were dropped because standard error was not read.");
    ORGANIZATION_HOURS = Gauge("litellm_org_budget_remaining_hours_metric", "Hours until the window of a budget ends, by organization.");
    ORGANIZATION_MAX = Gauge("litellm_org_max_budget_metric", "What may be spent in the window, in dollars, by organization.");
    ORGANIZATION_REMAINING = Gauge("litellm_remaining_org_budget_metric", "What is left of it, in dollars, by organization.");
    REFUSED_AT_THE_EDGE =
        Counter("turnpike_edge_refused_total", "Connections and requests refused before anybody looked at them, by reason.");
    SPEND = Counter("turnpike_spend_nanodollars_total", "Cost of attempts in nano-dollars, by provider.");
    TEAM_HOURS = Gauge("litellm_team_budget_remaining_hours_metric", "Hours until the window of a budget ends, by team.");
    TEAM_MAX = Gauge("litellm_team_max_budget_metric", "What may be spent in the window, in dollars, by team.");
    TEAM_REMAINING = Gauge("litellm_remaining_team_budget_metric", "What is left of it, in dollars, by team.");
    TOKENS = Counter("turnpike_tokens_total", "Tokens charged, by provider and class.");
    UNPRICED = Counter("turnpike_unpriced_attempts_total", "Attempts at models without a price, by provider.");
    USAGE_NOT_FINAL = Counter(
        "turnpike_usage_not_final_total",
        "Attempts whose tokens the provider did not count to the end, by provenance."
    );
    USER_HOURS = Gauge("litellm_user_budget_remaining_hours_metric", "Hours until the window of a budget ends, by user.");
    USER_MAX = Gauge("litellm_user_max_budget_metric", "What may be spent in the window, in dollars, by user.");
    USER_REMAINING = Gauge("litellm_remaining_user_budget_metric", "What is left of it, in dollars, by user.");
    // registry: end
}
