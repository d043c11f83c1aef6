//! What was said, thought and done before.

use super::super::Row;

/// What the assistant said, between two messages of the user's.
macro_rules! said {
    ($blocks:literal) => {
        concat!(
            r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":["#,
            $blocks,
            r#"]},{"role":"user","content":"ho"}]}"#
        )
    };
}

/// A call of a tool with what came of it.
macro_rules! result {
    ($beside:literal) => {
        concat!(
            r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"wetter","input":{"ort":"Ulm"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1""#,
            $beside,
            r#"}]}],"tools":[{"name":"wetter","input_schema":{"type":"object"}}]}"#
        )
    };
}

/// Citations of a text of the assistant's.
macro_rules! cited {
    ($citation:literal) => {
        concat!(
            r#"{"messages":[{"role":"user","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"akte"}},{"type":"search_result","source":"https://quelle.example","title":"Quelle","content":[{"type":"text","text":"es regnet"}]}]},{"role":"assistant","content":[{"type":"text","text":"moin","citations":["#,
            $citation,
            r#"]}]},{"role":"user","content":"ho"}]}"#
        )
    };
}

const MOIN: &str = said!(r#"{"type":"text","text":"moin"}"#);
const UNCITED: &str = cited!("");
const TOOL: &str = r#"{"tools":[{"name":"wetter","input_schema":{"type":"object"}}]}"#;
const EMPTY: &str = result!("");
const SUNNY: &str = result!(r#","content":"sonnig""#);

/// A block before the assistant's text.
const fn before(field: &'static str, with: &'static str, mark: &'static str) -> Row {
    Row::new(field, with, mark).without(MOIN)
}

/// A citation of the assistant's text.
const fn cites(field: &'static str, with: &'static str, mark: &'static str) -> Row {
    Row::new(field, with, mark).without(UNCITED)
}

pub(super) const ROWS: &[Row] = &[
    before("`thinking` with a Claude's `signature`", said!(r#"{"type":"thinking","thinking":"grübel","signature":"ErUBCkYIMarke="},{"type":"text","text":"moin"}"#), "grübel"),
    before("`thinking` without a `signature`", said!(r#"{"type":"thinking","thinking":"grübel","signature":""},{"type":"text","text":"moin"}"#), "grübel"),
    before("`thinking` of OpenAI's", said!(r#"{"type":"thinking","thinking":"grübel","signature":"turnpike:sealed:rs_37:gAAAAABpMarke"},{"type":"text","text":"moin"}"#), "gAAAAABpMarke"),
    before("`thinking` of a Gemini", said!(r#"{"type":"thinking","thinking":"grübel","signature":"turnpike:bound:CiQBcsjaMarke="},{"type":"text","text":"moin"}"#), "CiQBcsjaMarke="),
    before("`redacted_thinking`", said!(r#"{"type":"redacted_thinking","data":"EmwKAhgBMark"},{"type":"text","text":"moin"}"#), "EmwKAhgBMark"),
    cites("citation `char_location`", cited!(r#"{"type":"char_location","cited_text":"ak","document_index":0,"document_title":null,"start_char_index":0,"end_char_index":2}"#), ""),
    cites("citation `page_location`", cited!(r#"{"type":"page_location","cited_text":"ak","document_index":0,"document_title":null,"start_page_number":1,"end_page_number":2}"#), ""),
    cites("citation `content_block_location`", cited!(r#"{"type":"content_block_location","cited_text":"ak","document_index":0,"document_title":null,"start_block_index":0,"end_block_index":1}"#), ""),
    cites("citation `search_result_location`", cited!(r#"{"type":"search_result_location","cited_text":"es","search_result_index":0,"source":"https://quelle.example","title":"Quelle","start_block_index":0,"end_block_index":1}"#), ""),
    cites("citation `web_search_result_location` of Anthropic's", cited!(r#"{"type":"web_search_result_location","cited_text":"es","url":"https://netz.example","title":"Netz","encrypted_index":"Eo8BMarke="}"#), "netz.example"),
    cites("citation `web_search_result_location` of another provider", cited!(r#"{"type":"web_search_result_location","cited_text":"es","url":"https://netz.example","title":"Netz","encrypted_index":""}"#), "netz.example")
        .needless("it tells people what the text rests on; no model reads it"),
    before(
        "`server_tool_use` `web_search` and its result",
        said!(r#"{"type":"server_tool_use","id":"srvtoolu_37","name":"web_search","input":{"query":"wetter"}},{"type":"web_search_tool_result","tool_use_id":"srvtoolu_37","content":[{"type":"web_search_result","url":"https://netz.example","title":"Netz","encrypted_content":"EqgfMarke=","page_age":null}]},{"type":"text","text":"moin"}"#),
        "srvtoolu_37",
    )
    .needless("only Anthropic takes its searches back; what one found stands in the text behind it"),
    before(
        "the same of OpenAI's",
        said!(r#"{"type":"server_tool_use","id":"ws_37","name":"web_search","input":{"query":"wetter"}},{"type":"web_search_tool_result","tool_use_id":"ws_37","content":[]},{"type":"text","text":"moin"}"#),
        "ws_37",
    )
    .needless("only OpenAI takes its searches back; what one found stands in the text behind it"),
    Row::new("`tool_use` and `tool_result`", SUNNY, "sonnig").without(TOOL),
    Row::new("`tool_result` in blocks", result!(r#","content":[{"type":"text","text":"sonnig"},{"type":"text","text":"und warm"}]"#), "und warm").without(SUNNY),
    Row::new("`is_error`", result!(r#","content":"sonnig","is_error":true"#), "").without(SUNNY),
    Row::new("`cache_control` of a result", result!(r#","content":"sonnig","cache_control":{"type":"ephemeral"}"#), "").without(SUNNY),
    Row::new("`image` in a result", result!(r#","content":[{"type":"text","text":"sonnig"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"UE5HIQ=="}}]"#), "UE5HIQ==").without(SUNNY),
    Row::new("`document` in a result", result!(r#","content":[{"type":"text","text":"sonnig"},{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"UERGIQ=="}}]"#), "UERGIQ==").without(SUNNY),
    Row::new("`search_result` in a result", result!(r#","content":[{"type":"text","text":"sonnig"},{"type":"search_result","source":"https://quelle.example","title":"Quelle","content":[{"type":"text","text":"es regnet"}]}]"#), "es regnet").without(SUNNY),
    Row::new("`tool_reference` in a result", result!(r#","content":[{"type":"tool_reference","tool_name":"zeit"}]"#), "zeit").without(EMPTY),
    Row::new(
        "`caller` `direct`",
        r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"wetter","input":{"ort":"Ulm"},"caller":{"type":"direct"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"sonnig"}]}],"tools":[{"name":"wetter","input_schema":{"type":"object"}}]}"#,
        "",
    )
    .without(SUNNY)
    .needless("the model called the tool itself, as any tool"),
    Row::new(
        "`caller` that is code",
        r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"wetter","input":{"ort":"Ulm"},"caller":{"type":"code_execution_20250825","tool_id":"srvtoolu_37"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"sonnig"}]}],"tools":[{"name":"wetter","input_schema":{"type":"object"}}]}"#,
        "srvtoolu_37",
    )
    .without(SUNNY),
    Row::new(
        "`toolset_name`",
        r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"wetter","input":{"ort":"Ulm"},"toolset_name":"satz"}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"sonnig"}]}],"tools":[{"name":"wetter","input_schema":{"type":"object"}}]}"#,
        "satz",
    )
    .without(SUNNY),
    before("`server_tool_use` of other tools", said!(r#"{"type":"server_tool_use","id":"srvtoolu_37","name":"web_fetch","input":{"url":"https://netz.example"}},{"type":"text","text":"moin"}"#), "netz.example"),
    before("`web_fetch_tool_result`", said!(r#"{"type":"web_fetch_tool_result","tool_use_id":"srvtoolu_37","content":{"type":"web_fetch_tool_result_error","error_code":"unavailable"}},{"type":"text","text":"moin"}"#), "srvtoolu_37"),
    before("`code_execution_tool_result`", said!(r#"{"type":"code_execution_tool_result","tool_use_id":"srvtoolu_37","content":{"type":"code_execution_result","stdout":"1","stderr":"","return_code":0,"content":[]}},{"type":"text","text":"moin"}"#), "srvtoolu_37"),
    before("`bash_code_execution_tool_result`", said!(r#"{"type":"bash_code_execution_tool_result","tool_use_id":"srvtoolu_37","content":{"type":"bash_code_execution_result","stdout":"1","stderr":"","return_code":0,"content":[]}},{"type":"text","text":"moin"}"#), "srvtoolu_37"),
    before("`text_editor_code_execution_tool_result`", said!(r#"{"type":"text_editor_code_execution_tool_result","tool_use_id":"srvtoolu_37","content":{"type":"text_editor_code_execution_create_result","is_file_update":false}},{"type":"text","text":"moin"}"#), "srvtoolu_37"),
    before("`tool_search_tool_result`", said!(r#"{"type":"tool_search_tool_result","tool_use_id":"srvtoolu_37","content":{"type":"tool_search_tool_search_result","tool_references":[]}},{"type":"text","text":"moin"}"#), "srvtoolu_37"),
    before("`mcp_tool_use`", said!(r#"{"type":"mcp_tool_use","id":"mcptoolu_37","name":"n","server_name":"s","input":{}},{"type":"text","text":"moin"}"#), "mcptoolu_37"),
    before("`mcp_tool_result`", said!(r#"{"type":"mcp_tool_result","tool_use_id":"mcptoolu_37","is_error":false,"content":[]},{"type":"text","text":"moin"}"#), "mcptoolu_37"),
    before("`mcp_tool_listing`", said!(r#"{"type":"mcp_tool_listing","server_name":"s","tools":[]},{"type":"text","text":"moin"}"#), ""),
    before("`advisor_tool_result`", said!(r#"{"type":"advisor_tool_result","tool_use_id":"srvtoolu_37","content":{"type":"advisor_result","text":"t"}},{"type":"text","text":"moin"}"#), "srvtoolu_37"),
    before("`compaction`", said!(r#"{"type":"compaction","content":"kurzum"},{"type":"text","text":"moin"}"#), "kurzum"),
    before("`fallback`", said!(r#"{"type":"fallback","from":{"model":"a"},"to":{"model":"b"}},{"type":"text","text":"moin"}"#), ""),
    before("`tool_addition`", said!(r#"{"type":"tool_addition","tool":{"type":"tool","name":"zeit"}},{"type":"text","text":"moin"}"#), "zeit"),
    before("`tool_removal`", said!(r#"{"type":"tool_removal","tool":{"type":"tool","name":"zeit"}},{"type":"text","text":"moin"}"#), "zeit"),
];
