//! Reading what has no place in the conversation, or is wrong.

use super::reading::{with, with_block};
use crate::anthropic::request::read;
use crate::chat::Part;

#[test]
fn what_has_no_place_is_named_with_its_path() {
    let cases = [
        (with(r#""thread":{"type":"create"}"#), "thread"),
        (with(r#""context_management":{"edits":[]}"#), "context_management"),
        (with(r#""cache_control":{"type":"ephemeral"}"#), "cache_control"),
        (with(r#""speed":"fast""#), "speed"),
        (with(r#""metadata":{"team":"x"}"#), "metadata.team"),
        (with(r#""thinking":{"type":"between_tools"}"#), "thinking (between_tools)"),
        (with(r#""thinking":{"type":"adaptive","budget_tokens":3}"#), "thinking.budget_tokens"),
        (with(r#""output_config":{"task_budget":{}}"#), "output_config.task_budget"),
        (with(r#""output_config":{"format":{"type":"regex"}}"#), "output_config.format (regex)"),
        (with(r#""tools":[{"name":"f","defer_loading":true}]"#), "tools[0].defer_loading"),
        (with(r#""tools":[{"type":"web_search_20270101","name":"web_search"}]"#), "tools[0] (web_search_20270101)"),
        (
            with(
                r#""tools":[{"type":"web_search_20250305","name":"web_search","allowed_callers":["code_execution_20260521"]}]"#,
            ),
            "tools[0].allowed_callers",
        ),
        (
            with(
                r#""tools":[{"type":"web_search_20250305","name":"web_search"},{"type":"web_search_20260209","name":"web_search"}]"#,
            ),
            "tools[1] (web_search_20260209)",
        ),
        (
            with(r#""tools":[{"type":"tool_search_tool_bm25_20251119","name":"t"}]"#),
            "tools[0] (tool_search_tool_bm25_20251119)",
        ),
        (
            with_block(r#"{"type":"server_tool_use","id":"s","name":"web_fetch","input":{}}"#),
            "messages[0].content[0] (server_tool_use)",
        ),
        (
            with_block(r#"{"type":"server_tool_use","id":"s","name":"web_search","input":{"query":"q","depth":1}}"#),
            "messages[0].content[0].input.depth",
        ),
        (
            with_block(
                r#"{"type":"web_search_tool_result","tool_use_id":"s","content":[],"caller":{"type":"code_execution_20260521"}}"#,
            ),
            "messages[0].content[0].caller",
        ),
        (with_block(r#"{"type":"tool_addition","tool":{}}"#), "messages[0].content[0] (tool_addition)"),
        (with(r#""tool_choice":{"type":"none","disable_parallel_tool_use":true,"x":1}"#), "tool_choice.x"),
        (with(r#""system":[{"type":"text","text":"x","citations":[{"type":"a"}]}]"#), "system[0].citations[0] (a)"),
        (with_block(r#"{"type":"container_upload","file_id":"x"}"#), "messages[0].content[0] (container_upload)"),
        (
            with_block(
                r#"{"type":"text","text":"x","citations":[{"type":"web_search_result_location","cited_text":"q","url":"u","title":null,"encrypted_index":"E"}]}"#,
            ),
            "messages[0].content[0].citations[0].encrypted_index",
        ),
        (
            with_block(r#"{"type":"document","source":{"type":"url","url":"u"},"citations":{"enabled":true,"x":1}}"#),
            "messages[0].content[0].citations.x",
        ),
        (
            with_block(
                r#"{"type":"document","source":{"type":"content","content":[{"type":"text","text":"a"},{"type":"image"}]}}"#,
            ),
            "messages[0].content[0].source.content[1] (image)",
        ),
        (
            with_block(
                r#"{"type":"search_result","source":"s","title":"t","content":[{"type":"text","text":"a","x":1}]}"#,
            ),
            "messages[0].content[0].content[0].x",
        ),
        (
            with_block(
                r#"{"type":"image","source":{"type":"url","url":"u"},"transformations":{"oversized_image":"error"}}"#,
            ),
            "messages[0].content[0].transformations",
        ),
        (
            with_block(r#"{"type":"text","text":"x","cache_control":{"type":"ephemeral","scope":"global"}}"#),
            "messages[0].content[0].cache_control.scope",
        ),
        (
            with_block(r#"{"type":"tool_result","tool_use_id":"t","content":[{"type":"from_the_future"}]}"#),
            "messages[0].content[0].content[0] (from_the_future)",
        ),
        (
            with_block(
                r#"{"type":"tool_use","id":"t","name":"f","input":{},"caller":{"type":"code_execution_20260521"}}"#,
            ),
            "messages[0].content[0].caller",
        ),
        (
            r#"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x","name":"n"}]}"#.to_owned(),
            "messages[0].name",
        ),
    ];
    for (body, path) in cases {
        assert_eq!(read(&body).unwrap().unmapped, [path], "{body}");
    }
}

#[test]
fn mistakes_are_refused_with_their_path() {
    let cases = [
        ("[]".to_owned(), "body"),
        (r#"{"max_tokens":1,"messages":[]}"#.to_owned(), "model"),
        (r#"{"model":"m","messages":[]}"#.to_owned(), "max_tokens"),
        (r#"{"model":"m","max_tokens":1.5,"messages":[]}"#.to_owned(), "max_tokens"),
        (r#"{"model":"m","max_tokens":1}"#.to_owned(), "messages"),
        (r#"{"model":"m","max_tokens":1,"messages":[{"role":"tool","content":"x"}]}"#.to_owned(), "messages[0].role"),
        (r#"{"model":"m","max_tokens":1,"messages":[{"role":"user"}]}"#.to_owned(), "messages[0].content"),
        (r#"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":3}]}"#.to_owned(), "messages[0].content"),
        (with(r#""temperature":"hot""#), "temperature"),
        (with(r#""stream":1"#), "stream"),
        (with(r#""stop_sequences":"x""#), "stop_sequences"),
        (with(r#""system":[{"type":"image"}]"#), "system[0].type"),
        (with(r#""thinking":{"type":"enabled"}"#), "thinking.budget_tokens"),
        (with(r#""tools":[{"name":"f","input_schema":"x"}]"#), "tools[0].input_schema"),
        (with(r#""tool_choice":{"type":"tool"}"#), "tool_choice.name"),
        (with(r#""tool_choice":"auto""#), "tool_choice"),
        (with(r#""guardrailConfig":"g""#), "guardrailConfig"),
        (with_block(r#"{"type":"text","text":"x","citations":[{}]}"#), "messages[0].content[0].citations[0].type"),
        (
            with_block(r#"{"type":"text","text":"x","citations":[{"type":"page_location","document_index":0}]}"#),
            "messages[0].content[0].citations[0].start_page_number",
        ),
        (with(r#""tools":[{"type":"web_search_20250305","max_uses":"x"}]"#), "tools[0].max_uses"),
        (with_block(r#"{"type":"server_tool_use","id":"s","name":"web_search"}"#), "messages[0].content[0].input"),
        (
            with_block(r#"{"type":"web_search_tool_result","tool_use_id":"s","content":[{"title":"x"}]}"#),
            "messages[0].content[0].content[0].url",
        ),
        (with_block(r#"{"type":"search_result","title":"x"}"#), "messages[0].content[0].content"),
        (
            with_block(r#"{"type":"search_result","source":"s","title":"t","content":[{"type":"image"}]}"#),
            "messages[0].content[0].content[0].type",
        ),
        (
            with_block(r#"{"type":"document","source":{"type":"url","url":"u"},"citations":true}"#),
            "messages[0].content[0].citations",
        ),
        (with_block(r#"{"text":"x"}"#), "messages[0].content[0].type"),
        (with_block(r#"{"type":"image"}"#), "messages[0].content[0].source"),
        (with_block(r#"{"type":"tool_use","id":"t","name":"f","input":[]}"#), "messages[0].content[0].input"),
        (
            with_block(r#"{"type":"text","text":"x","cache_control":{"type":"forever"}}"#),
            "messages[0].content[0].cache_control.type",
        ),
        (
            with_block(r#"{"type":"tool_result","tool_use_id":"t","content":[{"type":"tool_result"}]}"#),
            "messages[0].content[0].content[0].type",
        ),
    ];
    for (body, path) in cases {
        assert_eq!(read(&body).unwrap_err().path, path, "{body}");
    }
}

#[test]
fn a_tool_that_was_found_is_told_in_words() {
    let result = r#"{"type":"tool_result","tool_use_id":"t","content":[{"type":"tool_reference","tool_name":"x"}]}"#;
    let request = read(&with_block(result)).unwrap();
    let Part::ToolResult(result) = &request.messages[0].parts[0] else { panic!("{request:?}") };
    assert_eq!(result.parts, [Part::text("[The tool x can be called now.]")]);
    assert!(request.unmapped.is_empty(), "{request:?}");
}
