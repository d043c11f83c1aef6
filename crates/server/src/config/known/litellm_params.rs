//! Keys of `litellm_params`: how a deployment is reached, its limits, and the defaults of its requests.

use super::Table;

/// `model_list[].litellm_params`. Some of what is planned is read already: it must be well formed, and is at hand once it
/// has its effect.
pub const LITELLM_PARAMS: Table = Table {
    section: "litellm_params",
    supported: "
        model api_key api_base base_url custom_llm_provider organization extra_headers headers
        timeout stream_timeout weight rpm tpm itpm otpm rpd tpd max_parallel_requests default_api_key_tpm_limit
        default_api_key_rpm_limit max_budget budget_duration drop_params additional_drop_params use_chat_completions_api
        aws_access_key_id aws_secret_access_key aws_session_token aws_region_name aws_profile_name aws_role_name
        aws_session_name aws_external_id aws_web_identity_token aws_sts_endpoint aws_bedrock_runtime_endpoint model_id
    ",
    planned: "
        api_version max_retries num_retries order
        region_name litellm_credential_name extra_body default_headers ssl_verify use_litellm_proxy
        use_in_pass_through configurable_clientside_auth_params
        merge_reasoning_content_in_choices

        aws_session_tags aws_bedrock_control_plane_endpoint aws_bedrock_project_id aws_batch_role_arn bedrock_tags
        performanceConfig guardrailConfig serviceTier requestMetadata
        s3_bucket_name s3_output_bucket_name s3_endpoint_url s3_region_name s3_access_key_id
        s3_secret_access_key s3_encryption_key_id s3_bucket_owner

        azure_ad_token tenant_id client_id client_secret azure_scope azure_username azure_password
        vertex_project vertex_location vertex_credentials gcs_bucket_name
        anthropic_federation_* anthropic_identity_token* anthropic_issuer_* anthropic_keycloak_*
        openai_identity_provider_id openai_service_account_id token_exchange_*

        daily_reset_time tags tag_regex
        timeout_by_service_tier stream_timeout_by_service_tier cooldown_time
        keepalive_seconds allow_client_keepalive_override
        provider_affinity_header allowed_openai_params max_file_size_mb mock_response
        fallbacks cache_control_injection_points guardrails rust

        auto_router_config auto_router_config_path auto_router_default_model auto_router_embedding_model
        complexity_router_config adaptive_router_config quality_router_config

        messages stream stream_options
        dimensions encoding_format input_type voice size quality style language thinking top_k
    ",
    prices: true,
};

/// Parameters of an OpenAI chat request: written in `litellm_params`, they are defaults for requests that lack them. They
/// are read and not applied yet. Not among them: what the conversation is, and whether it is streamed, for these only the client can say.
pub const REQUEST_DEFAULTS: &str = "
    audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens metadata
    modalities moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options
    prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store
    temperature tool_choice tools top_logprobs top_p user verbosity web_search_options
";
