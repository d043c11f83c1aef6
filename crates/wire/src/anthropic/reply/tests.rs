//! Whole answers, both directions.

use super::*;

const FULL: &str = r#"{
    "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x", "container": null,
    "content": [
        {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "cmVk"},
        {"type": "text", "text": "Hi \u4f60", "citations": [{"type": "char_location"},
            {"type": "char_location", "cited_text": "q", "document_index": 0, "document_title": "T", "start_char_index": 1, "end_char_index": 2, "file_id": null}]},
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}},
        {"type": "web_search_tool_result", "tool_use_id": "s", "content": []},
        {"type": "tool_use", "id": "t", "name": "f", "input": {"a" : 1.50, "a2":[ ]}, "caller": {"type": "direct"}}
    ],
    "stop_reason": "tool_use", "stop_sequence": null,
    "usage": {"input_tokens": 3, "output_tokens": 5, "cache_creation_input_tokens": 30, "cache_read_input_tokens": 7,
              "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20}, "service_tier": "standard"}
}"#;

fn text(reply: &Reply) -> String {
    String::from_utf8(write(reply)).unwrap()
}

fn reply_of(parts: Vec<Part>) -> Reply {
    let choice = Choice { parts, stop: StopReason::End, stop_sequence: None };
    Reply { choices: vec![choice], ..read(r#"{"id":"i","model":"m","content":[]}"#).unwrap() }
}

#[test]
fn reads_an_answer_and_says_what_it_has_no_place_for() {
    let reply = read(FULL).unwrap();
    insta::assert_debug_snapshot!(reply.choices[0].parts.len(), @"6");
    assert!(
        matches!(&reply.choices[0].parts[5], Part::ToolCall(call) if call.arguments == r#"{"a" : 1.50, "a2":[ ]}"#)
    );
    assert_eq!(reply.usage.cache_write_1h, Some(20));
    assert_eq!(reply.service_tier.as_deref(), Some("default"));
    assert_eq!(scan_usage(FULL), reply.usage);
    assert_eq!(read(&text(&reply)).unwrap(), reply);
}

#[test]
fn writes_every_member_that_strict_sdks_require() {
    insta::assert_snapshot!(
        text(&read(FULL).unwrap()),
        @r#"{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"redacted_thinking","data":"cmVk"},{"type":"text","text":"Hi 你","citations":[{"type":"char_location","cited_text":"q","document_index":0,"document_title":"T","start_char_index":1,"end_char_index":2}]},{"type":"text","text":"[The model answered with content of the kind 'server_tool_use', which this API cannot carry.]"},{"type":"text","text":"[The model answered with content of the kind 'web_search_tool_result', which this API cannot carry.]"},{"type":"tool_use","id":"t","name":"f","input":{"a" : 1.50, "a2":[ ]}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":5,"cache_creation_input_tokens":30,"cache_read_input_tokens":7,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"service_tier":"standard"}}"#
    );
    let mut bare = reply_of(vec![Part::text(""), Part::Refusal { text: "No.".to_owned() }]);
    bare.service_tier = Some("flex".to_owned());
    insta::assert_snapshot!(
        text(&bare),
        @r#"{"id":"i","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"No."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":null,"cache_read_input_tokens":null}}"#
    );
}

#[test]
fn what_a_guardrail_found_stands_beside_the_answer() {
    let guarded = Reply { trace: Raw::parse(r#"{"guardrail": {}}"#).ok(), ..reply_of(vec![]) };
    let written = text(&guarded);
    assert!(written.ends_with(r#","trace":{"guardrail": {}}}"#), "{written}");
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
        let call = ToolCall { id: "t".to_owned(), name: "f".to_owned(), arguments: arguments.to_owned(), cache: None };
        let written = text(&reply_of(vec![Part::ToolCall(call)]));
        assert!(written.contains(&format!(r#""name":"f","input":{input}}}"#)), "{written}");
    }
}

#[test]
fn thinking_without_a_signature_has_an_empty_one() {
    let thinking = Part::Thinking(Thinking::Plain { text: "hm".to_owned(), signature: None });
    let reply = reply_of(vec![thinking]);
    let written = text(&reply);
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
