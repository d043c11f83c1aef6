//! What is said, and what was said, thought and done before.

use super::super::Row;

/// A part behind a text of the user's.
macro_rules! part {
    ($part:literal) => {
        concat!(r#"{"messages":[{"role":"user","content":[{"type":"text","text":"hi"},"#, $part, r#"]}]}"#)
    };
}

/// A message between two of the user's.
macro_rules! between {
    ($message:literal) => {
        concat!(r#"{"messages":[{"role":"user","content":"hi"},"#, $message, r#",{"role":"user","content":"ho"}]}"#)
    };
}

/// A call of a tool with what came of it.
macro_rules! result {
    ($message:literal) => {
        concat!(
            r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"wetter","arguments":"{\"ort\":\"Ulm\"}"}}]},"#,
            $message,
            r#"],"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}]}"#
        )
    };
}

const NOTHING: &str = r#"{"messages":[{"role":"user","content":"hi"},{"role":"user","content":"ho"}]}"#;
const MOIN: &str = between!(r#"{"role":"assistant","content":"moin"}"#);
const HO: &str = part!(r#"{"type":"text","text":"ho"}"#);
const MARKED: &str = part!(r#"{"type":"text","text":"ho","prompt_cache_breakpoint":{"mode":"explicit"}}"#);
const IMAGE: &str = part!(r#"{"type":"image_url","image_url":{"url":"data:image/png;base64,UE5HIQ=="}}"#);
const TOOL: &str = r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}]}"#;
const SUNNY: &str = result!(r#"{"role":"tool","tool_call_id":"c1","content":"sonnig"}"#);

/// Something of what the assistant said.
const fn before(field: &'static str, with: &'static str, mark: &'static str) -> Row {
    Row::new(field, with, mark).without(MOIN)
}

pub(super) const SAID: &[Row] = &[
    Row::new("`system`", r#"{"messages":[{"role":"system","content":"kurz"},{"role":"user","content":"hi"}]}"#, "kurz"),
    Row::new(
        "`developer`",
        r#"{"messages":[{"role":"developer","content":"kurz"},{"role":"user","content":"hi"}]}"#,
        "kurz",
    ),
    Row::new("`system` behind a turn", between!(r#"{"role":"system","content":"kurz"}"#), "kurz").without(NOTHING),
    Row::new("`name` of a message", r#"{"messages":[{"role":"user","content":"hi","name":"bert"}]}"#, "bert"),
    Row::new("`text`", part!(r#"{"type":"text","text":"ho ho"}"#), "ho ho"),
    Row::new("`prompt_cache_breakpoint` of a part", MARKED, "").without(HO),
    Row::new(
        "its `ttl` `30m`",
        part!(r#"{"type":"text","text":"ho","prompt_cache_breakpoint":{"mode":"explicit","ttl":"30m"}}"#),
        "",
    )
    .without(MARKED),
    Row::new(
        "`cache_control` of a part (Anthropic's, as LiteLLM takes it)",
        part!(r#"{"type":"text","text":"ho","cache_control":{"type":"ephemeral"}}"#),
        "",
    )
    .without(HO),
    Row::new("`image_url` with base64", IMAGE, "UE5HIQ=="),
    Row::new(
        "`image_url` with a URL",
        part!(r#"{"type":"image_url","image_url":{"url":"https://bild.example/a.png"}}"#),
        "bild.example",
    ),
    Row::new(
        "`detail` of an image",
        part!(r#"{"type":"image_url","image_url":{"url":"data:image/png;base64,UE5HIQ==","detail":"low"}}"#),
        "",
    )
    .without(IMAGE),
    Row::new(
        "`file` with base64",
        part!(r#"{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,UERGIQ=="}}"#),
        "UERGIQ==",
    ),
    Row::new(
        "its `filename`",
        part!(r#"{"type":"file","file":{"filename":"marke.pdf","file_data":"data:application/pdf;base64,UERGIQ=="}}"#),
        "marke",
    )
    .without(part!(r#"{"type":"file","file":{"file_data":"data:application/pdf;base64,UERGIQ=="}}"#)),
    Row::new(
        "`file` with `file_id` of the provider's own store",
        part!(r#"{"type":"file","file":{"file_id":"file-37"}}"#),
        "file-37",
    ),
    Row::new(
        "`input_audio`",
        part!(r#"{"type":"input_audio","input_audio":{"data":"V0FWIQ==","format":"wav"}}"#),
        "V0FWIQ==",
    ),
    Row::new(
        "`video_url` with base64 (compatible servers)",
        part!(r#"{"type":"video_url","video_url":{"url":"data:video/mp4;base64,TVA0IQ=="}}"#),
        "TVA0IQ==",
    ),
    Row::new(
        "`video_url` with a URL (compatible servers)",
        part!(r#"{"type":"video_url","video_url":{"url":"https://film.example/a.mp4"}}"#),
        "film.example",
    ),
    Row::new("`guarded_text` (LiteLLM's)", part!(r#"{"type":"guarded_text","text":"ho ho"}"#), "ho ho"),
];

pub(super) const DONE: &[Row] = &[
    Row::new("`assistant` with `content`", MOIN, "moin").without(NOTHING),
    Row::new("`refusal`", between!(r#"{"role":"assistant","refusal":"nein"}"#), "nein").without(NOTHING),
    before("`annotations`", between!(r#"{"role":"assistant","content":"moin","annotations":[{"type":"url_citation","url_citation":{"url":"https://quelle.example","title":"Q","start_index":0,"end_index":4}}]}"#), "")
        .needless("they tell people what the text rests on; no model reads them"),
    before("citations that an answer from here has in `provider_specific_fields`", between!(r#"{"role":"assistant","content":"moin","provider_specific_fields":{"citations":[[{"type":"char_location","cited_text":"m","document_index":0,"document_title":null,"start_char_index":0,"end_char_index":1,"supported_text":"moin"}]]}}"#), "")
        .needless("they tell people what the text rests on; no model reads them"),
    before("`audio` of a former answer", between!(r#"{"role":"assistant","content":"moin","audio":{"id":"audio_37"}}"#), "audio_37"),
    before("`reasoning_content`", between!(r#"{"role":"assistant","content":"moin","reasoning_content":"grübel"}"#), "grübel"),
    before("the same as `reasoning`", between!(r#"{"role":"assistant","content":"moin","reasoning":"grübel"}"#), "grübel"),
    before("`thinking_blocks` that a Claude signed (LiteLLM's)", between!(r#"{"role":"assistant","content":"moin","reasoning_content":"grübel","thinking_blocks":[{"type":"thinking","thinking":"grübel","signature":"ErUBCkYIMarke="}]}"#), "grübel"),
    before("`thinking_blocks` that a Claude hides", between!(r#"{"role":"assistant","content":"moin","thinking_blocks":[{"type":"redacted_thinking","data":"EmwKAhgBMark"}]}"#), "EmwKAhgBMark"),
    before("`thinking_blocks` of OpenAI's Responses", between!(r#"{"role":"assistant","content":"moin","thinking_blocks":[{"type":"thinking","thinking":"grübel","signature":"turnpike:sealed:rs_37:gAAAAABpMarke"}]}"#), "gAAAAABpMarke"),
    before("`thinking_blocks` of a Gemini", between!(r#"{"role":"assistant","content":"moin","thinking_blocks":[{"type":"thinking","thinking":"grübel","signature":"turnpike:bound:CiQBcsjaMarke="}]}"#), "CiQBcsjaMarke="),
    Row::new("`tool_calls` and `tool`", SUNNY, "sonnig").without(TOOL),
    Row::new(
        "a call of a custom tool",
        r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[{"id":"c1","type":"custom","custom":{"name":"patch","input":"*** Begin"}}]},{"role":"tool","tool_call_id":"c1","content":"fertig"}],"tools":[{"type":"custom","custom":{"name":"patch"}}]}"#,
        "*** Begin",
    )
    .without(r#"{"tools":[{"type":"custom","custom":{"name":"patch"}}]}"#),
    Row::new("`name` of a `tool` message", result!(r#"{"role":"tool","name":"wetter","tool_call_id":"c1","content":"sonnig"}"#), "")
        .without(SUNNY)
        .needless("the id of the call says which tool it was"),
    Row::new("`cache_control` of a `tool` message (LiteLLM)", result!(r#"{"role":"tool","tool_call_id":"c1","content":"sonnig","cache_control":{"type":"ephemeral"}}"#), "")
        .without(SUNNY),
    Row::new("an image in it (compatible servers)", result!(r#"{"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":"sonnig"},{"type":"image_url","image_url":{"url":"data:image/png;base64,UE5HIQ=="}}]}"#), "UE5HIQ==")
        .without(SUNNY),
    Row::new(
        "`function_call` and `function` (old)",
        r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":null,"function_call":{"name":"wetter","arguments":"{\"ort\":\"Ulm\"}"}},{"role":"function","name":"wetter","content":"sonnig"}],"functions":[{"name":"wetter","parameters":{"type":"object"}}]}"#,
        "sonnig",
    )
    .without(r#"{"functions":[{"name":"wetter","parameters":{"type":"object"}}]}"#),
    Row::new("`function` that answers no call", between!(r#"{"role":"function","name":"wetter","content":"sonnig"}"#), "sonnig").without(NOTHING),
];
