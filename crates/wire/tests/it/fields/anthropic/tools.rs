//! Tools, and the choice among them.

use super::super::Row;

macro_rules! tools {
    ($tools:literal) => {
        concat!(r#"{"tools":["#, $tools, r#"]}"#)
    };
}

macro_rules! choice {
    ($choice:literal) => {
        concat!(
            r#"{"tools":[{"name":"wetter","input_schema":{"type":"object"}},{"name":"zeit","input_schema":{"type":"object"}}],"tool_choice":"#,
            $choice,
            "}"
        )
    };
}

const TOOL: &str = tools!(r#"{"name":"wetter","input_schema":{"type":"object"}}"#);
const TWO: &str =
    tools!(r#"{"name":"wetter","input_schema":{"type":"object"}},{"name":"zeit","input_schema":{"type":"object"}}"#);
const SEARCH: &str = tools!(r#"{"type":"web_search_20250305","name":"web_search"}"#);

/// Something of a tool.
const fn of_tool(field: &'static str, with: &'static str, mark: &'static str) -> Row {
    Row::new(field, with, mark).without(TOOL)
}

/// Something of a search.
const fn of_search(field: &'static str, with: &'static str, mark: &'static str) -> Row {
    Row::new(field, with, mark).without(SEARCH)
}

/// A choice among two tools.
const fn chosen(field: &'static str, with: &'static str) -> Row {
    Row::new(field, with, "").without(TWO)
}

pub(super) const ROWS: &[Row] = &[
    Row::new("a tool of the client's", TOOL, "wetter"),
    of_tool("its `description`", tools!(r#"{"name":"wetter","description":"sagt es","input_schema":{"type":"object"}}"#), "sagt es"),
    of_tool("`type` `custom`", tools!(r#"{"type":"custom","name":"wetter","input_schema":{"type":"object"}}"#), "")
        .needless("it says what a tool without a type is"),
    Row::new("`strict`", tools!(r#"{"name":"wetter","input_schema":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"],"additionalProperties":false},"strict":true}"#), "")
        .without(tools!(r#"{"name":"wetter","input_schema":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"],"additionalProperties":false}}"#)),
    Row::new("`strict` with a schema that leaves something open", tools!(r#"{"name":"wetter","input_schema":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"]},"strict":true}"#), "")
        .without(tools!(r#"{"name":"wetter","input_schema":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"]}}"#)),
    of_tool("`cache_control`", tools!(r#"{"name":"wetter","input_schema":{"type":"object"},"cache_control":{"type":"ephemeral"}}"#), ""),
    of_tool("`defer_loading`", tools!(r#"{"name":"wetter","input_schema":{"type":"object"},"defer_loading":true}"#), ""),
    of_tool("`eager_input_streaming`", tools!(r#"{"name":"wetter","input_schema":{"type":"object"},"eager_input_streaming":true}"#), ""),
    of_tool("`input_examples`", tools!(r#"{"name":"wetter","input_schema":{"type":"object"},"input_examples":[{"ort":"Ulm"}]}"#), "Ulm"),
    of_tool("`allowed_callers`", tools!(r#"{"name":"wetter","input_schema":{"type":"object"},"allowed_callers":["code_execution_20250825"]}"#), ""),
    of_tool(
        "these with their defaults",
        tools!(r#"{"name":"wetter","input_schema":{"type":"object"},"defer_loading":false,"eager_input_streaming":false,"allowed_callers":["direct"]}"#),
        "",
    )
    .needless("the tool is there from the start and the model calls it itself, as any tool"),
    Row::new("a name that does not fit", tools!(r#"{"name":"wetter.heute","input_schema":{"type":"object"}}"#), "wetter"),
    Row::new("`web_search_20250305`", SEARCH, ""),
    Row::new("`web_search_20260209`", tools!(r#"{"type":"web_search_20260209","name":"web_search"}"#), ""),
    Row::new("`web_search_20260318`", tools!(r#"{"type":"web_search_20260318","name":"web_search"}"#), ""),
    of_search("`max_uses`", tools!(r#"{"type":"web_search_20250305","name":"web_search","max_uses":7}"#), "7"),
    of_search("`allowed_domains`", tools!(r#"{"type":"web_search_20250305","name":"web_search","allowed_domains":["ja.example"]}"#), "ja.example"),
    of_search("`blocked_domains`", tools!(r#"{"type":"web_search_20250305","name":"web_search","blocked_domains":["nein.example"]}"#), "nein.example"),
    of_search("`user_location`", tools!(r#"{"type":"web_search_20250305","name":"web_search","user_location":{"type":"approximate","city":"Ulm"}}"#), "Ulm"),
    of_search("`cache_control` of a search", tools!(r#"{"type":"web_search_20250305","name":"web_search","cache_control":{"type":"ephemeral"}}"#), ""),
    Row::new("`response_inclusion` of a search", tools!(r#"{"type":"web_search_20260318","name":"web_search","response_inclusion":"excluded"}"#), "")
        .without(tools!(r#"{"type":"web_search_20260318","name":"web_search"}"#)),
    Row::new("`response_inclusion` `full`", tools!(r#"{"type":"web_search_20260318","name":"web_search","response_inclusion":"full"}"#), "")
        .without(tools!(r#"{"type":"web_search_20260318","name":"web_search"}"#))
        .needless("what a search found stands in the answer, as without it"),
    Row::new("`web_fetch_20250910`", tools!(r#"{"type":"web_fetch_20250910","name":"web_fetch"}"#), ""),
    Row::new("`code_execution_20250825`", tools!(r#"{"type":"code_execution_20250825","name":"code_execution"}"#), ""),
    Row::new("`bash_20250124`", tools!(r#"{"type":"bash_20250124","name":"bash"}"#), ""),
    Row::new("`text_editor_20250728`", tools!(r#"{"type":"text_editor_20250728","name":"str_replace_based_edit_tool"}"#), ""),
    Row::new("`memory_20250818`", tools!(r#"{"type":"memory_20250818","name":"memory"}"#), ""),
    Row::new("`computer_toolset_20260801`", tools!(r#"{"type":"computer_toolset_20260801","name":"computer"}"#), ""),
    Row::new("`browser_toolset_20260801`", tools!(r#"{"type":"browser_toolset_20260801","name":"browser"}"#), ""),
    Row::new("`tool_search_tool_bm25_20251119`", tools!(r#"{"type":"tool_search_tool_bm25_20251119","name":"tool_search_tool_bm25"}"#), ""),
    Row::new("`tool_search_tool_regex_20251119`", tools!(r#"{"type":"tool_search_tool_regex_20251119","name":"tool_search_tool_regex"}"#), ""),
    chosen("`tool_choice` `auto`", choice!(r#"{"type":"auto"}"#)).needless("the model chooses, as without it"),
    chosen("`tool_choice` `any`", choice!(r#"{"type":"any"}"#)),
    chosen("`tool_choice` `tool`", choice!(r#"{"type":"tool","name":"zeit"}"#)),
    chosen("`tool_choice` `none`", choice!(r#"{"type":"none"}"#)),
    Row::new("`disable_parallel_tool_use`", choice!(r#"{"type":"any","disable_parallel_tool_use":true}"#), "")
        .without(choice!(r#"{"type":"any"}"#)),
];
