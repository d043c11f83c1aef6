//! What is said beside the messages.

use super::super::Row;

/// `additionalModelRequestFields`.
macro_rules! extra {
    ($fields:literal) => {
        concat!(r#"{"additionalModelRequestFields":{"#, $fields, "}}")
    };
}

const THINKING: &str = extra!(r#""thinking":{"type":"enabled","budget_tokens":2048}"#);
const SCHEMA: &str = r#"{"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"type\":\"object\",\"properties\":{\"marke\":{\"type\":\"string\"}},\"required\":[\"marke\"],\"additionalProperties\":false}"}}}}}"#;

pub(super) const ROWS: &[Row] = &[
    Row::new("`system` `text`", r#"{"system":[{"text":"kurz"}]}"#, "kurz"),
    Row::new("`system` `cachePoint`", r#"{"system":[{"text":"kurz"},{"cachePoint":{"type":"default"}}]}"#, "").without(r#"{"system":[{"text":"kurz"}]}"#),
    Row::new("`system` `guardContent`", r#"{"system":[{"guardContent":{"text":{"text":"kurz"}}}]}"#, "kurz"),
    Row::new("`inferenceConfig.maxTokens`", r#"{"inferenceConfig":{"maxTokens":77}}"#, "77"),
    Row::new("`inferenceConfig.temperature`", r#"{"inferenceConfig":{"temperature":0.375}}"#, "0.375"),
    Row::new("`inferenceConfig.topP`", r#"{"inferenceConfig":{"topP":0.375}}"#, "0.375"),
    Row::new("`inferenceConfig.stopSequences`", r#"{"inferenceConfig":{"stopSequences":["ENDE"]}}"#, "ENDE"),
    Row::new("`outputConfig.effort` `low`", r#"{"outputConfig":{"effort":"low"}}"#, ""),
    Row::new("`outputConfig.effort` `high`", r#"{"outputConfig":{"effort":"high"}}"#, "")
        .needless("Cohere's models think as long as they like unless they are given a budget, which a high effort is not"),
    Row::new("`outputConfig.textFormat`", SCHEMA, "marke"),
    Row::new(
        "its `description`",
        r#"{"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"type\":\"object\",\"properties\":{\"marke\":{\"type\":\"string\"}},\"required\":[\"marke\"],\"additionalProperties\":false}","description":"wo es ist"}}}}}"#,
        "wo es ist",
    )
    .without(SCHEMA),
    Row::new(
        "its `name`",
        r#"{"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"type\":\"object\",\"properties\":{\"marke\":{\"type\":\"string\"}},\"required\":[\"marke\"],\"additionalProperties\":false}","name":"ort"}}}}}"#,
        "ort",
    )
    .without(SCHEMA)
    .needless("a formality of OpenAI's and Bedrock's: it says nothing to the model"),
    Row::new("`guardrailConfig`", r#"{"guardrailConfig":{"guardrailIdentifier":"waechter","guardrailVersion":"1"}}"#, "waechter"),
    Row::new("`requestMetadata`", r#"{"requestMetadata":{"team":"blau"}}"#, "blau"),
    Row::new("`serviceTier` `flex`", r#"{"serviceTier":{"type":"flex"}}"#, ""),
    Row::new("`serviceTier` `priority`", r#"{"serviceTier":{"type":"priority"}}"#, ""),
    Row::new("`serviceTier` `reserved`", r#"{"serviceTier":{"type":"reserved"}}"#, ""),
    Row::new("`performanceConfig` `optimized`", r#"{"performanceConfig":{"latency":"optimized"}}"#, ""),
    Row::new("`performanceConfig` `standard`", r#"{"performanceConfig":{"latency":"standard"}}"#, "").needless("the latency that everything has"),
    Row::new("`promptVariables`", r#"{"promptVariables":{"ort":{"text":"Ulm"}}}"#, "Ulm"),
    Row::new("`additionalModelResponseFieldPaths`", r#"{"additionalModelResponseFieldPaths":["/marke"]}"#, "marke"),
    Row::new("the same, of the stop sequence only", r#"{"additionalModelResponseFieldPaths":["/stop_sequence"]}"#, "")
        .needless("nothing else is generated for it, and answers tell the stop sequence anyway"),
    Row::new("`additionalModelRequestFields.thinking`", THINKING, ""),
    Row::new("the same as `reasoning_config`", extra!(r#""reasoning_config":{"type":"enabled","budget_tokens":2048}"#), ""),
    Row::new("`thinking` `adaptive` there", extra!(r#""thinking":{"type":"adaptive"}"#), ""),
    Row::new("`thinking` `disabled` there", extra!(r#""thinking":{"type":"disabled"}"#), ""),
    Row::new("`thinking.display` `omitted` there", extra!(r#""thinking":{"type":"enabled","budget_tokens":2048,"display":"omitted"}"#), "")
        .without(THINKING)
        .needless("servers of OpenAI's chat and Cohere have no switch for it: what they show may be left unread"),
    Row::new("`top_k` there, also `topK` and `inferenceConfig.topK`", extra!(r#""inferenceConfig":{"topK":37}"#), "37"),
    Row::new("`output_config.effort` there", extra!(r#""output_config":{"effort":"low"}"#), ""),
    Row::new("`reasoning_effort` there", extra!(r#""reasoning_effort":"low""#), ""),
    Row::new(
        "`output_config.format` there",
        extra!(r#""output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"marke":{"type":"string"}}}}}"#),
        "marke",
    ),
    Row::new("`anthropic_beta` there", extra!(r#""anthropic_beta":["context-1m-2025-08-07"]"#), "context-1m"),
    Row::new("any other field there", extra!(r#""unknown_field":1"#), "unknown_field"),
    Row::new("a field that nobody knows", r#"{"unknown_field":1}"#, "unknown_field"),
];
