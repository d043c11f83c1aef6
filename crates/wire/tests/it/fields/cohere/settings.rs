//! What is said beside the messages.

use super::super::Row;

const THINKING: &str = r#"{"thinking":{"type":"enabled"}}"#;
const DOCUMENT: &str = r#"{"documents":["akte"]}"#;
const UNCITED: &str = r#"{"documents":["akte"],"citation_options":{"mode":"OFF"}}"#;
const CITED: &str = r#"{"documents":["akte"],"citation_options":{"mode":"ENABLED"}}"#;

pub(super) const ROWS: &[Row] = &[
    Row::new("`max_tokens`", r#"{"max_tokens":77}"#, "77"),
    Row::new("`temperature`", r#"{"temperature":0.375}"#, "0.375"),
    Row::new("`p`", r#"{"p":0.375}"#, "0.375"),
    Row::new("`k`", r#"{"k":37}"#, "37"),
    Row::new("`k` 0", r#"{"k":0}"#, "").needless("Cohere's default, which switches it off"),
    Row::new("`seed`", r#"{"seed":3737}"#, "3737"),
    Row::new("`frequency_penalty`", r#"{"frequency_penalty":0.375}"#, "0.375"),
    Row::new("`presence_penalty`", r#"{"presence_penalty":0.375}"#, "0.375"),
    Row::new("`stop_sequences`", r#"{"stop_sequences":["ENDE"]}"#, "ENDE"),
    Row::new("`logprobs`", r#"{"logprobs":true}"#, ""),
    Row::new("`stream`", r#"{"stream":true}"#, "")
        .needless("whether an answer is streamed stands in the URL of Bedrock and Gemini"),
    Row::new("`thinking` `enabled`", THINKING, ""),
    Row::new("`thinking.token_budget`", r#"{"thinking":{"type":"enabled","token_budget":2048}}"#, "").without(THINKING),
    Row::new("`thinking` `disabled`", r#"{"thinking":{"type":"disabled"}}"#, ""),
    Row::new("`response_format` `json_object`", r#"{"response_format":{"type":"json_object"}}"#, ""),
    Row::new(
        "`response_format` with `json_schema`",
        r#"{"response_format":{"type":"json_object","json_schema":{"type":"object","properties":{"marke":{"type":"string"}},"required":["marke"]}}}"#,
        "marke",
    ),
    Row::new("`documents`, a text", DOCUMENT, "akte"),
    Row::new("`documents`, fields", r#"{"documents":[{"data":{"text":"akte","title":"bericht"}}]}"#, "bericht"),
    Row::new(
        "`documents`, fields of the client's own",
        r#"{"documents":[{"data":{"absatz":"akte","seite":37}}]}"#,
        "absatz",
    ),
    Row::new(
        "`id` of a document",
        r#"{"documents":[{"id":"marke","data":"akte"}],"citation_options":{"mode":"OFF"}}"#,
        "",
    )
    .without(UNCITED)
    .needless("citations of the answer name the document by it again; no model is told it"),
    Row::new("`citation_options.mode` other than `OFF`", CITED, "").without(UNCITED),
    Row::new("`FAST` or `ACCURATE` there", r#"{"documents":["akte"],"citation_options":{"mode":"ACCURATE"}}"#, "")
        .without(CITED)
        .needless("whether to cite is kept; how carefully is a choice that only Cohere has"),
    Row::new("`safety_mode` `STRICT`, `OFF`", r#"{"safety_mode":"STRICT"}"#, ""),
    Row::new("`safety_mode` `CONTEXTUAL`", r#"{"safety_mode":"CONTEXTUAL"}"#, "").needless("Cohere's default"),
    Row::new("`priority`", r#"{"priority":7}"#, ""),
    Row::new("`priority` 0", r#"{"priority":0}"#, "").needless("Cohere's default"),
    Row::new("`raw_prompting`", r#"{"raw_prompting":true}"#, ""),
    Row::new("a field that nobody knows", r#"{"unknown_field":1}"#, "unknown_field"),
];

const TOOL: &str = r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}]}"#;

pub(super) const TOOLS: &[Row] = &[
    Row::new("`tools`", TOOL, "wetter"),
    Row::new(
        "`description`",
        r#"{"tools":[{"type":"function","function":{"name":"wetter","description":"sagt es","parameters":{"type":"object"}}}]}"#,
        "sagt es",
    )
    .without(TOOL),
    Row::new("a name that does not fit", r#"{"tools":[{"type":"function","function":{"name":"wetter.heute","parameters":{"type":"object"}}}]}"#, "wetter"),
    Row::new("tools of another type", r#"{"tools":[{"type":"connector","connector":{"id":"c37"}}]}"#, "c37"),
    Row::new("`strict_tools`", r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"],"additionalProperties":false}}}],"strict_tools":true}"#, "")
        .without(r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"],"additionalProperties":false}}}]}"#),
    Row::new("`strict_tools` with a schema that leaves something open", r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"]}}}],"strict_tools":true}"#, "")
        .without(r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"]}}}]}"#),
    Row::new("`tool_choice` `REQUIRED`", r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}],"tool_choice":"REQUIRED"}"#, "")
        .without(TOOL),
    Row::new("`tool_choice` `NONE`", r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}],"tool_choice":"NONE"}"#, "")
        .without(TOOL),
];
