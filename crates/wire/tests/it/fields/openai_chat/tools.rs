//! Tools, and the choice among them.

use super::super::Row;

macro_rules! tools {
    ($tools:literal) => {
        concat!(r#"{"tools":["#, $tools, r#"]}"#)
    };
}

/// Something beside two tools.
macro_rules! two {
    ($beside:literal) => {
        concat!(
            r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}},{"type":"function","function":{"name":"zeit","parameters":{"type":"object"}}}]"#,
            $beside,
            "}"
        )
    };
}

/// Something beside two functions.
macro_rules! functions {
    ($beside:literal) => {
        concat!(
            r#"{"functions":[{"name":"wetter","parameters":{"type":"object"}},{"name":"zeit","parameters":{"type":"object"}}]"#,
            $beside,
            "}"
        )
    };
}

const TOOL: &str = tools!(r#"{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}"#);
const TWO: &str = two!("");

/// Something of a function.
const fn of_tool(field: &'static str, with: &'static str, mark: &'static str) -> Row {
    Row::new(field, with, mark).without(TOOL)
}

/// Something beside two tools.
const fn beside(field: &'static str, with: &'static str) -> Row {
    Row::new(field, with, "").without(TWO)
}

/// Something beside two functions.
const fn of_functions(field: &'static str, with: &'static str) -> Row {
    Row::new(field, with, "").without(functions!(""))
}

pub(super) const ROWS: &[Row] = &[
    Row::new("`function`", TOOL, "wetter"),
    of_tool(
        "its `description`",
        tools!(
            r#"{"type":"function","function":{"name":"wetter","description":"sagt es","parameters":{"type":"object"}}}"#
        ),
        "sagt es",
    ),
    Row::new(
        "`strict`",
        tools!(r#"{"type":"function","function":{"name":"wetter","parameters":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"],"additionalProperties":false},"strict":true}}"#),
        "",
    )
    .without(tools!(r#"{"type":"function","function":{"name":"wetter","parameters":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"],"additionalProperties":false}}}"#)),
    of_tool(
        "`cache_control` (Anthropic's, as LiteLLM takes it)",
        tools!(
            r#"{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}},"cache_control":{"type":"ephemeral"}}"#
        ),
        "",
    ),
    Row::new(
        "a name that does not fit",
        tools!(r#"{"type":"function","function":{"name":"wetter.heute","parameters":{"type":"object"}}}"#),
        "wetter",
    ),
    Row::new("`custom`", tools!(r#"{"type":"custom","custom":{"name":"patch","description":"flickt"}}"#), "patch"),
    Row::new(
        "`custom` with a grammar",
        tools!(
            r#"{"type":"custom","custom":{"name":"patch","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"start: marke"}}}}"#
        ),
        "start: marke",
    ),
    Row::new(
        "tools of another type (compatible servers)",
        tools!(r#"{"type":"web_search","web_search":{"enable":true}}"#),
        "",
    ),
    Row::new("`functions` (old)", functions!(""), "wetter"),
    of_functions("`function_call` (old) `auto`", functions!(r#","function_call":"auto""#))
        .needless("the model chooses, as without it"),
    of_functions("`function_call` `none`", functions!(r#","function_call":"none""#)),
    of_functions("`function_call` of one function", functions!(r#","function_call":{"name":"zeit"}"#)),
    Row::new("`functions` beside `tools`", two!(r#","functions":[{"name":"alt"}]"#), "").without(TWO),
    beside("`tool_choice` `auto`", two!(r#","tool_choice":"auto""#)).needless("the model chooses, as without it"),
    beside("`tool_choice` `required`", two!(r#","tool_choice":"required""#)),
    beside("`tool_choice` `none`", two!(r#","tool_choice":"none""#)),
    beside("`tool_choice` of one tool", two!(r#","tool_choice":{"type":"function","function":{"name":"zeit"}}"#)),
    beside(
        "`tool_choice` among some",
        two!(
            r#","tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"zeit"}}]}}"#
        ),
    ),
    beside("`parallel_tool_calls` false", two!(r#","parallel_tool_calls":false"#)),
    beside("`parallel_tool_calls` true", two!(r#","parallel_tool_calls":true"#))
        .needless("a model may call several tools at once, as without it"),
];
