//! The names of fields that the envelope knows.

use crate::Dialect;

/// The fields that are read in a dialect.
pub(super) fn of(dialect: Dialect) -> &'static [&'static str] {
    match dialect {
        Dialect::OpenAiChat => OPENAI_FIELDS,
        Dialect::OpenAiCompletions => COMPLETIONS_FIELDS,
        Dialect::OpenAiResponses => RESPONSES_FIELDS,
        Dialect::Anthropic => ANTHROPIC_FIELDS,
        Dialect::Bedrock => BEDROCK_FIELDS,
        Dialect::BedrockInvoke => INVOKE_FIELDS,
        Dialect::Gemini => GEMINI_FIELDS,
        Dialect::Cohere => COHERE_FIELDS,
        Dialect::CohereV1 => COHERE_V1_FIELDS,
    }
}

/// `messages` is only looked at for its type. In each of OpenAI's APIs llama.cpp goes by `n_predict` and `n_cmpl` where `max_tokens` and `n` stand beside them.
const OPENAI_FIELDS: &[&str] = &[
    "model",
    "messages",
    "stream",
    "stream_options",
    "max_tokens",
    "max_completion_tokens",
    "n",
    "service_tier",
    "speed",
    "inference_geo",
    "web_search_options",
    "plugins",
    "search_parameters",
    "modalities",
    "moderation",
    "guardrailConfig",
    "n_predict",
    "n_cmpl",
    "user",
    "metadata",
    "safety_identifier",
];

/// The ceiling is of one answer: several prompts, and answers made to choose from, are as many more.
const COMPLETIONS_FIELDS: &[&str] = &[
    "model",
    "prompt",
    "prompt_embeds",
    "stream",
    "stream_options",
    "max_tokens",
    "n",
    "best_of",
    "service_tier",
    "n_predict",
    "n_cmpl",
    "user",
    "metadata",
    "safety_identifier",
];

const RESPONSES_FIELDS: &[&str] = &[
    "model",
    "input",
    "stream",
    "max_output_tokens",
    "service_tier",
    "moderation",
    "background",
    "conversation",
    "previous_response_id",
    "prompt",
    "n_predict",
    "n_cmpl",
    "user",
    "metadata",
    "safety_identifier",
];

const ANTHROPIC_FIELDS: &[&str] = &[
    "model",
    "messages",
    "stream",
    "max_tokens",
    "thinking",
    "service_tier",
    "speed",
    "inference_geo",
    "web_search_options",
    "guardrailConfig",
    "metadata",
];

const BEDROCK_FIELDS: &[&str] = &[
    "messages",
    "inferenceConfig",
    "additionalModelRequestFields",
    "serviceTier",
    "performanceConfig",
    "promptVariables",
    "guardrailConfig",
];

/// Of bodies for Claude; others are not read.
const INVOKE_FIELDS: &[&str] = &[
    "anthropic_version",
    "anthropic_beta",
    "messages",
    "max_tokens",
    "thinking",
    "service_tier",
    "speed",
    "inference_geo",
    "metadata",
];

/// The budget for thinking is a part of `max_tokens`.
const COHERE_FIELDS: &[&str] = &["model", "messages", "stream", "max_tokens", "thinking"];

const COHERE_V1_FIELDS: &[&str] = &["model", "message", "stream", "max_tokens", "connectors"];

/// Google takes each of these in two spellings.
const GEMINI_FIELDS: &[&str] = &[
    "model",
    "contents",
    "generationConfig",
    "generation_config",
    "serviceTier",
    "service_tier",
    "cachedContent",
    "cached_content",
    "continuationToken",
    "continuation_token",
];

/// Whether two names are spellings of one field.
pub(super) fn are_one(one: &str, other: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = u8> + '_ {
        name.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase())
    }
    letters(one).eq(letters(other))
}

/// A client never chooses where a call goes or with whose credential, nor, at a provider that routes by itself, which model
/// answers instead.
pub(super) const RESERVED: &[&str] = &[
    "api_key",
    "api_base",
    "base_url",
    "aws_access_key_id",
    "aws_bedrock_runtime_endpoint",
    "aws_profile_name",
    "aws_region_name",
    "aws_role_name",
    "aws_secret_access_key",
    "aws_session_token",
    "aws_web_identity_token",
    "user_config",
    "model_list",
    "extra_headers",
    "models",
    "route",
    "provider",
];

/// More answers to one request than any provider gives.
pub(in crate::envelope) const MOST_ANSWERS: u64 = 128;

/// LiteLLM's request fields that speak to the gateway in every dialect, and are not sent on.
pub(super) const OURS: &[&str] = &["tags"];

/// Others that have no effect yet. Sent on, they would break the call at the provider.
pub(super) const NOT_YET: &[&str] = &[
    "cache",
    "drop_params",
    "fallbacks",
    "guardrails",
    "litellm_metadata",
    "mock_response",
    "num_retries",
    "policies",
    "timeout",
];

/// Values of `service_tier` that cost what the price says, or less.
pub(super) const ORDINARY_TIERS: &[&str] = &["auto", "default", "flex", "on_demand", "standard_only"];
