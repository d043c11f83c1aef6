//! Keys of `litellm_settings`.

use super::Table;

/// `litellm_settings`, by area: parameters, callbacks, metrics, budgets, keys and users, cache, network, streams, files.
pub const LITELLM_SETTINGS: Table = Table {
    section: "litellm_settings",
    supported: "
        drop_params additional_drop_params modify_params request_timeout num_retries budget_exceeded_status_code
        block_requests_for_models_without_pricing validate_end_user_id_in_db timezone budget_reset_time
        max_budget budget_duration max_end_user_budget max_end_user_budget_id
        max_internal_user_budget internal_user_budget_duration tag_budget_config
        priority_reservation priority_reservation_settings budget_exceeded_throttle_percentage
        cost_discount_config cost_margin_config
    ",
    planned: "
        enable_json_schema_validation add_function_to_prompt
        disable_stop_sequence_limit use_chat_completions_url_for_anthropic_messages
        route_all_chat_openai_to_responses enable_anthropic_prompt_caching anthropic_prompt_caching_ttl
        reasoning_auto_summary reasoning_effort_rounding model_alias_map custom_provider_map default_fallbacks
        fallbacks context_window_fallbacks content_policy_fallbacks num_retries_per_request allowed_fails
        max_fallbacks mcp_aliases guardrails telemetry

        callbacks success_callback failure_callback service_callback input_callback audit_log_callbacks
        callback_settings turn_off_message_logging redact_user_api_key_info redact_messages_in_exceptions
        standard_logging_payload_excluded_fields log_raw_request_response disable_streaming_logging
        global_disable_no_log_param allow_dynamic_callback_disabling langfuse_default_tags json_logs set_verbose
        request_correlation_in_logs store_audit_logs cold_storage_custom_logger s3_callback_params
        datadog_params datadog_llm_observability_params newrelic_params aws_sqs_callback_params
        generic_logger_headers otel_tenant_destination_mode

        prometheus_metrics_config prometheus_exclude_metrics prometheus_exclude_labels
        prometheus_latency_buckets prometheus_initialize_budget_metrics prometheus_emit_stream_label
        prometheus_emit_rate_limit_labels prometheus_emit_input_sequence_length_label
        custom_prometheus_metadata_labels custom_prometheus_tags prometheus_end_user_metrics_*
        prometheus_metrics_max_series_per_metric enable_end_user_cost_tracking_prometheus_only
        require_auth_for_metrics_endpoint

        budget_rollover
        default_soft_budget
        max_user_budget max_ui_session_budget
        disable_end_user_cost_tracking
        extra_spend_tag_headers disable_add_user_agent_to_request_tags

        default_key_generate_params upperbound_key_generate_params key_generation_settings
        default_internal_user_params default_team_params default_team_settings key_alias_pattern
        personal_key_model_access_from_teams public_model_groups model_group_settings
        add_user_information_to_llm_headers overwrite_user_with_key_hash bedrock_request_metadata_fields
        forward_traceparent_to_llm_provider

        cache cache_params enable_caching_on_provider_specific_optional_params default_redis_ttl
        default_in_memory_ttl force_redis_hash_tag_grouping

        ssl_verify ssl_certificate ssl_security_level ssl_ecdh_curve force_ipv4 http2 use_aiohttp_transport
        aiohttp_trust_env network_mock user_url_validation user_url_allowed_hosts filter_invalid_headers

        include_cost_in_streaming_usage sse_keepalive_ping_interval_seconds
        anthropic_sse_ping_interval_seconds expose_router_debug_in_errors

        require_managed_files enable_loadbalancing_on_batch_endpoints vector_store_search_failure_mode
    ",
    prices: false,
};
