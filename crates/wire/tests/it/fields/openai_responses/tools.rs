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
            r#"{"tools":[{"type":"function","name":"wetter","parameters":{"type":"object"}},{"type":"function","name":"zeit","parameters":{"type":"object"}}],"tool_choice":"#,
            $choice,
            "}"
        )
    };
}

const TOOL: &str = tools!(r#"{"type":"function","name":"wetter","parameters":{"type":"object"}}"#);
const TWO: &str = tools!(
    r#"{"type":"function","name":"wetter","parameters":{"type":"object"}},{"type":"function","name":"zeit","parameters":{"type":"object"}}"#
);
const SEARCH: &str = tools!(r#"{"type":"web_search"}"#);

/// Something of a function.
const fn of_tool(field: &'static str, with: &'static str, mark: &'static str) -> Row {
    Row::new(field, with, mark).without(TOOL)
}

/// Something of a search.
const fn of_search(field: &'static str, with: &'static str, mark: &'static str) -> Row {
    Row::new(field, with, mark).without(SEARCH)
}

pub(super) const ROWS: &[Row] = &[
    Row::new("`function`", TOOL, "wetter"),
    of_tool("its `description`", tools!(r#"{"type":"function","name":"wetter","description":"sagt es","parameters":{"type":"object"}}"#), "sagt es"),
    Row::new("`strict`", tools!(r#"{"type":"function","name":"wetter","parameters":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"],"additionalProperties":false},"strict":true}"#), "")
        .without(tools!(r#"{"type":"function","name":"wetter","parameters":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"],"additionalProperties":false}}"#)),
    of_tool("`defer_loading`", tools!(r#"{"type":"function","name":"wetter","parameters":{"type":"object"},"defer_loading":true}"#), ""),
    of_tool("`allowed_callers`", tools!(r#"{"type":"function","name":"wetter","parameters":{"type":"object"},"allowed_callers":["program"]}"#), ""),
    of_tool("`async`", tools!(r#"{"type":"function","name":"wetter","parameters":{"type":"object"},"async":true}"#), ""),
    of_tool(
        "these three with their defaults",
        tools!(r#"{"type":"function","name":"wetter","parameters":{"type":"object"},"defer_loading":false,"allowed_callers":["direct"],"async":false}"#),
        "",
    )
    .needless("the tool is there from the start, the model calls it itself and waits for it, as any tool"),
    Row::new("a name that does not fit", tools!(r#"{"type":"function","name":"wetter.heute","parameters":{"type":"object"}}"#), "wetter"),
    Row::new("`custom`", tools!(r#"{"type":"custom","name":"patch","description":"flickt"}"#), "patch"),
    Row::new(
        "`custom` with a grammar",
        tools!(r#"{"type":"custom","name":"patch","format":{"type":"grammar","syntax":"lark","definition":"start: marke"}}"#),
        "start: marke",
    ),
    Row::new(
        "`namespace`",
        tools!(r#"{"type":"namespace","name":"dienst","description":"alles","tools":[{"type":"function","name":"wetter","parameters":{"type":"object"}}]}"#),
        "dienst",
    ),
    Row::new("`web_search`", SEARCH, ""),
    of_search("`filters.allowed_domains`", tools!(r#"{"type":"web_search","filters":{"allowed_domains":["ja.example"]}}"#), "ja.example"),
    of_search("`filters.blocked_domains`", tools!(r#"{"type":"web_search","filters":{"blocked_domains":["nein.example"]}}"#), "nein.example"),
    of_search("`user_location`", tools!(r#"{"type":"web_search","user_location":{"type":"approximate","city":"Ulm"}}"#), "Ulm"),
    of_search("`search_context_size`", tools!(r#"{"type":"web_search","search_context_size":"high"}"#), "high"),
    of_search("`search_context_size` `medium`", tools!(r#"{"type":"web_search","search_context_size":"medium"}"#), "")
        .needless("OpenAI's default: as much as without it"),
    of_search("`external_web_access` true", tools!(r#"{"type":"web_search","external_web_access":true}"#), "")
        .needless("a search of the web leaves the house, as without it"),
    Row::new("a search with `external_web_access` false", tools!(r#"{"type":"web_search","external_web_access":false}"#), ""),
    of_search("`search_content_types` with images", tools!(r#"{"type":"web_search","search_content_types":["text","image"]}"#), ""),
    Row::new("`tool_search`", tools!(r#"{"type":"tool_search"}"#), ""),
    Row::new("`file_search`", tools!(r#"{"type":"file_search","vector_store_ids":["vs_37"]}"#), "vs_37"),
    Row::new("`computer`", tools!(r#"{"type":"computer"}"#), ""),
    Row::new("`computer_use_preview`", tools!(r#"{"type":"computer_use_preview","display_width":37,"display_height":37,"environment":"linux"}"#), ""),
    Row::new("`mcp`", tools!(r#"{"type":"mcp","server_label":"s","server_url":"https://mcp.example"}"#), "mcp.example"),
    Row::new("`code_interpreter`", tools!(r#"{"type":"code_interpreter","container":{"type":"auto"}}"#), ""),
    Row::new("`programmatic_tool_calling`", tools!(r#"{"type":"programmatic_tool_calling"}"#), ""),
    Row::new("`image_generation`", tools!(r#"{"type":"image_generation"}"#), ""),
    Row::new("`local_shell`", tools!(r#"{"type":"local_shell"}"#), ""),
    Row::new("`shell`", tools!(r#"{"type":"shell"}"#), ""),
    Row::new("`apply_patch`", tools!(r#"{"type":"apply_patch"}"#), ""),
    Row::new("`tool_choice` `auto`", choice!(r#""auto""#), "").without(TWO).needless("the model chooses, as without it"),
    Row::new("`tool_choice` `required`", choice!(r#""required""#), "").without(TWO),
    Row::new("`tool_choice` `none`", choice!(r#""none""#), "").without(TWO),
    Row::new("`tool_choice` of one tool", choice!(r#"{"type":"function","name":"zeit"}"#), "").without(TWO),
    Row::new("`tool_choice` among some", choice!(r#"{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"zeit"}]}"#), "").without(TWO),
    Row::new("`tool_choice` of a tool that OpenAI runs", choice!(r#"{"type":"code_interpreter"}"#), "").without(TWO),
    Row::new(
        "`parallel_tool_calls` false",
        r#"{"tools":[{"type":"function","name":"wetter","parameters":{"type":"object"}}],"parallel_tool_calls":false}"#,
        "",
    )
    .without(TOOL),
    Row::new(
        "`parallel_tool_calls` true",
        r#"{"tools":[{"type":"function","name":"wetter","parameters":{"type":"object"}}],"parallel_tool_calls":true}"#,
        "",
    )
    .without(TOOL)
    .needless("a model may call several tools at once, as without it"),
];
