//! What is said beside the messages.

use super::super::Row;

const THINKING: &str = r#"{"thinking":{"type":"enabled","budget_tokens":2048}}"#;

pub(super) const ROWS: &[Row] = &[
    Row::new("`max_tokens`", r#"{"max_tokens":77}"#, "77"),
    Row::new("`system`", r#"{"system":"kurz"}"#, "kurz"),
    Row::new(
        "`system` in blocks",
        r#"{"system":[{"type":"text","text":"kurz"},{"type":"text","text":"knapp"}]}"#,
        "knapp",
    ),
    Row::new(
        "`cache_control` in `system`",
        r#"{"system":[{"type":"text","text":"kurz","cache_control":{"type":"ephemeral"}}]}"#,
        "",
    )
    .without(r#"{"system":"kurz"}"#),
    Row::new("`temperature`", r#"{"temperature":0.375}"#, "0.375"),
    Row::new("`top_p`", r#"{"top_p":0.375}"#, "0.375"),
    Row::new("`top_k`", r#"{"top_k":37}"#, "37"),
    Row::new("`stop_sequences`", r#"{"stop_sequences":["ENDE"]}"#, "ENDE"),
    Row::new("`stream`", r#"{"stream":true}"#, "")
        .needless("whether an answer is streamed stands in the URL of Bedrock and Gemini"),
    Row::new("`thinking` `enabled`, `budget_tokens`", THINKING, ""),
    Row::new("`thinking` `adaptive`", r#"{"thinking":{"type":"adaptive"}}"#, ""),
    Row::new(
        "`thinking` `adaptive` with an effort",
        r#"{"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}}"#,
        "",
    ),
    Row::new("`thinking` `disabled`", r#"{"thinking":{"type":"disabled"}}"#, ""),
    Row::new("`thinking` `between_tools`", r#"{"thinking":{"type":"between_tools"}}"#, ""),
    Row::new(
        "`thinking.display` `omitted`",
        r#"{"thinking":{"type":"enabled","budget_tokens":2048,"display":"omitted"}}"#,
        "",
    )
    .without(THINKING)
    .needless("servers of OpenAI's chat and Cohere have no switch for it: what they show may be left unread"),
    Row::new(
        "`thinking.display` `summarized`",
        r#"{"thinking":{"type":"enabled","budget_tokens":2048,"display":"summarized"}}"#,
        "",
    )
    .without(THINKING)
    .needless("with a budget, Responses and Gemini are asked to show the thinking anyway, and Cohere always shows it"),
    Row::new("`output_config.effort` `low`", r#"{"output_config":{"effort":"low"}}"#, ""),
    Row::new("`output_config.effort` `high`", r#"{"output_config":{"effort":"high"}}"#, "").needless(
        "Cohere's models think as long as they like unless they are given a budget, which a high effort is not",
    ),
    Row::new(
        "`output_config.format` `json_schema`",
        r#"{"output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"marke":{"type":"string"}},"required":["marke"],"additionalProperties":false}}}}"#,
        "marke",
    ),
    Row::new("`metadata.user_id`", r#"{"metadata":{"user_id":"kennung"}}"#, "kennung"),
    Row::new(
        "`metadata.user_id` of Claude Code",
        r#"{"metadata":{"user_id":"{\"device_id\":\"ab12\",\"session_id\":\"cd34\"}"}}"#,
        "device_id",
    ),
    Row::new("`service_tier` `auto`", r#"{"service_tier":"auto"}"#, "")
        .needless("it leaves the tier to the provider, as saying nothing does"),
    Row::new("`service_tier` `standard_only`", r#"{"service_tier":"standard_only"}"#, "")
        .needless("Cohere has no other tier"),
    Row::new("`speed` `fast`", r#"{"speed":"fast"}"#, ""),
    Row::new("`speed` `standard`", r#"{"speed":"standard"}"#, "").needless("the speed that everything has"),
    Row::new("`cache_control` at the top", r#"{"cache_control":{"type":"ephemeral"}}"#, ""),
    Row::new("`container`", r#"{"container":"container_37"}"#, ""),
    Row::new("`inference_geo`", r#"{"inference_geo":"eu"}"#, ""),
    Row::new("`diagnostics`", r#"{"diagnostics":{"previous_message_id":"msg_37"}}"#, ""),
    Row::new("`user_profile_id`", r#"{"user_profile_id":"up_37"}"#, ""),
    Row::new("`workspace_id`", r#"{"workspace_id":"wrkspc_37"}"#, ""),
    Row::new("`thread` (its SDK's `tool_runner`)", r#"{"thread":{"type":"create"}}"#, ""),
    Row::new("`context_management`", r#"{"context_management":{"edits":[{"type":"clear_thinking_20251015"}]}}"#, ""),
    Row::new("`mcp_servers`", r#"{"mcp_servers":[{"type":"url","url":"https://mcp.example","name":"s"}]}"#, ""),
    Row::new("`compaction`", r#"{"compaction":{"type":"auto"}}"#, ""),
    Row::new("`fallbacks`", r#"{"fallbacks":["claude-b"]}"#, ""),
    Row::new("`fallback_credit_token`", r#"{"fallback_credit_token":"t"}"#, ""),
    Row::new("`billing_policy`", r#"{"billing_policy":{"type":"t"}}"#, ""),
    Row::new("`output_format` (old)", r#"{"output_format":{"type":"json_schema","schema":{"type":"object"}}}"#, ""),
    Row::new("`betas`", r#"{"betas":["context-1m-2025-08-07"]}"#, ""),
    Row::new(
        "`guardrailConfig` (LiteLLM's)",
        r#"{"guardrailConfig":{"guardrailIdentifier":"waechter","guardrailVersion":"1"}}"#,
        "waechter",
    ),
    Row::new("a field that nobody knows", r#"{"unknown_field":1}"#, "unknown_field"),
];
