//! Cohere's chat API, its first version, which only clients speak.

use wire::Dialect;

use super::{Client, Row};

pub(super) const CLIENT: Client = Client {
    title: "Cohere's first version",
    dialect: Dialect::CohereV1,
    plain: r#"{"model":"m","message":"hi"}"#,
    groups: &[("settings", SETTINGS), ("what is said and done", SAID)],
    like: "Providers of Cohere are asked in its second version.",
};

const TOOL: &str =
    r#"{"tools":[{"name":"wetter","description":"sagt es","parameter_definitions":{"ort":{"type":"str"}}}]}"#;
const SUNNY: &str = r#"{"chat_history":[{"role":"USER","message":"wie wird es"},{"role":"CHATBOT","message":"ich sehe nach","tool_calls":[{"name":"wetter","parameters":{"ort":"Ulm"}}]}],"message":"","tool_results":[{"call":{"name":"wetter","parameters":{"ort":"Ulm"}},"outputs":[{"himmel":"sonnig"}]}],"tools":[{"name":"wetter","description":"sagt es","parameter_definitions":{"ort":{"type":"str"}}}]}"#;

const SETTINGS: &[Row] = &[
    Row::new("`max_tokens`", r#"{"max_tokens":77}"#, "77"),
    Row::new("`max_input_tokens`", r#"{"max_input_tokens":77}"#, ""),
    Row::new("`temperature`", r#"{"temperature":0.375}"#, "0.375"),
    Row::new("`p`", r#"{"p":0.375}"#, "0.375"),
    Row::new("`k`", r#"{"k":37}"#, "37"),
    Row::new("`seed`", r#"{"seed":3737}"#, "3737"),
    Row::new("`frequency_penalty`", r#"{"frequency_penalty":0.375}"#, "0.375"),
    Row::new("`presence_penalty`", r#"{"presence_penalty":0.375}"#, "0.375"),
    Row::new("`stop_sequences`", r#"{"stop_sequences":["ENDE"]}"#, "ENDE"),
    Row::new("`stream`", r#"{"stream":true}"#, "")
        .needless("whether an answer is streamed stands in the URL of Bedrock and Gemini"),
    Row::new("`response_format` `json_object`", r#"{"response_format":{"type":"json_object"}}"#, ""),
    Row::new(
        "`response_format` with `schema`",
        r#"{"response_format":{"type":"json_object","schema":{"type":"object","properties":{"marke":{"type":"string"}},"required":["marke"]}}}"#,
        "marke",
    ),
    Row::new(
        "`citation_quality` other than `off`",
        r#"{"documents":[{"text":"akte"}],"citation_quality":"accurate"}"#,
        "",
    )
    .without(r#"{"documents":[{"text":"akte"}],"citation_quality":"off"}"#),
    Row::new("`fast` or `accurate` there", r#"{"documents":[{"text":"akte"}],"citation_quality":"accurate"}"#, "")
        .without(r#"{"documents":[{"text":"akte"}],"citation_quality":"enabled"}"#)
        .needless(
            "whether to cite is kept; how carefully is a choice that only Cohere has, and it makes one by itself",
        ),
    Row::new("`prompt_truncation` `AUTO`", r#"{"prompt_truncation":"AUTO"}"#, ""),
    Row::new("`prompt_truncation` `OFF`", r#"{"prompt_truncation":"OFF"}"#, "")
        .needless("the default: nothing is shortened"),
    Row::new("`connectors`", r#"{"connectors":[{"id":"web-search"}]}"#, ""),
    Row::new("`search_queries_only`", r#"{"search_queries_only":true}"#, ""),
    Row::new("`force_single_step`", r#"{"force_single_step":true}"#, "")
        .needless("it says how Cohere's models plan ahead; the client runs the tools, so every request is one step"),
    Row::new("`safety_mode` `STRICT`, `NONE`", r#"{"safety_mode":"STRICT"}"#, ""),
    Row::new("`safety_mode` `CONTEXTUAL`", r#"{"safety_mode":"CONTEXTUAL"}"#, "").needless("Cohere's default"),
    Row::new("`raw_prompting`", r#"{"raw_prompting":true}"#, ""),
    Row::new("a field that nobody knows", r#"{"unknown_field":1}"#, "unknown_field"),
];

const SAID: &[Row] = &[
    Row::new("`message`", r#"{"message":"moin"}"#, "moin"),
    Row::new("`preamble`", r#"{"preamble":"kurz"}"#, "kurz"),
    Row::new("`chat_history`", r#"{"chat_history":[{"role":"USER","message":"servus"},{"role":"CHATBOT","message":"moin"}]}"#, "moin"),
    Row::new("`chat_history`, role `SYSTEM`", r#"{"chat_history":[{"role":"SYSTEM","message":"kurz"}]}"#, "kurz"),
    Row::new("`conversation_id`", r#"{"conversation_id":"c37"}"#, ""),
    Row::new("`documents`", r#"{"documents":[{"text":"akte","title":"bericht"}]}"#, "akte"),
    Row::new("`documents`, fields of the client's own", r#"{"documents":[{"absatz":"akte","seite":"37"}]}"#, "absatz"),
    Row::new("`id` of a document", r#"{"documents":[{"id":"marke","text":"akte"}],"citation_quality":"off"}"#, "")
        .without(r#"{"documents":[{"text":"akte"}],"citation_quality":"off"}"#)
        .needless("citations of the answer name the document by it again; no model is told it"),
    Row::new("`_excludes` of a document", r#"{"documents":[{"text":"akte","_excludes":["text"]}],"citation_quality":"off"}"#, "")
        .without(r#"{"documents":[{"text":"akte"}],"citation_quality":"off"}"#),
    Row::new("`tools`", TOOL, "wetter"),
    Row::new(
        "`required` of a parameter",
        r#"{"tools":[{"name":"wetter","description":"sagt es","parameter_definitions":{"ort":{"type":"str","required":true}}}]}"#,
        "required",
    )
    .without(TOOL),
    Row::new(
        "a type that JSON does not have",
        r#"{"tools":[{"name":"wetter","description":"sagt es","parameter_definitions":{"ort":{"type":"Stadt"}}}]}"#,
        "Stadt",
    )
    .without(TOOL),
    Row::new("`tool_calls` and `tool_results`", SUNNY, "himmel").without(TOOL),
    Row::new(
        "`generation_id` of a call",
        r#"{"chat_history":[{"role":"USER","message":"wie wird es"},{"role":"CHATBOT","message":"ich sehe nach","tool_calls":[{"name":"wetter","parameters":{"ort":"Ulm"},"generation_id":"g37"}]}],"message":"","tool_results":[{"call":{"name":"wetter","parameters":{"ort":"Ulm"}},"outputs":[{"himmel":"sonnig"}]}],"tools":[{"name":"wetter","description":"sagt es","parameter_definitions":{"ort":{"type":"str"}}}]}"#,
        "",
    )
    .without(SUNNY)
    .needless("a result finds its call by name and parameters"),
];
