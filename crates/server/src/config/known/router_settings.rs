//! Keys of `router_settings`.

use super::Table;

/// `router_settings`.
pub const ROUTER_SETTINGS: Table = Table {
    section: "router_settings",
    supported: "routing_strategy num_retries timeout stream_timeout model_group_alias provider_budget_config",
    planned: "
        routing_strategy_args routing_groups max_fallbacks max_retries retry_after
        allowed_fails cooldown_time disable_cooldowns allowed_fails_policy retry_policy model_group_retry_policy
        fallbacks context_window_fallbacks content_policy_fallbacks default_fallbacks weights

        default_litellm_params default_max_parallel_requests default_priority polling_interval client_ttl
        cache_responses cache_kwargs caching_groups redis_url redis_host redis_port redis_password redis_db
        set_verbose debug_level enable_pre_call_checks enable_tag_filtering tag_filtering_match_any
        tag_routing_prefix fallback_on_unsupported_params enable_weighted_failover
        enable_mid_stream_fallback_continuation ignore_invalid_deployments enable_health_check_routing
        health_check_staleness_threshold health_check_ignore_transient_errors
        background_health_check_model_groups deployment_affinity_ttl_seconds model_group_affinity_config
        session_affinity_repin_on_failover optional_pre_call_checks search_tools guardrail_list
        assistants_config plugins
    ",
    prices: false,
};

/// The values of `routing_strategy`; all but the first are not supported yet.
pub const ROUTING_STRATEGIES: &str = "
    simple-shuffle least-busy usage-based-routing usage-based-routing-v2 latency-based-routing
    cost-based-routing lar1 provider-budget-routing
";
