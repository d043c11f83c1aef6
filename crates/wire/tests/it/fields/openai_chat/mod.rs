//! OpenAI Chat Completions, the fields of its API reference and those that compatible servers add.

use wire::Dialect;

use super::{Client, Group, Row};

pub(super) const CLIENT: Client = Client {
    title: "OpenAI chat",
    dialect: Dialect::OpenAiChat,
    plain: r#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#,
    groups: GROUPS,
};

const GROUPS: &[Group] = &[("settings", SETTINGS), ("messages", MESSAGES), ("tools", TOOLS)];

const SETTINGS: &[Row] = &[
    Row::new("`max_completion_tokens`", r#"{"max_completion_tokens":77}"#, "77"),
    Row::new("`max_tokens`", r#"{"max_tokens":77}"#, "77"),
    Row::new("`temperature`", r#"{"temperature":0.375}"#, "0.375"),
    Row::new("`temperature` above 1", r#"{"temperature":1.375}"#, "1.375"),
    Row::new("`top_p`", r#"{"top_p":0.375}"#, "0.375"),
    Row::new("`top_k`", r#"{"top_k":37}"#, "37"),
    Row::new("`frequency_penalty`", r#"{"frequency_penalty":0.375}"#, "0.375"),
    Row::new("`presence_penalty`", r#"{"presence_penalty":0.375}"#, "0.375"),
    Row::new("`seed`", r#"{"seed":3737}"#, "3737"),
    Row::new("`n`", r#"{"n":3}"#, "3"),
    Row::new("`stop`", r#"{"stop":["ENDE"]}"#, "ENDE"),
    Row::new("`logit_bias`", r#"{"logit_bias":{"37":5}}"#, "37"),
    Row::new("`logprobs`, `top_logprobs`", r#"{"logprobs":true,"top_logprobs":3}"#, ""),
    Row::new("`reasoning_effort`", r#"{"reasoning_effort":"high"}"#, ""),
    Row::new("`verbosity`", r#"{"verbosity":"low"}"#, "low"),
    Row::new("`response_format` `json_object`", r#"{"response_format":{"type":"json_object"}}"#, ""),
    Row::new(
        "`response_format` `json_schema`",
        r#"{"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{"marke":{"type":"string"}},"required":["marke"],"additionalProperties":false},"strict":true}}}"#,
        "marke",
    ),
    Row::new("`stream`", r#"{"stream":true}"#, "")
        .needless("whether an answer is streamed stands in the URL of Bedrock and Gemini"),
    Row::new("`stream_options.include_usage`", r#"{"stream":true,"stream_options":{"include_usage":true}}"#, "")
        .without(r#"{"stream":true}"#)
        .needless("it is for the client's side of the gateway, which always knows the usage"),
    Row::new("`user`", r#"{"user":"kennung"}"#, "kennung"),
    Row::new("`safety_identifier`", r#"{"safety_identifier":"kennung"}"#, "kennung"),
    Row::new("`prompt_cache_key`", r#"{"prompt_cache_key":"schluessel"}"#, "schluessel"),
    Row::new("`prompt_cache_retention`", r#"{"prompt_cache_retention":"24h"}"#, "24h"),
    Row::new("`metadata`", r#"{"metadata":{"team":"blau"}}"#, "blau"),
    Row::new("`store`", r#"{"store":true}"#, ""),
    Row::new("`service_tier`", r#"{"service_tier":"flex"}"#, ""),
    Row::new("`web_search_options`", r#"{"web_search_options":{}}"#, ""),
    Row::new(
        "`web_search_options.user_location`",
        r#"{"web_search_options":{"user_location":{"type":"approximate","approximate":{"city":"Ulm"}}}}"#,
        "Ulm",
    )
    .without(r#"{"web_search_options":{}}"#),
    Row::new(
        "`web_search_options.search_context_size`",
        r#"{"web_search_options":{"search_context_size":"high"}}"#,
        "high",
    )
    .without(r#"{"web_search_options":{}}"#),
    Row::new(
        "`modalities` with audio, `audio`",
        r#"{"modalities":["text","audio"],"audio":{"voice":"alloy","format":"wav"}}"#,
        "alloy",
    ),
    Row::new("`prediction`", r#"{"prediction":{"type":"content","content":"vorab"}}"#, "vorab"),
    Row::new("a field that nobody knows", r#"{"unbekannt":1}"#, "unbekannt"),
];

const MESSAGES: &[Row] = &[
    Row::new("`system`", r#"{"messages":[{"role":"system","content":"kurz"},{"role":"user","content":"hi"}]}"#, "kurz"),
    Row::new("`developer`", r#"{"messages":[{"role":"developer","content":"kurz"},{"role":"user","content":"hi"}]}"#, "kurz"),
    Row::new(
        "`system` behind a turn",
        r#"{"messages":[{"role":"user","content":"hi"},{"role":"system","content":"kurz"},{"role":"user","content":"ho"}]}"#,
        "kurz",
    )
    .without(r#"{"messages":[{"role":"user","content":"hi"},{"role":"user","content":"ho"}]}"#),
    Row::new("`name` of a message", r#"{"messages":[{"role":"user","content":"hi","name":"bert"}]}"#, "bert"),
    Row::new(
        "text in parts",
        r#"{"messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"text","text":"ho ho"}]}]}"#,
        "ho ho",
    ),
    Row::new(
        "`image_url` with base64",
        r#"{"messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"image_url","image_url":{"url":"data:image/png;base64,UE5HIQ=="}}]}]}"#,
        "UE5HIQ==",
    ),
    Row::new(
        "`image_url` with a URL",
        r#"{"messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"image_url","image_url":{"url":"https://bild.example/a.png"}}]}]}"#,
        "bild.example",
    ),
    Row::new(
        "`detail` of an image",
        r#"{"messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"image_url","image_url":{"url":"data:image/png;base64,UE5HIQ==","detail":"low"}}]}]}"#,
        "",
    )
    .without(r#"{"messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"image_url","image_url":{"url":"data:image/png;base64,UE5HIQ=="}}]}]}"#),
    Row::new(
        "`file` with base64",
        r#"{"messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,UERGIQ=="}}]}]}"#,
        "UERGIQ==",
    ),
    Row::new(
        "`file` with `file_id`",
        r#"{"messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"file","file":{"file_id":"file-37"}}]}]}"#,
        "file-37",
    ),
    Row::new(
        "`input_audio`",
        r#"{"messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"input_audio","input_audio":{"data":"V0FWIQ==","format":"wav"}}]}]}"#,
        "V0FWIQ==",
    ),
    Row::new(
        "`video_url`",
        r#"{"messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"video_url","video_url":{"url":"https://film.example/a.mp4"}}]}]}"#,
        "film.example",
    ),
    Row::new(
        "`prompt_cache_breakpoint` of a part",
        r#"{"messages":[{"role":"user","content":[{"type":"text","text":"hi","prompt_cache_breakpoint":{"mode":"explicit"}}]}]}"#,
        "",
    ),
    Row::new(
        "`cache_control` of a part (Anthropic's, as LiteLLM takes it)",
        r#"{"messages":[{"role":"user","content":[{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}]}]}"#,
        "",
    ),
    Row::new(
        "`assistant` with `content`",
        r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"moin"},{"role":"user","content":"ho"}]}"#,
        "moin",
    )
    .without(r#"{"messages":[{"role":"user","content":"hi"},{"role":"user","content":"ho"}]}"#),
    Row::new(
        "`assistant` with `refusal`",
        r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","refusal":"nein"},{"role":"user","content":"ho"}]}"#,
        "nein",
    )
    .without(r#"{"messages":[{"role":"user","content":"hi"},{"role":"user","content":"ho"}]}"#),
    Row::new(
        "`reasoning_content`",
        r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"moin","reasoning_content":"grübel"},{"role":"user","content":"ho"}]}"#,
        "grübel",
    )
    .without(r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"moin"},{"role":"user","content":"ho"}]}"#),
    Row::new(
        "`thinking_blocks` of a Claude (LiteLLM's)",
        r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"moin","thinking_blocks":[{"type":"thinking","thinking":"grübel","signature":"U2ln"}]},{"role":"user","content":"ho"}]}"#,
        "grübel",
    )
    .without(r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"moin"},{"role":"user","content":"ho"}]}"#),
    Row::new(
        "`tool_calls` and their results",
        r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"wetter","arguments":"{\"ort\":\"Ulm\"}"}}]},{"role":"tool","tool_call_id":"c1","content":"sonnig"},{"role":"user","content":"ho"}],"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}]}"#,
        "sonnig",
    )
    .without(r#"{"messages":[{"role":"user","content":"hi"},{"role":"user","content":"ho"}],"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}]}"#),
    Row::new(
        "image in a tool's result (compatible servers)",
        r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"wetter","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":"sonnig"},{"type":"image_url","image_url":{"url":"data:image/png;base64,UE5HIQ=="}}]}],"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}]}"#,
        "UE5HIQ==",
    )
    .without(r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"wetter","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":"sonnig"}]}],"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}]}"#),
];

const TOOLS: &[Row] = &[
    Row::new(
        "`tools`: function",
        r#"{"tools":[{"type":"function","function":{"name":"wetter","description":"sagt es","parameters":{"type":"object"}}}]}"#,
        "wetter",
    ),
    Row::new(
        "`strict`",
        r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"},"strict":true}}]}"#,
        "",
    )
    .without(r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}]}"#),
    Row::new(
        "`tools`: custom",
        r#"{"tools":[{"type":"custom","custom":{"name":"patch","description":"flickt"}}]}"#,
        "patch",
    ),
    Row::new(
        "a name that does not fit",
        r#"{"tools":[{"type":"function","function":{"name":"wetter.heute","parameters":{"type":"object"}}}]}"#,
        "wetter",
    ),
    Row::new("`functions` (old)", r#"{"functions":[{"name":"wetter","parameters":{"type":"object"}}]}"#, "wetter"),
    Row::new(
        "`tool_choice` `required`",
        r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}],"tool_choice":"required"}"#,
        "",
    )
    .without(r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}]}"#),
    Row::new(
        "`tool_choice` `none`",
        r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}],"tool_choice":"none"}"#,
        "",
    )
    .without(r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}]}"#),
    Row::new(
        "`tool_choice` of one tool",
        r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}},{"type":"function","function":{"name":"zeit","parameters":{"type":"object"}}}],"tool_choice":{"type":"function","function":{"name":"zeit"}}}"#,
        "zeit",
    )
    .without(r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}},{"type":"function","function":{"name":"zeit","parameters":{"type":"object"}}}]}"#),
    Row::new(
        "`tool_choice` among some",
        r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}},{"type":"function","function":{"name":"zeit","parameters":{"type":"object"}}}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"zeit"}}]}}}"#,
        "zeit",
    )
    .without(r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}},{"type":"function","function":{"name":"zeit","parameters":{"type":"object"}}}]}"#),
    Row::new(
        "`parallel_tool_calls` false",
        r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}],"parallel_tool_calls":false}"#,
        "",
    )
    .without(r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}]}"#),
];
