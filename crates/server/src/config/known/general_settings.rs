//! Keys of `general_settings`.

use super::Table;

/// `general_settings`, by area: core, database, authentication, login, limits, logs, health, forwarding, MCP and agents.
pub const GENERAL_SETTINGS: Table = Table {
    section: "general_settings",
    supported: "
        master_key database_url database_connection_pool_limit max_request_size_mb allowed_ips use_x_forwarded_for
        enforce_user_param enforced_params service_account_settings user_header_name key_management_system
        key_management_settings apply_user_budget_to_team_keys max_parallel_requests global_max_parallel_requests
        token_rate_limit_type fail_closed_rate_limit_enforcement reject_clientside_metadata_tags
        alerting alert_types alert_to_webhook_url
    ",
    planned: "
        store_model_in_db supported_db_objects proxy_config_reload_interval_seconds completion_model
        infer_model_from_keys encryption_algorithm dangerously_permit_weak_or_unset_master_key
        disable_master_key_return plugins control_plane_url

        database_connection_timeout database_connection_pool_timeout
        database_connect_timeout database_socket_timeout database_max_idle_connection_lifetime
        database_extra_connection_params database_disable_prepared_statements disable_prisma_schema_update
        allow_requests_on_db_unavailable use_redis_transaction_buffer coordination_redis proxy_batch_write_at
        scheduled_job_stagger

        custom_auth custom_auth_run_common_checks enable_jwt_auth litellm_jwtauth enable_oauth2_auth
        enable_oauth2_proxy_auth oauth2_config_mappings trusted_proxy_ranges litellm_key_header_name
        allowed_routes admin_only_routes public_routes role_permissions enforce_rbac
        user_header_mappings
        allow_client_side_credentials user_api_key_cache_ttl user_api_key_cache_max_size custom_key_generate
        custom_key_update custom_key_policy custom_sso custom_ui_sso_sign_in_handler disable_custom_api_keys
        default_team_disabled self_serve_budget_policy disable_key_generate_for_org_admin
        team_metadata_schema

        ui_access_mode disable_password_login_when_sso_enabled disable_env_credential_login
        auto_redirect_ui_login_to_sso password_policy_min_length password_policy_require_uppercase
        password_policy_require_lowercase password_policy_require_numbers
        password_policy_require_special_characters password_policy_check_breached_passwords
        max_failed_login_attempts_per_source* failed_login_window_seconds failed_login_block_seconds
        allow_cli_sso_verification_uri_complete

        max_in_flight_requests_per_worker
        max_queued_requests_per_worker admission_queue_timeout_seconds max_response_size_mb max_file_size_mb
        allowed_file_extensions blocked_file_extensions max_batch_file_size_mb max_batch_file_records
        max_batch_file_uploads_per_day max_file_downloads_per_minute
        fail_closed_budget_enforcement disable_budget_reservation
        disable_reset_budget disable_retry_on_max_parallel_request_limit_error
        disable_batch_input_file_rate_limiting disable_fallbacks_on_per_model_rate_limits
        enforce_fallback_model_access cancel_on_disconnect request_tag_mappings

        store_prompts_in_spend_logs disable_spend_logs disable_error_logs disable_spend_updates
        disable_requester_ip_address_logging spend_logs_metadata_fields maximum_spend_logs_retention_period
        maximum_spend_logs_retention_interval maximum_spend_logs_cleanup_cron maximum_spend_logs_size
        maximum_spend_logs_cleanup_target_size maximum_spend_logs_size_check_interval
        maximum_spend_logs_cleanup_batch_size maximum_spend_logs_cleanup_max_batches
        maximum_spend_logs_cleanup_run_budget maximum_spend_logs_cleanup_batch_timeout
        use_spend_logs_partitioning maximum_daily_tag_spend_retention_period
        maximum_health_check_retention_period missing_session_id accounting_capture accounting_sync_ack*
        spend_capture_rate_check include_call_id_in_error_body expose_fallback_errors_to_caller

        background_health_checks health_check_interval health_check_concurrency health_check_details
        use_shared_health_check model_list_healthy_only return_wildcard_routes
        allow_public_health_readiness_details enable_drain_endpoint drain_endpoint_token
        alerting_args alerting_threshold spend_report_frequency

        forward_client_headers_to_llm_api forward_llm_provider_auth_headers forward_openai_org_id
        pass_through_endpoints pass_through_request_timeout enable_openai_websocket_passthrough
        transcribe_media_buckets always_include_stream_usage responses_websocket_session_limit_seconds
        disable_responses_id_security provider_url_destination_allowed_hosts

        mcp_internal_ip_ranges mcp_trusted_proxy_ranges mcp_xff_num_trusted_hops mcp_required_fields
        mcp_allowed_clients mcp_client_id_header mcp_require_explicit_server_scope mcp_advertised_versions
        mcp_disabled_capabilities user_mcp_management_mode enable_mcp_registry require_key_mcp_access_defined
        agent_access_default_deny vector_store_deny_by_default search_tool_deny_by_default
        enable_claude_code_gateway claude_code_gateway_managed_settings
    ",
    prices: false,
};

/// `general_settings.service_account_settings`.
pub const SERVICE_ACCOUNT_SETTINGS: Table = Table {
    section: "general_settings.service_account_settings",
    supported: "enforced_params",
    planned: "",
    prices: false,
};

/// `general_settings.key_management_settings`. What is planned here is about virtual keys that LiteLLM writes there.
pub const KEY_MANAGEMENT: Table = Table {
    section: "general_settings.key_management_settings",
    supported: "
        hosted_keys primary_secret_name access_mode store_virtual_keys
        aws_access_key_id aws_secret_access_key aws_session_token aws_region_name aws_profile_name aws_role_name
        aws_session_name aws_external_id aws_web_identity_token aws_sts_endpoint
    ",
    planned: "prefix_for_stored_virtual_keys description kms_key_id tags custom_secret_manager",
    prices: false,
};

/// What `key_management_system` may be at LiteLLM.
pub const KEY_MANAGEMENT_SYSTEMS: &str = "
    aws_secret_manager local aws_kms google_kms azure_key_vault google_secret_manager hashicorp_vault cyberark custom
";

/// What may stand in `alerting` at LiteLLM and is not supported.
pub const OTHER_ALERTING: &str = "ms_teams";

/// What LiteLLM tells people of, besides budgets.
pub const OTHER_ALERTS: &str = "
    llm_exceptions llm_too_slow llm_requests_hanging spend_reports failed_tracking_spend user_spend_thresholds
    user_spend_anomalies db_exceptions daily_reports cooldown_deployment new_model_added model_deprecation_warnings
    outage_alerts region_outage_alerts fallback_reports
";
