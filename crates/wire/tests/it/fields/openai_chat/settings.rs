//! What is said beside the messages.

use super::super::Row;

const SEARCH: &str = r#"{"web_search_options":{}}"#;
const SCHEMA: &str = r#"{"response_format":{"type":"json_schema","json_schema":{"name":"ort","schema":{"type":"object","properties":{"marke":{"type":"string"}},"required":["marke"],"additionalProperties":false},"strict":true}}}"#;

pub(super) const ROWS: &[Row] = &[
    Row::new("`max_completion_tokens`", r#"{"max_completion_tokens":77}"#, "77"),
    Row::new("`max_tokens`", r#"{"max_tokens":77}"#, "77"),
    Row::new("both, with different values", r#"{"max_tokens":77,"max_completion_tokens":78}"#, ""),
    Row::new("`temperature`", r#"{"temperature":0.375}"#, "0.375"),
    Row::new("`temperature` above 1", r#"{"temperature":1.375}"#, "1.375"),
    Row::new("`top_p`", r#"{"top_p":0.375}"#, "0.375"),
    Row::new("`top_k` (compatible servers)", r#"{"top_k":37}"#, "37"),
    Row::new("`frequency_penalty`", r#"{"frequency_penalty":0.375}"#, "0.375"),
    Row::new("`presence_penalty`", r#"{"presence_penalty":0.375}"#, "0.375"),
    Row::new("`seed`", r#"{"seed":3737}"#, "3737"),
    Row::new("`n`", r#"{"n":3}"#, "3"),
    Row::new("`stop`", r#"{"stop":["ENDE"]}"#, "ENDE"),
    Row::new("`logit_bias`", r#"{"logit_bias":{"37":5}}"#, "37"),
    Row::new("`logprobs`, `top_logprobs`", r#"{"logprobs":true,"top_logprobs":3}"#, ""),
    Row::new("`logprobs` alone", r#"{"logprobs":true}"#, ""),
    Row::new("`top_logprobs` alone", r#"{"top_logprobs":3}"#, ""),
    Row::new("`reasoning_effort` `high`", r#"{"reasoning_effort":"high"}"#, ""),
    Row::new("`reasoning_effort` `none`", r#"{"reasoning_effort":"none"}"#, ""),
    Row::new("`verbosity`", r#"{"verbosity":"low"}"#, "low"),
    Row::new("`verbosity` `medium`", r#"{"verbosity":"medium"}"#, "").needless("OpenAI's default: as much as without it"),
    Row::new("`response_format` `json_object`", r#"{"response_format":{"type":"json_object"}}"#, ""),
    Row::new("`response_format` `json_schema`", SCHEMA, "marke"),
    Row::new(
        "its `description`",
        r#"{"response_format":{"type":"json_schema","json_schema":{"name":"ort","description":"wo es ist","schema":{"type":"object","properties":{"marke":{"type":"string"}},"required":["marke"],"additionalProperties":false},"strict":true}}}"#,
        "wo es ist",
    )
    .without(SCHEMA),
    Row::new(
        "its `strict`",
        r#"{"response_format":{"type":"json_schema","json_schema":{"name":"ort","schema":{"type":"object"},"strict":true}}}"#,
        "",
    )
    .without(r#"{"response_format":{"type":"json_schema","json_schema":{"name":"ort","schema":{"type":"object"}}}}"#)
    .needless("the others always hold the model to a schema"),
    Row::new("`stream`", r#"{"stream":true}"#, "")
        .needless("whether an answer is streamed stands in the URL of Bedrock and Gemini"),
    Row::new("`stream_options.include_usage`", r#"{"stream":true,"stream_options":{"include_usage":true}}"#, "")
        .without(r#"{"stream":true}"#)
        .needless("it is for the client's side of the gateway, which always knows the usage"),
    Row::new("`stream_options.include_obfuscation`", r#"{"stream":true,"stream_options":{"include_obfuscation":true}}"#, "")
        .without(r#"{"stream":true}"#)
        .needless("padding of OpenAI's own chunks; what is translated is written here, without any"),
    Row::new("`user`", r#"{"user":"kennung"}"#, "kennung"),
    Row::new("`safety_identifier`", r#"{"safety_identifier":"kennung"}"#, "kennung"),
    Row::new("`safety_identifier` beside another `user`", r#"{"user":"ina","safety_identifier":"kennung"}"#, "kennung")
        .without(r#"{"user":"ina"}"#),
    Row::new("`prompt_cache_key`", r#"{"prompt_cache_key":"schluessel"}"#, "schluessel"),
    Row::new("`prompt_cache_options`", r#"{"prompt_cache_options":{"mode":"explicit"}}"#, "explicit"),
    Row::new("`prompt_cache_retention`", r#"{"prompt_cache_retention":"24h"}"#, "24h"),
    Row::new("`metadata`", r#"{"metadata":{"team":"blau"}}"#, "blau"),
    Row::new("`metadata` that is no text (LiteLLM)", r#"{"metadata":{"tags":["blau"]}}"#, "blau"),
    Row::new("`moderation`", r#"{"moderation":{"model":"omni","policy":"streng"}}"#, "streng"),
    Row::new("`store` true", r#"{"store":true}"#, ""),
    Row::new("`store` false", r#"{"store":false}"#, "").needless("no other provider keeps answers unless it is told to"),
    Row::new("`service_tier` `auto`", r#"{"service_tier":"auto"}"#, "")
        .needless("it leaves the tier to the provider, as saying nothing does"),
    Row::new("`service_tier` `default`", r#"{"service_tier":"default"}"#, "").needless("Cohere has no other tier"),
    Row::new("`service_tier` `flex`", r#"{"service_tier":"flex"}"#, ""),
    Row::new("`service_tier` `priority`", r#"{"service_tier":"priority"}"#, ""),
    Row::new("`service_tier` `scale`", r#"{"service_tier":"scale"}"#, ""),
    Row::new("`web_search_options`", SEARCH, ""),
    Row::new(
        "its `user_location`",
        r#"{"web_search_options":{"user_location":{"type":"approximate","approximate":{"city":"Ulm"}}}}"#,
        "Ulm",
    )
    .without(SEARCH),
    Row::new("its `search_context_size`", r#"{"web_search_options":{"search_context_size":"high"}}"#, "high").without(SEARCH),
    Row::new("its `search_context_size` `medium`", r#"{"web_search_options":{"search_context_size":"medium"}}"#, "")
        .without(SEARCH)
        .needless("OpenAI's default: as much as without it"),
    Row::new(
        "`modalities` with audio, `audio`",
        r#"{"modalities":["text","audio"],"audio":{"voice":"alloy","format":"wav"}}"#,
        "alloy",
    ),
    Row::new("`modalities` of text alone, `logit_bias` of nothing", r#"{"modalities":["text"],"logit_bias":{}}"#, "")
        .needless("they ask for nothing"),
    Row::new("`prediction`", r#"{"prediction":{"type":"content","content":"vorab"}}"#, "vorab"),
    Row::new(
        "`guardrailConfig` (LiteLLM's)",
        r#"{"guardrailConfig":{"guardrailIdentifier":"waechter","guardrailVersion":"1"}}"#,
        "waechter",
    ),
    Row::new("a field that nobody knows", r#"{"unknown_field":1}"#, "unknown_field"),
];
