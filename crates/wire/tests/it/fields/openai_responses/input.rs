//! What is said, and the other items.

use super::super::Row;

/// A part behind a text of the user's.
macro_rules! part {
    ($part:literal) => {
        concat!(r#"{"input":[{"role":"user","content":[{"type":"input_text","text":"hi"},"#, $part, r#"]}]}"#)
    };
}

/// Items between two messages of the user's.
macro_rules! between {
    ($items:literal) => {
        concat!(r#"{"input":[{"role":"user","content":"hi"},"#, $items, r#",{"role":"user","content":"ho"}]}"#)
    };
}

/// A call of a tool with what came of it.
macro_rules! result {
    ($output:literal) => {
        concat!(
            r#"{"input":[{"role":"user","content":"hi"},{"type":"function_call","call_id":"c1","name":"wetter","arguments":"{\"ort\":\"Ulm\"}"},{"type":"function_call_output","call_id":"c1","output":"#,
            $output,
            r#"}],"tools":[{"type":"function","name":"wetter","parameters":{"type":"object"}}]}"#
        )
    };
}

const BETWEEN: &str = r#"{"input":[{"role":"user","content":"hi"},{"role":"user","content":"ho"}]}"#;
const SPOKEN: &str = between!(r#"{"role":"assistant","content":[{"type":"output_text","text":"moin"}]}"#);
const IMAGE: &str = part!(r#"{"type":"input_image","image_url":"data:image/png;base64,UE5HIQ=="}"#);
const FILE: &str =
    part!(r#"{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,UERGIQ=="}"#);
const MARKED: &str = part!(r#"{"type":"input_text","text":"ho","prompt_cache_breakpoint":{"mode":"explicit"}}"#);
const CALLED: &str = between!(
    r#"{"type":"function_call","call_id":"c1","name":"wetter","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"sonnig"}"#
);

/// What stands between two messages of the user's.
const fn item(field: &'static str, with: &'static str, mark: &'static str) -> Row {
    Row::new(field, with, mark).without(BETWEEN)
}

/// What is said beside a text of a former answer.
const fn beside(field: &'static str, with: &'static str) -> Row {
    Row::new(field, with, "").without(SPOKEN)
}

/// An item that only OpenAI can read.
const fn own(field: &'static str, with: &'static str) -> Row {
    item(field, with, "")
}

pub(super) const SAID: &[Row] = &[
    Row::new("`input` as a string", r#"{"input":"moin"}"#, "moin"),
    item("role `system`", between!(r#"{"role":"system","content":"kurz"}"#), "kurz"),
    item("role `developer`", between!(r#"{"role":"developer","content":"kurz"}"#), "kurz"),
    item("role `assistant`", between!(r#"{"role":"assistant","content":"moin"}"#), "moin"),
    Row::new("`input_text`", part!(r#"{"type":"input_text","text":"ho ho"}"#), "ho ho"),
    Row::new("`prompt_cache_breakpoint` of a part", MARKED, "").without(part!(r#"{"type":"input_text","text":"ho"}"#)),
    Row::new(
        "its `ttl` `30m`",
        part!(r#"{"type":"input_text","text":"ho","prompt_cache_breakpoint":{"mode":"explicit","ttl":"30m"}}"#),
        "",
    )
    .without(MARKED),
    Row::new("`input_image` with base64", IMAGE, "UE5HIQ=="),
    Row::new("`input_image` with a URL", part!(r#"{"type":"input_image","image_url":"https://bild.example/a.png"}"#), "bild.example"),
    Row::new("`input_image` with `file_id` of the provider's own store", part!(r#"{"type":"input_image","file_id":"file-37"}"#), "file-37"),
    Row::new("`detail` of an image", part!(r#"{"type":"input_image","image_url":"data:image/png;base64,UE5HIQ==","detail":"low"}"#), "").without(IMAGE),
    Row::new("`detail` `auto`", part!(r#"{"type":"input_image","image_url":"data:image/png;base64,UE5HIQ==","detail":"auto"}"#), "")
        .without(IMAGE)
        .needless("the provider looks as closely as it sees fit, as without it"),
    Row::new("`input_file` with base64", FILE, "UERGIQ=="),
    Row::new("its `filename`", part!(r#"{"type":"input_file","filename":"marke.pdf","file_data":"data:application/pdf;base64,UERGIQ=="}"#), "marke")
        .without(part!(r#"{"type":"input_file","file_data":"data:application/pdf;base64,UERGIQ=="}"#)),
    Row::new("`input_file` with `file_url`", part!(r#"{"type":"input_file","file_url":"https://akte.example/a.pdf"}"#), "akte.example"),
    Row::new("`input_file` with `file_id` of the provider's own store", part!(r#"{"type":"input_file","file_id":"file-37"}"#), "file-37"),
    Row::new("`detail` of a file", part!(r#"{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,UERGIQ==","detail":"low"}"#), "").without(FILE),
    Row::new("`input_audio`", part!(r#"{"type":"input_audio","input_audio":{"data":"V0FWIQ==","format":"wav"}}"#), "V0FWIQ=="),
    item("`output_text`", SPOKEN, "moin"),
    beside(
        "its `annotations`",
        between!(r#"{"role":"assistant","content":[{"type":"output_text","text":"moin","annotations":[{"type":"url_citation","url":"https://quelle.example","title":"Q","start_index":0,"end_index":4}]}]}"#),
    )
    .needless("they tell people what the text rests on; no model reads them"),
    beside(
        "its `logprobs`",
        between!(r#"{"role":"assistant","content":[{"type":"output_text","text":"moin","logprobs":[{"token":"moin","logprob":-0.1,"bytes":[109],"top_logprobs":[]}]}]}"#),
    )
    .needless("they are figures on a former answer; no model reads them"),
    beside(
        "citations that an answer from here has in `provider_specific_fields`",
        between!(r#"{"role":"assistant","content":[{"type":"output_text","text":"moin","provider_specific_fields":{"citations":[{"type":"char_location","cited_text":"m","document_index":0,"document_title":null,"start_char_index":0,"end_char_index":1}]}}]}"#),
    )
    .needless("they tell people what the text rests on; no model reads them"),
    item("`refusal`", between!(r#"{"role":"assistant","content":[{"type":"refusal","refusal":"nein"}]}"#), "nein"),
    beside(
        "`id`, `status`, `phase` of a message",
        between!(r#"{"type":"message","id":"msg_37","status":"completed","phase":"final_answer","role":"assistant","content":[{"type":"output_text","text":"moin"}]}"#),
    )
    .needless("they say where a former answer stood and how far it had come; the conversation is sent in full"),
    beside(
        "`internal_chat_message_metadata_passthrough` (Codex)",
        between!(r#"{"role":"assistant","internal_chat_message_metadata_passthrough":{"turn_id":"t"},"content":[{"type":"output_text","text":"moin"}]}"#),
    )
    .needless("Codex's notes for OpenAI, which no model sees"),
];

pub(super) const ITEMS: &[Row] = &[
    item(
        "`reasoning` with OpenAI's `encrypted_content`",
        between!(r#"{"type":"reasoning","id":"rs_37","summary":[{"type":"summary_text","text":"grübel"}],"encrypted_content":"gAAAAABpMarke"},{"role":"assistant","content":"moin"}"#),
        "gAAAAABpMarke",
    )
    .without(between!(r#"{"role":"assistant","content":"moin"}"#)),
    item(
        "`reasoning` without it",
        between!(r#"{"type":"reasoning","id":"rs_37","summary":[],"content":[{"type":"reasoning_text","text":"grübel"}]},{"role":"assistant","content":"moin"}"#),
        "grübel",
    )
    .without(between!(r#"{"role":"assistant","content":"moin"}"#)),
    item(
        "`reasoning` that a Claude signed",
        between!(r#"{"type":"reasoning","id":"rs_turnpike_37","summary":[{"type":"summary_text","text":"grübel"}],"encrypted_content":"turnpike:signed:ErUBCkYIMarke"},{"role":"assistant","content":"moin"}"#),
        "grübel",
    )
    .without(between!(r#"{"role":"assistant","content":"moin"}"#)),
    item(
        "`reasoning` that a Claude hides",
        between!(r#"{"type":"reasoning","id":"rs_turnpike_37","summary":[],"encrypted_content":"turnpike:redacted:EmwKAhgBMark"},{"role":"assistant","content":"moin"}"#),
        "EmwKAhgBMark",
    )
    .without(between!(r#"{"role":"assistant","content":"moin"}"#)),
    item(
        "`reasoning` of a Gemini",
        between!(r#"{"type":"reasoning","id":"rs_turnpike_37","summary":[{"type":"summary_text","text":"grübel"}],"encrypted_content":"turnpike:bound:CiQBcsjaMarke="},{"role":"assistant","content":"moin"}"#),
        "CiQBcsjaMarke=",
    )
    .without(between!(r#"{"role":"assistant","content":"moin"}"#)),
    item("`function_call`, `function_call_output`", result!(r#""sonnig""#), "sonnig")
        .without(r#"{"input":[{"role":"user","content":"hi"}],"tools":[{"type":"function","name":"wetter","parameters":{"type":"object"}}]}"#),
    Row::new("image in an output", result!(r#"[{"type":"input_text","text":"so"},{"type":"input_image","image_url":"data:image/png;base64,UE5HIQ=="}]"#), "UE5HIQ==")
        .without(result!(r#"[{"type":"input_text","text":"so"}]"#)),
    Row::new("file in an output", result!(r#"[{"type":"input_text","text":"so"},{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,UERGIQ=="}]"#), "UERGIQ==")
        .without(result!(r#"[{"type":"input_text","text":"so"}]"#)),
    item(
        "call of a tool of a `namespace`",
        between!(r#"{"type":"function_call","call_id":"c1","name":"wetter","namespace":"dienst","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"sonnig"}"#),
        "dienst",
    ),
    item(
        "`custom_tool_call`, `custom_tool_call_output`",
        between!(r#"{"type":"custom_tool_call","call_id":"c1","name":"patch","input":"*** Begin"},{"type":"custom_tool_call_output","call_id":"c1","output":"fertig"}"#),
        "*** Begin",
    ),
    Row::new(
        "`id`, `status` of a call, `name` of an output",
        between!(r#"{"type":"function_call","id":"fc_37","status":"completed","call_id":"c1","name":"wetter","arguments":"{}"},{"type":"function_call_output","id":"fco_37","status":"completed","name":"wetter","call_id":"c1","output":"sonnig"}"#),
        "",
    )
    .without(CALLED)
    .needless("they say where a former answer stood and how far it had come; `call_id` names the call"),
    Row::new(
        "`caller` `direct` of a call",
        between!(r#"{"type":"function_call","caller":{"type":"direct"},"call_id":"c1","name":"wetter","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"sonnig"}"#),
        "",
    )
    .without(CALLED)
    .needless("the model called the tool itself, as any tool"),
    Row::new(
        "`caller` that is a program",
        between!(r#"{"type":"function_call","caller":{"type":"program","call_id":"p1"},"call_id":"c1","name":"wetter","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"sonnig"}"#),
        "p1",
    )
    .without(CALLED),
    Row::new(
        "`async` of a call",
        between!(r#"{"type":"function_call","async":true,"call_id":"c1","name":"wetter","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"sonnig"}"#),
        "",
    )
    .without(CALLED),
    item(
        "`web_search_call` of OpenAI's",
        between!(r#"{"type":"web_search_call","id":"ws_37","status":"completed","action":{"type":"search","query":"wetter"}},{"role":"assistant","content":"moin"}"#),
        "ws_37",
    )
    .without(between!(r#"{"role":"assistant","content":"moin"}"#))
    .needless("only OpenAI takes its searches back; what one found stands in the text behind it"),
    item(
        "`web_search_call` of another provider",
        between!(r#"{"type":"web_search_call","id":"ws_turnpike_37","status":"completed","action":{"type":"search","query":"wetter"}},{"role":"assistant","content":"moin"}"#),
        "wetter",
    )
    .without(between!(r#"{"role":"assistant","content":"moin"}"#))
    .needless("nobody takes another's searches back; what one found stands in the text behind it"),
    item(
        "`additional_tools`",
        between!(r#"{"type":"additional_tools","role":"developer","tools":[{"type":"function","name":"wetter","parameters":{"type":"object"}}]}"#),
        "wetter",
    ),
    own("`item_reference`", between!(r#"{"type":"item_reference","id":"msg_37"}"#)),
    own("`compaction`", between!(r#"{"type":"compaction","id":"cmp_37","encrypted_content":"gAAAAABp"}"#)),
    own("`compaction_trigger` (Codex)", between!(r#"{"type":"compaction_trigger"}"#)),
    own("`configuration_update`", between!(r#"{"type":"configuration_update","reasoning":{"effort":"low"}}"#)),
    own("`tool_search_call`", between!(r#"{"type":"tool_search_call","id":"ts_37","call_id":"c1","arguments":{"query":"wetter"}}"#)),
    own("`tool_search_output`", between!(r#"{"type":"tool_search_output","id":"ts_38","call_id":"c1","tools":[]}"#)),
    own("`file_search_call`", between!(r#"{"type":"file_search_call","id":"fs_37","status":"completed","queries":["a"]}"#)),
    own("`computer_call`", between!(r#"{"type":"computer_call","id":"cu_37","call_id":"c1","action":{"type":"wait"},"pending_safety_checks":[],"status":"completed"}"#)),
    own("`computer_call_output`", between!(r#"{"type":"computer_call_output","call_id":"c1","output":{"type":"computer_screenshot","image_url":"data:image/png;base64,UE5HIQ=="}}"#)),
    own("`image_generation_call`", between!(r#"{"type":"image_generation_call","id":"ig_37","status":"completed","result":"UE5HIQ=="}"#)),
    own("`code_interpreter_call`", between!(r#"{"type":"code_interpreter_call","id":"ci_37","status":"completed","container_id":"k","code":"1","outputs":[]}"#)),
    own("`local_shell_call`", between!(r#"{"type":"local_shell_call","id":"ls_37","call_id":"c1","status":"completed","action":{"type":"exec","command":["ls"],"env":{}}}"#)),
    own("`local_shell_call_output`", between!(r#"{"type":"local_shell_call_output","id":"c1","output":"a"}"#)),
    own("`shell_call`", between!(r#"{"type":"shell_call","id":"sh_37","call_id":"c1","action":{"commands":["ls"]}}"#)),
    own("`shell_call_output`", between!(r#"{"type":"shell_call_output","call_id":"c1","output":[]}"#)),
    own("`apply_patch_call`", between!(r#"{"type":"apply_patch_call","id":"ap_37","call_id":"c1","status":"completed","operation":{"type":"delete_file","path":"a"}}"#)),
    own("`apply_patch_call_output`", between!(r#"{"type":"apply_patch_call_output","call_id":"c1","status":"completed"}"#)),
    own("`mcp_list_tools`", between!(r#"{"type":"mcp_list_tools","id":"ml_37","server_label":"s","tools":[]}"#)),
    own("`mcp_call`", between!(r#"{"type":"mcp_call","id":"mc_37","server_label":"s","name":"n","arguments":"{}"}"#)),
    own("`mcp_approval_request`", between!(r#"{"type":"mcp_approval_request","id":"ma_37","server_label":"s","name":"n","arguments":"{}"}"#)),
    own("`mcp_approval_response`", between!(r#"{"type":"mcp_approval_response","approval_request_id":"ma_37","approve":true}"#)),
    own("`program`", between!(r#"{"type":"program","id":"pg_37","call_id":"c1","code":"1"}"#)),
    own("`program_output`", between!(r#"{"type":"program_output","call_id":"c1","output":"1"}"#)),
];
