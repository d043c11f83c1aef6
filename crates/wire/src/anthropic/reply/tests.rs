//! Whole answers, both directions.

use super::*;
use crate::chat::{self, SearchOutcome, WebSearch};

const FULL: &str = r#"{
    "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x", "container": null,
    "content": [
        {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "cmVk"},
        {"type": "text", "text": "Hi \u4f60", "citations": [{"type": "char_location"},
            {"type": "char_location", "cited_text": "q", "document_index": 0, "document_title": "T", "start_char_index": 1, "end_char_index": 2, "file_id": null}]},
        {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "tides"}},
        {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "caller": {"type": "direct"}, "content": [
            {"type": "web_search_result", "url": "https://a", "title": "A", "page_age": "2 days", "encrypted_content": "RUE="},
            {"type": "web_search_result", "url": "https://b", "title": "B", "page_age": null, "encrypted_content": "RUI="}]},
        {"type": "server_tool_use", "id": "s", "name": "code_execution", "input": {}},
        {"type": "tool_use", "id": "t", "name": "f", "input": {"a" : 1.50, "a2":[ ]}, "caller": {"type": "direct"}}
    ],
    "stop_reason": "tool_use", "stop_sequence": null,
    "usage": {"input_tokens": 3, "output_tokens": 5, "cache_creation_input_tokens": 30, "cache_read_input_tokens": 7,
              "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20}, "service_tier": "standard"}
}"#;

fn text_of(reply: &Reply) -> String {
    String::from_utf8(write(reply)).unwrap()
}

fn reply_of(parts: Vec<Part>) -> Reply {
    let choice = Choice { parts, stop: StopReason::End, stop_sequence: None, logprobs: Vec::new() };
    Reply { choices: vec![choice], ..read(r#"{"id":"i","model":"m","content":[]}"#).unwrap() }
}

#[test]
fn reads_an_answer_and_says_what_it_has_no_place_for() {
    let reply = read(FULL).unwrap();
    insta::assert_debug_snapshot!(reply.choices[0].parts.len(), @"6");
    assert_eq!(
        reply.choices[0].parts[4],
        Part::text("[The model answered with content of the kind 'server_tool_use', which this API cannot carry.]")
    );
    assert!(
        matches!(&reply.choices[0].parts[5], Part::ToolCall(call) if call.arguments == r#"{"a" : 1.50, "a2":[ ]}"#)
    );
    assert_eq!(reply.usage.cache_write_1h, Some(20));
    assert_eq!(reply.service_tier.as_deref(), Some("default"));
    assert_eq!(scan_usage(FULL), reply.usage);
    assert_eq!(read(&text_of(&reply)).unwrap(), reply);
}

#[test]
fn writes_every_member_that_strict_sdks_require() {
    insta::assert_snapshot!(
        text_of(&read(FULL).unwrap()),
        @r#"{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"redacted_thinking","data":"cmVk"},{"type":"text","text":"Hi 你","citations":[{"type":"char_location","cited_text":"q","document_index":0,"document_title":"T","start_char_index":1,"end_char_index":2}]},{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"tides"}},{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","url":"https://a","title":"A","encrypted_content":"RUE=","page_age":"2 days"},{"type":"web_search_result","url":"https://b","title":"B","encrypted_content":"RUI=","page_age":null}]},{"type":"text","text":"[The model answered with content of the kind 'server_tool_use', which this API cannot carry.]"},{"type":"tool_use","id":"t","name":"f","input":{"a" : 1.50, "a2":[ ]}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":5,"cache_creation_input_tokens":30,"cache_read_input_tokens":7,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"service_tier":"standard"}}"#
    );
    let mut bare = reply_of(vec![Part::text(""), Part::Refusal { text: "No.".to_owned() }]);
    bare.service_tier = Some("flex".to_owned());
    insta::assert_snapshot!(
        text_of(&bare),
        @r#"{"id":"i","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"No."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":null,"cache_read_input_tokens":null}}"#
    );
}

#[test]
fn what_a_guardrail_found_stands_beside_the_answer() {
    let guarded = Reply { trace: Raw::parse(r#"{"guardrail": {}}"#).ok(), ..reply_of(vec![]) };
    let written = text_of(&guarded);
    assert!(written.ends_with(r#","trace":{"guardrail": {}}}"#), "{written}");
}

#[test]
fn searches_are_read_and_written_whole_or_not() {
    let call = r#"{"type":"server_tool_use","id":"s","name":"web_search","input":{"query":"q"}}"#;
    let result =
        |content: &str| format!(r#"{{"type":"web_search_tool_result","tool_use_id":"s","content":{content}}}"#);
    let failed = result(r#"{"type":"web_search_tool_result_error","error_code":"max_uses_exceeded"}"#);
    let page = r#"[{"type":"web_search_result","url":"u","title":"","encrypted_content":"","page_age":null}]"#;
    let text = r#"{"type":"text","text":"x"}"#;
    let search = |query: Option<&str>, outcome| {
        Part::WebSearch(WebSearch { id: "s".to_owned(), query: query.map(str::to_owned), outcome })
    };
    let bare = chat::Page { url: "u".to_owned(), ..chat::Page::default() };
    let words = |kind: &str| Part::text(uncarried(kind));
    // what the provider sent, what it is, and whether it is written in the same order again
    for (blocks, parts, same) in [
        (
            vec![call, &failed],
            vec![search(Some("q"), Some(SearchOutcome::Failed("max_uses_exceeded".to_owned())))],
            true,
        ),
        (vec![call, &result(page)], vec![search(Some("q"), Some(SearchOutcome::Found(vec![bare])))], true),
        (vec![call], vec![search(Some("q"), None)], true),
        (
            vec![call, text, &result("[]")],
            vec![search(Some("q"), Some(SearchOutcome::Found(vec![]))), Part::text("x")],
            false,
        ),
        (vec![&result("[]"), text], vec![search(None, Some(SearchOutcome::Found(vec![]))), Part::text("x")], false),
        (vec![&result("[3]"), text], vec![words("web_search_tool_result"), Part::text("x")], false),
        (vec![r#"{"type":"server_tool_use","name":"web_search"}"#], vec![words("server_tool_use")], false),
        (vec![r#"{"type":"web_fetch_tool_result"}"#], vec![words("web_fetch_tool_result")], false),
    ] {
        let content = blocks.join(",");
        let read = read(&format!(r#"{{"content":[{content}]}}"#)).unwrap();
        assert_eq!(read.choices[0].parts, parts, "{content}");
        assert_eq!(text_of(&read).contains(&format!(r#""content":[{content}]"#)), same, "{content}");
    }
    let failed = search(None, Some(SearchOutcome::Failed("new".to_owned())));
    assert!(text_of(&reply_of(vec![failed])).contains(r#""error_code":"unavailable""#));
}

#[test]
fn a_seal_travels_as_a_signature_and_comes_back() {
    let sealed = Thinking::Sealed { id: Some("rs_1".to_owned()), text: "hm".to_owned(), data: "gAA".to_owned() };
    let reply = reply_of(vec![Part::Thinking(sealed)]);
    let written = text_of(&reply);
    assert!(
        written.contains(r#"{"type":"thinking","thinking":"hm","signature":"turnpike:sealed:rs_1:gAA"}"#),
        "{written}"
    );
    assert_eq!(read(&written).unwrap().choices, reply.choices);
}

#[test]
fn arguments_that_are_no_object_are_wrapped_and_not_lost() {
    let cases = [
        ("", "{}"),
        ("  ", "{}"),
        ("{\"n\":1.0}", "{\"n\":1.0}"),
        ("{\"n\":", r#"{"_raw_arguments":"{\"n\":"}"#),
        ("[1]", r#"{"_raw_arguments":"[1]"}"#),
    ];
    for (arguments, input) in cases {
        let call = ToolCall {
            id: "t".to_owned(),
            name: "f".to_owned(),
            arguments: arguments.to_owned(),
            cache: None,
            ..ToolCall::default()
        };
        let written = text_of(&reply_of(vec![Part::ToolCall(call)]));
        assert!(written.contains(&format!(r#""name":"f","input":{input}}}"#)), "{written}");
    }
}

#[test]
fn thinking_without_a_signature_has_an_empty_one() {
    let thinking = Part::Thinking(Thinking::Plain { text: "hm".to_owned(), signature: None });
    let reply = reply_of(vec![thinking]);
    let written = text_of(&reply);
    assert!(written.contains(r#"{"type":"thinking","thinking":"hm","signature":""}"#), "{written}");
    assert_eq!(read(&written).unwrap().choices, reply.choices);
}

#[test]
fn stop_sequences_and_unknown_stops_are_kept() {
    let stop = |body| read(body).map(|reply| (reply.choices[0].stop.clone(), reply.choices[0].stop_sequence.clone()));
    assert_eq!(
        stop(r#"{"content":[],"stop_reason":"stop_sequence","stop_sequence":"END"}"#),
        Ok((StopReason::StopSequence, Some("END".to_owned())))
    );
    assert_eq!(stop(r#"{"content":[],"stop_reason":"new"}"#), Ok((StopReason::Other("new".to_owned()), None)));
}

#[test]
fn odd_usage_does_not_fail_the_answer_but_a_broken_block_does() {
    let reply =
        read(r#"{"content":[],"stop_reason":"end_turn","usage":{"input_tokens":-4,"output_tokens":2}}"#).unwrap();
    assert!(reply.usage.odd && reply.usage.output == Some(2));
    let path = |body: &str| read(body).unwrap_err().path;
    assert_eq!(path(r#"{"id":"x"}"#), "content");
    assert_eq!(path(r#"{"content":[{"type":"text"}]}"#), "content[0].text");
    assert_eq!(path("<html>"), "body");
    assert_eq!(scan_usage("<html>"), Usage::default());
}
