//! What was said, thought and done before.

use super::super::Row;

/// What the assistant said, between two messages of the user's.
macro_rules! said {
    ($blocks:literal) => {
        concat!(
            r#"{"messages":[{"role":"user","content":[{"text":"hi"}]},{"role":"assistant","content":["#,
            $blocks,
            r#"]},{"role":"user","content":[{"text":"ho"}]}]}"#
        )
    };
}

/// A call of a tool with what came of it.
macro_rules! result {
    ($content:literal) => {
        concat!(
            r#"{"messages":[{"role":"user","content":[{"text":"hi"}]},{"role":"assistant","content":[{"toolUse":{"toolUseId":"tooluse_1","name":"wetter","input":{"ort":"Ulm"}}}]},{"role":"user","content":[{"toolResult":{"toolUseId":"tooluse_1","content":["#,
            $content,
            r#"}}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"wetter","inputSchema":{"json":{"type":"object"}}}}]}}"#
        )
    };
}

/// Citations of a text of the assistant's.
macro_rules! cited {
    ($citation:literal) => {
        concat!(
            r#"{"messages":[{"role":"user","content":[{"document":{"format":"txt","name":"bericht","source":{"text":"akte"}}},{"searchResult":{"source":"https://quelle.example","title":"Quelle","content":[{"text":"es regnet"}]}}]},{"role":"assistant","content":[{"citationsContent":{"content":[{"text":"moin"}],"citations":["#,
            $citation,
            r#"]}}]},{"role":"user","content":[{"text":"ho"}]}]}"#
        )
    };
}

const MOIN: &str = said!(r#"{"text":"moin"}"#);
const UNCITED: &str = cited!("");
const TOOL: &str =
    r#"{"toolConfig":{"tools":[{"toolSpec":{"name":"wetter","inputSchema":{"json":{"type":"object"}}}}]}}"#;
const SUNNY: &str = result!(r#"{"text":"sonnig"}]"#);

/// A block before the assistant's text.
const fn before(field: &'static str, with: &'static str, mark: &'static str) -> Row {
    Row::new(field, with, mark).without(MOIN)
}

/// A citation of the assistant's text.
const fn cites(field: &'static str, with: &'static str) -> Row {
    Row::new(field, with, "").without(UNCITED)
}

/// Something of a result.
const fn gives(field: &'static str, with: &'static str, mark: &'static str) -> Row {
    Row::new(field, with, mark).without(SUNNY)
}

pub(super) const ROWS: &[Row] = &[
    before("`reasoningText` with a Claude's `signature`", said!(r#"{"reasoningContent":{"reasoningText":{"text":"grübel","signature":"ErUBCkYIMarke="}}},{"text":"moin"}"#), "grübel"),
    before("`reasoningText` without a `signature`", said!(r#"{"reasoningContent":{"reasoningText":{"text":"grübel"}}},{"text":"moin"}"#), "grübel"),
    before("`reasoningText` of OpenAI's", said!(r#"{"reasoningContent":{"reasoningText":{"text":"grübel","signature":"turnpike:sealed:rs_37:gAAAAABpMarke"}}},{"text":"moin"}"#), "gAAAAABpMarke"),
    before("`reasoningText` of a Gemini", said!(r#"{"reasoningContent":{"reasoningText":{"text":"grübel","signature":"turnpike:bound:CiQBcsjaMarke="}}},{"text":"moin"}"#), "CiQBcsjaMarke="),
    before("`redactedContent`", said!(r#"{"reasoningContent":{"redactedContent":"EmwKAhgBMark"}},{"text":"moin"}"#), "EmwKAhgBMark"),
    before("`citationsContent` without citations", said!(r#"{"citationsContent":{"content":[{"text":"servus"}],"citations":[]}},{"text":"moin"}"#), "servus"),
    cites("citation `documentChar`", cited!(r#"{"title":"bericht","sourceContent":[{"text":"ak"}],"location":{"documentChar":{"documentIndex":0,"start":0,"end":2}}}"#)),
    cites("citation `documentPage`", cited!(r#"{"title":"bericht","sourceContent":[{"text":"ak"}],"location":{"documentPage":{"documentIndex":0,"start":1,"end":2}}}"#)),
    cites("citation `documentChunk`", cited!(r#"{"title":"bericht","sourceContent":[{"text":"ak"}],"location":{"documentChunk":{"documentIndex":0,"start":0,"end":1}}}"#)),
    cites("citation `searchResultLocation`", cited!(r#"{"title":"Quelle","source":"https://quelle.example","sourceContent":[{"text":"es"}],"location":{"searchResultLocation":{"searchResultIndex":0,"start":0,"end":1}}}"#)),
    cites("citation `web`", cited!(r#"{"title":"Netz","sourceContent":[{"text":"es"}],"location":{"web":{"url":"https://netz.example","domain":"netz.example"}}}"#))
        .needless("it tells people what the text rests on; no model reads it"),
    Row::new("`toolUse` and `toolResult` with `text`", SUNNY, "sonnig").without(TOOL),
    Row::new("`toolResult` with `json`", result!(r#"{"json":{"himmel":"sonnig"}}]"#), "himmel").without(TOOL),
    gives("`image` in a result", result!(r#"{"text":"sonnig"},{"image":{"format":"png","source":{"bytes":"UE5HIQ=="}}}]"#), "UE5HIQ=="),
    gives("`document` in a result", result!(r#"{"text":"sonnig"},{"document":{"format":"pdf","name":"bericht","source":{"bytes":"UERGIQ=="}}}]"#), "UERGIQ=="),
    gives("`video` in a result", result!(r#"{"text":"sonnig"},{"video":{"format":"mp4","source":{"bytes":"TVA0IQ=="}}}]"#), "TVA0IQ=="),
    gives("`searchResult` in a result", result!(r#"{"text":"sonnig"},{"searchResult":{"source":"https://quelle.example","title":"Quelle","content":[{"text":"es regnet"}]}}]"#), "es regnet"),
    gives("`status` `error`", result!(r#"{"text":"sonnig"}],"status":"error""#), ""),
    gives("`status` `success`", result!(r#"{"text":"sonnig"}],"status":"success""#), "").needless("no other API says that a tool did not fail"),
    gives("`type` of a result", result!(r#"{"text":"sonnig"}],"type":"marke""#), "marke"),
    before("`toolUse` with `type` `server_tool_use`", said!(r#"{"toolUse":{"toolUseId":"tooluse_2","name":"nova_grounding","input":{},"type":"server_tool_use"}},{"text":"moin"}"#), "nova_grounding"),
];
