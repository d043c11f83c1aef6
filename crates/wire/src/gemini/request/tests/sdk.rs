//! Requests as google-genai 3.4.0 sends them: spellings mixed, bytes in the alphabet of URLs, a streamed turn in as many
//! contents as it had pieces, and results without ids.

use super::*;
use crate::gemini::request::read;

/// The second request of a chat that calls Python functions by itself.
const CALLS: &str = r#"{"contents": [{"parts": [{"text": "what?"}, {"inlineData": {"data": "_---", "mime_type": "image/png"}}], "role": "user"},
    {"parts": [{"text": "so", "thought": true}, {"functionCall": {"id": "c", "args": {"a": 1.5}, "name": "f"}, "thoughtSignature": "UA=="},
        {"functionCall": {"args": {}, "name": "g"}}], "role": "model"},
    {"parts": [{"functionResponse": {"name": "f", "response": {"result": "a cat"}}},
        {"functionResponse": {"name": "g", "response": {"error": "dark"}}}], "role": "user"}],
    "tools": [{"functionDeclarations": [{"description": "Looks.", "name": "f", "parameters_json_schema": {"type": "object",
        "properties": {"a": {"type": "number"}}, "required": ["a"]}, "response_json_schema": {"type": "string"}}, {"description": "Gives.", "name": "g"}]}],
    "generationConfig": {}}"#;

/// What a chat hands back of a stream that Claude answered.
const STREAMED: &str = r#"{"contents": [{"parts": [{"text": "look"}], "role": "user"}, {"parts": [{"text": "h", "thought": true}], "role": "model"},
    {"parts": [{"text": "m", "thought": true}], "role": "model"},
    {"parts": [{"text": "", "thought": true, "thoughtSignature": "dHVybnBpa2U6c2lnbmVkOkVxPT0="}], "role": "model"},
    {"parts": [{"text": "H\u00e9 "}], "role": "model"}, {"parts": [{"text": "you"}], "role": "model"},
    {"parts": [{"functionCall": {"id": "d", "args": {}, "name": "g"}}], "role": "model"}, {"parts": [{"text": ""}], "role": "model"},
    {"parts": [{"functionResponse": {"name": "g", "response": {"result": {"a": 1}}}}], "role": "user"}],
    "tools": [{"functionDeclarations": [{"name": "g", "parameters": {"properties": {"a": {"nullable": true, "type": "NUMBER"}}, "type": "OBJECT"}}]}],
    "generationConfig": {"responseMimeType": "application/json", "thinkingConfig": {"include_thoughts": true, "thinking_level": "HIGH"},
        "responseSchema": {"properties": {"a": {"title": "A", "type": "INTEGER"}}, "property_ordering": ["a"], "required": ["a"], "title": "A", "type": "OBJECT"}}}"#;

#[test]
fn nothing_of_a_chat_is_lost() {
    for (name, body) in [("calls", CALLS), ("streamed", STREAMED)] {
        let request = read(body).unwrap();
        assert_eq!(request.unmapped, [""; 0]);
        let (back, dropped) = written_for(NEW, &request).unwrap();
        insta::assert_snapshot!(name, format!("{back}\n{}", dropped.join("\n")));
    }
}
