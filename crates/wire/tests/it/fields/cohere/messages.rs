//! What is said, and what was said and done before.

use super::super::Row;

/// A content behind a text of the user's.
macro_rules! content {
    ($content:literal) => {
        concat!(r#"{"messages":[{"role":"user","content":[{"type":"text","text":"hi"},"#, $content, r#"]}]}"#)
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
    ($content:literal) => {
        concat!(
            r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"wetter","arguments":"{\"ort\":\"Ulm\"}"}}]},{"role":"tool","tool_call_id":"c1","content":"#,
            $content,
            r#"}],"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}]}"#
        )
    };
}

const NOTHING: &str = r#"{"messages":[{"role":"user","content":"hi"},{"role":"user","content":"ho"}]}"#;
const MOIN: &str = between!(r#"{"role":"assistant","content":"moin"}"#);
const IMAGE: &str = content!(r#"{"type":"image_url","image_url":{"url":"data:image/png;base64,UE5HIQ=="}}"#);
const TOOL: &str = r#"{"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}]}"#;
const SUNNY: &str = result!(r#"[{"type":"document","document":{"data":{"himmel":"sonnig"}}}]"#);

/// What stands before the assistant's text.
const fn before(field: &'static str, with: &'static str, mark: &'static str) -> Row {
    Row::new(field, with, mark).without(MOIN)
}

pub(super) const ROWS: &[Row] = &[
    Row::new("`system`", r#"{"messages":[{"role":"system","content":"kurz"},{"role":"user","content":"hi"}]}"#, "kurz"),
    Row::new("`system` behind a turn", between!(r#"{"role":"system","content":"kurz"}"#), "kurz").without(NOTHING),
    Row::new("`text`", content!(r#"{"type":"text","text":"ho ho"}"#), "ho ho"),
    Row::new("`image_url` with base64", IMAGE, "UE5HIQ=="),
    Row::new("`image_url` with a URL", content!(r#"{"type":"image_url","image_url":{"url":"https://bild.example/a.png"}}"#), "bild.example"),
    Row::new("`detail`", content!(r#"{"type":"image_url","image_url":{"url":"data:image/png;base64,UE5HIQ==","detail":"low"}}"#), "").without(IMAGE),
    Row::new("`assistant` with `content`", MOIN, "moin").without(NOTHING),
    before("`thinking`", between!(r#"{"role":"assistant","content":[{"type":"thinking","thinking":"grübel"},{"type":"text","text":"moin"}]}"#), "grübel"),
    before("`thinking` that a Claude signed", between!(r#"{"role":"assistant","content":[{"type":"thinking","thinking":"grübel","signature":"ErUBCkYIMarke="},{"type":"text","text":"moin"}]}"#), "grübel"),
    before("`thinking` that a Claude hides", between!(r#"{"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"turnpike:redacted:EmwKAhgBMark"},{"type":"text","text":"moin"}]}"#), "EmwKAhgBMark"),
    before("`thinking` of OpenAI's", between!(r#"{"role":"assistant","content":[{"type":"thinking","thinking":"grübel","signature":"turnpike:sealed:rs_37:gAAAAABpMarke"},{"type":"text","text":"moin"}]}"#), "gAAAAABpMarke"),
    before("`thinking` of a Gemini", between!(r#"{"role":"assistant","content":[{"type":"thinking","thinking":"grübel","signature":"turnpike:bound:CiQBcsjaMarke="},{"type":"text","text":"moin"}]}"#), "CiQBcsjaMarke="),
    before(
        "`citations`",
        between!(r#"{"role":"assistant","content":"moin","citations":[{"start":0,"end":4,"text":"moin","sources":[{"type":"document","id":"doc:0","document":{"id":"doc:0","text":"akte"}}]}]}"#),
        "",
    )
    .needless("they tell people what the text rests on; no model reads them"),
    Row::new("`tool_calls` and `tool`, `document` with an object", SUNNY, "himmel").without(TOOL),
    Row::new(
        "`tool_plan`",
        r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_plan":"ich sehe nach","tool_calls":[{"id":"c1","type":"function","function":{"name":"wetter","arguments":"{\"ort\":\"Ulm\"}"}}]},{"role":"tool","tool_call_id":"c1","content":[{"type":"document","document":{"data":{"himmel":"sonnig"}}}]}],"tools":[{"type":"function","function":{"name":"wetter","parameters":{"type":"object"}}}]}"#,
        "ich sehe nach",
    )
    .without(SUNNY),
    Row::new("`tool` with a string", result!(r#""sonnig""#), "sonnig").without(TOOL),
    Row::new("`document` with a string", result!(r#"[{"type":"document","document":{"data":"sonnig"}}]"#), "sonnig").without(TOOL),
    Row::new("`id` of a document in a result", result!(r#"[{"type":"document","document":{"id":"marke","data":{"himmel":"sonnig"}}}]"#), "")
        .without(SUNNY)
        .needless("citations of the answer name the document by it again; no model is told it"),
];
