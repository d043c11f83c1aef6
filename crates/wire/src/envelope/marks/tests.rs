//! Tables of pieces of bodies and what their structure tells.

use super::super::MAX_NODES;
use super::super::apart::{LONGEST_NAME, MOST_NAMES};
use super::*;

fn marks(body: &str) -> Marks {
    read(Dialect::OpenAiChat, body.as_bytes(), MAX_NODES).unwrap()
}

#[test]
fn text_and_tools_stand_in_the_body() {
    for body in [
        r#"{"content":"what is a computer? \"type\": \"image\", \"file_id\": 1, web_search, the url of a file"}"#,
        r#"{"content":"it ends in \"type","a":"image"}"#,
        r#"{"arguments":"{\"type\":\"image_url\",\"audio\":{\"id\":\"a\"}}"}"#,
        r#"["type","image","file_id"]"#,
        r#"{"required":["type"],"name":"file_id"}"#,
        r#"{"properties":{"type":{"type":"string","enum":["image"]}}}"#,
        r#"{"type":["string","null"]}"#,
        r#"{"type":null,"audio":null,"container" : null,"thread":null}"#,
        r#"{"content":[{"type":"text","text":"image"},{"type" : "tool_result","content":"a"}]}"#,
        r#"{"tool_choice":{"type":"any"},"thinking":{"type":"adaptive"},"cache_control":{"type":"ephemeral"}}"#,
        r#"{"content":"caf\u00e9 \u0007 \u2028"}"#,
    ] {
        assert!(!marks(body).has_references, "{body}");
    }
    for kind in INLINE {
        assert!(!marks(&format!(r#"{{"type":"{kind}"}}"#)).has_references, "{kind}");
    }
}

#[test]
fn everything_else_may_stand_elsewhere() {
    for body in [
        r#"{"type":"image_url","image_url":{"url":"https://x/y.png"}}"#,
        "{\"type\"\n:\t\"document\"}",
        r#"{"type":"Text"}"#,
        r#"{"type":""}"#,
        r#"{"type":"new_in_2031"}"#,
        r#"{"a":"\\","type":"input_audio"}"#,
        r#"{"a \"type":1,"type":"file"}"#,
        r#"[[{"type":"text"},{"type":"video_url"}]]"#,
        r#"{"type":"text\u0069"}"#,
        r#"{"t\u0079pe":"image"}"#,
        r#"{"t\u0079pe":"\u0069mage"}"#,
    ] {
        assert!(marks(body).has_references, "{body}");
    }
    for key in ELSEWHERE {
        for value in ["{}", "\"x\"", "[1]", "true"] {
            assert!(marks(&format!(r#"{{"a":[{{"{key}" : {value}}}]}}"#)).has_references, "{key} {value}");
        }
    }
}

#[test]
fn tools_and_formats_are_keys() {
    for key in TOOLS {
        assert!(marks(&format!(r#"{{"{key}":[]}}"#)).brings_tools, "{key}");
        assert!(!marks(&format!(r#"{{"content":"{key} \"{key}\": []"}}"#)).brings_tools, "{key}");
    }
    assert!(marks(r#"{"\u0074ools":[]}"#).brings_tools, "in disguise");
    assert!(!marks(r#"{"content":"\u0074ools"}"#).brings_tools);
}

#[test]
fn tools_with_a_price_of_their_own_are_named() {
    for (kind, named) in [
        ("web_search_20260318", Some("tools (web_search_20260318)")),
        ("web_search", Some("tools (web_search)")),
        ("code_execution_20250825", Some("tools (code_execution_20250825)")),
        ("file_search", Some("tools (file_search)")),
        ("computer_use_preview", Some("tools (computer_use_preview)")),
        ("image_generation", Some("tools (image_generation)")),
        (r"w\u0065b_search", Some("tools (web_search)")),
        (r"web_search\u000a\u001b[0m", Some("tools (web_search)")),
        ("web_search_preview", Some("tools (web_search_preview)")),
        ("code_interpreter", Some("tools (code_interpreter)")),
        ("shell", Some("tools (shell)")),
        ("mcp", Some("tools (mcp)")),
        ("mcp_list_tools", None),
        ("mcp_approval_response", None),
        ("mcp_call", None),
        ("web_search_call", None),
        ("file_search_call", None),
        ("code_interpreter_call", None),
        ("image_generation_call", None),
        ("shell_call_output", None),
        ("local_shell", None),
        ("custom", None),
        ("namespace", None),
        ("computer_20250124", None),
        ("web_fetch_20250910", None),
        ("function", None),
        ("my_web_search", None),
    ] {
        let body = format!(r#"{{"tools":[{{"type":"{kind}"}},{{"type" : "{kind}"}}]}}"#);
        assert_eq!(marks(&body).priced_apart.names(), Vec::from_iter(named), "{kind}");
    }
    assert!(marks(r#"{"content":"\"type\":\"web_search\"","name":"web_search"}"#).priced_apart.names().is_empty());
}

#[test]
fn names_are_bounded() {
    let tools: Vec<_> = (0..1_000).map(|n| format!(r#"{{"type":"web_search_{n}{}"}}"#, "x".repeat(100))).collect();
    let marks = marks(&format!("[{}]", tools.join(",")));
    let named = marks.priced_apart.names();
    assert_eq!(named.len(), MOST_NAMES);
    assert!(named.iter().all(|name| name.len() == "tools ()".len() + LONGEST_NAME), "{named:?}");
}

#[test]
fn what_is_not_json_harms_nobody() {
    for body in ["", "\"", "\"type", "\"type\":", "\"type\":\"", "\"type\":\"a\\", "{\"\\\":", "\"\\u00", "]]]"] {
        marks(body);
    }
    read(Dialect::OpenAiChat, b"\"\xff\\u0041\":\"\xff\"", MAX_NODES).unwrap();
}

#[test]
fn what_stands_in_a_schema_or_in_arguments_is_the_users_own_words() {
    for body in [
        r#"{"input_schema":{"properties":{"container":{"type":"bug"}}}}"#,
        r#"{"parameters":{"file_id":{"a":{"type":"image"}}},"type":"function"}"#,
        r#"{"type":"tool_use","input":{"type":"bug","thread":1}}"#,
        r#"{"json_schema":{"schema":{"audio":{}}},"type":"json_schema"}"#,
        r#"{"context_management":{"edits":[{"type":"clear_thinking_20251015"}]}}"#,
    ] {
        assert!(!marks(body).has_references, "{body}");
    }
    for body in [
        r#"{"input":{"a":{}},"type":"image"}"#,
        r#"[{"parameters":{"x":{"y":[1]}}},{"type":"image_url"}]"#,
        r#"{"input":"x","type":"image"}"#,
    ] {
        assert!(marks(body).has_references, "{body}");
    }
}
