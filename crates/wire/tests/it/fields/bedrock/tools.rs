//! Tools, and the choice among them.

use super::super::Row;

macro_rules! tools {
    ($tools:literal) => {
        concat!(r#"{"toolConfig":{"tools":["#, $tools, "]}}")
    };
}

macro_rules! choice {
    ($choice:literal) => {
        concat!(
            r#"{"toolConfig":{"tools":[{"toolSpec":{"name":"wetter","inputSchema":{"json":{"type":"object"}}}},{"toolSpec":{"name":"zeit","inputSchema":{"json":{"type":"object"}}}}],"toolChoice":"#,
            $choice,
            "}}"
        )
    };
}

const TOOL: &str = tools!(r#"{"toolSpec":{"name":"wetter","inputSchema":{"json":{"type":"object"}}}}"#);
const TWO: &str = tools!(
    r#"{"toolSpec":{"name":"wetter","inputSchema":{"json":{"type":"object"}}}},{"toolSpec":{"name":"zeit","inputSchema":{"json":{"type":"object"}}}}"#
);

pub(super) const ROWS: &[Row] = &[
    Row::new("`toolSpec`", TOOL, "wetter"),
    Row::new("its `description`", tools!(r#"{"toolSpec":{"name":"wetter","description":"sagt es","inputSchema":{"json":{"type":"object"}}}}"#), "sagt es").without(TOOL),
    Row::new("`strict`", tools!(r#"{"toolSpec":{"name":"wetter","strict":true,"inputSchema":{"json":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"],"additionalProperties":false}}}}"#), "")
        .without(tools!(r#"{"toolSpec":{"name":"wetter","inputSchema":{"json":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"],"additionalProperties":false}}}}"#)),
    Row::new("`strict` with a schema that leaves something open", tools!(r#"{"toolSpec":{"name":"wetter","strict":true,"inputSchema":{"json":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"]}}}}"#), "")
        .without(tools!(r#"{"toolSpec":{"name":"wetter","inputSchema":{"json":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"]}}}}"#)),
    Row::new("`cachePoint` behind a tool", tools!(r#"{"toolSpec":{"name":"wetter","inputSchema":{"json":{"type":"object"}}}},{"cachePoint":{"type":"default"}}"#), "").without(TOOL),
    Row::new("`systemTool`", tools!(r#"{"systemTool":{"name":"nova_grounding"}}"#), "nova_grounding"),
    Row::new("`toolChoice` `auto`", choice!(r#"{"auto":{}}"#), "").without(TWO).needless("the model chooses, as without it"),
    Row::new("`toolChoice` `any`", choice!(r#"{"any":{}}"#), "").without(TWO),
    Row::new("`toolChoice` `tool`", choice!(r#"{"tool":{"name":"zeit"}}"#), "").without(TWO),
    Row::new(
        "`additionalModelRequestFields.tool_choice.disable_parallel_tool_use`",
        r#"{"toolConfig":{"tools":[{"toolSpec":{"name":"wetter","inputSchema":{"json":{"type":"object"}}}}]},"additionalModelRequestFields":{"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}}"#,
        "",
    )
    .without(TOOL),
];
