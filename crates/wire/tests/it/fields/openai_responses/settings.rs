//! What is said beside the input.

use super::super::Row;

const SEARCH: &str = r#"{"tools":[{"type":"web_search"}]}"#;

pub(super) const ROWS: &[Row] = &[
    Row::new("`instructions`", r#"{"instructions":"kurz"}"#, "kurz"),
    Row::new("`max_output_tokens`", r#"{"max_output_tokens":77}"#, "77"),
    Row::new("`temperature`", r#"{"temperature":0.375}"#, "0.375"),
    Row::new("`temperature` above 1", r#"{"temperature":1.375}"#, "1.375"),
    Row::new("`top_p`", r#"{"top_p":0.375}"#, "0.375"),
    Row::new("`reasoning.effort`", r#"{"reasoning":{"effort":"high"}}"#, ""),
    Row::new("`reasoning.effort` `none`", r#"{"reasoning":{"effort":"none"}}"#, ""),
    Row::new("`reasoning.effort` `max`", r#"{"reasoning":{"effort":"max"}}"#, ""),
    Row::new("`reasoning.summary` `auto`, beside an effort", r#"{"reasoning":{"effort":"high","summary":"auto"}}"#, "")
        .without(r#"{"reasoning":{"effort":"high"}}"#)
        .needless("providers of OpenAI's chat and of Cohere show what they think of their own accord, as `auto` lets them"),
    Row::new("`reasoning.summary` `auto` alone", r#"{"reasoning":{"summary":"auto"}}"#, "")
        .needless("it leaves to the provider how thinking is shown, and does not ask for any"),
    Row::new(
        "`reasoning.summary` `detailed`, beside an effort",
        r#"{"reasoning":{"effort":"high","summary":"detailed"}}"#,
        "",
    )
    .without(r#"{"reasoning":{"effort":"high"}}"#),
    Row::new(
        "`reasoning.generate_summary` (old)",
        r#"{"reasoning":{"effort":"high","generate_summary":"detailed"}}"#,
        "",
    )
    .without(r#"{"reasoning":{"effort":"high"}}"#),
    Row::new("`reasoning.context`", r#"{"reasoning":{"context":"current_turn"}}"#, ""),
    Row::new("`reasoning.mode`", r#"{"reasoning":{"mode":"pro"}}"#, ""),
    Row::new("`text.format` `json_object`", r#"{"text":{"format":{"type":"json_object"}}}"#, ""),
    Row::new(
        "`text.format` `json_schema`",
        r#"{"text":{"format":{"type":"json_schema","name":"ort","schema":{"type":"object","properties":{"marke":{"type":"string"}},"required":["marke"],"additionalProperties":false},"strict":true}}}"#,
        "marke",
    ),
    Row::new(
        "its `description`",
        r#"{"text":{"format":{"type":"json_schema","name":"ort","description":"wo es ist","schema":{"type":"object"}}}}"#,
        "wo es ist",
    )
    .without(r#"{"text":{"format":{"type":"json_schema","name":"ort","schema":{"type":"object"}}}}"#),
    Row::new("`text.verbosity`", r#"{"text":{"verbosity":"low"}}"#, "low"),
    Row::new("`stream`", r#"{"stream":true}"#, "")
        .needless("whether an answer is streamed stands in the URL of Bedrock and Gemini"),
    Row::new("`stream_options.include_obfuscation`", r#"{"stream":true,"stream_options":{"include_obfuscation":true}}"#, "")
        .without(r#"{"stream":true}"#)
        .needless("padding of OpenAI's own events; what is translated is written here, without any"),
    Row::new("`top_logprobs`", r#"{"top_logprobs":3}"#, ""),
    Row::new("`include` `message.output_text.logprobs`", r#"{"include":["message.output_text.logprobs"]}"#, ""),
    Row::new("`include` `reasoning.encrypted_content`", r#"{"include":["reasoning.encrypted_content"]}"#, "")
        .needless("reasoning always comes with what is needed to hand it back"),
    Row::new("`include` `web_search_call.action.sources`", r#"{"tools":[{"type":"web_search"}],"include":["web_search_call.action.sources"]}"#, "")
        .without(SEARCH),
    Row::new("`include` `file_search_call.results`", r#"{"include":["file_search_call.results"]}"#, ""),
    Row::new("`include` `code_interpreter_call.outputs`", r#"{"include":["code_interpreter_call.outputs"]}"#, ""),
    Row::new("`user`", r#"{"user":"kennung"}"#, "kennung"),
    Row::new("`safety_identifier`", r#"{"safety_identifier":"kennung"}"#, "kennung"),
    Row::new("`safety_identifier` beside another `user`", r#"{"user":"ina","safety_identifier":"kennung"}"#, "kennung")
        .without(r#"{"user":"ina"}"#),
    Row::new("`prompt_cache_key`", r#"{"prompt_cache_key":"schluessel"}"#, "schluessel"),
    Row::new("`prompt_cache_options`", r#"{"prompt_cache_options":{"mode":"explicit"}}"#, "explicit"),
    Row::new("`prompt_cache_retention`", r#"{"prompt_cache_retention":"24h"}"#, "24h"),
    Row::new("`metadata`", r#"{"metadata":{"team":"blau"}}"#, "blau"),
    Row::new("`moderation`", r#"{"moderation":{"model":"omni","policy":"streng"}}"#, "streng"),
    Row::new("`service_tier` `flex`", r#"{"service_tier":"flex"}"#, ""),
    Row::new("`service_tier` `priority`", r#"{"service_tier":"priority"}"#, ""),
    Row::new("`store` true", r#"{"store":true}"#, ""),
    Row::new("`store` false", r#"{"store":false}"#, "").needless("no other provider keeps answers unless it is told to"),
    Row::new("`truncation` `auto`", r#"{"truncation":"auto"}"#, ""),
    Row::new("`truncation` `disabled`", r#"{"truncation":"disabled"}"#, "")
        .needless("no other provider shortens the conversation"),
    Row::new("`context_management`", r#"{"context_management":[{"type":"compaction","compact_threshold":900}]}"#, ""),
    Row::new("`max_tool_calls`, beside a search", r#"{"tools":[{"type":"web_search"}],"max_tool_calls":7}"#, "7").without(SEARCH),
    Row::new("`max_tool_calls` without one", r#"{"max_tool_calls":7}"#, ""),
    Row::new("`background`", r#"{"background":true}"#, ""),
    Row::new("`background_options`", r#"{"background_options":{"marke":1}}"#, "marke"),
    Row::new("`previous_response_id`", r#"{"previous_response_id":"resp_37"}"#, ""),
    Row::new("`conversation`", r#"{"conversation":"conv_37"}"#, ""),
    Row::new("`prompt`", r#"{"prompt":{"id":"pmpt_37"}}"#, ""),
    Row::new("`access_programs`", r#"{"access_programs":["marke"]}"#, "marke"),
    Row::new("`image`", r#"{"image":{"marke":1}}"#, "marke"),
    Row::new("`client_metadata` (Codex)", r#"{"client_metadata":{"x-codex-installation-id":"marke"}}"#, "marke"),
    Row::new("a field that nobody knows", r#"{"unknown_field":1}"#, "unknown_field"),
];
