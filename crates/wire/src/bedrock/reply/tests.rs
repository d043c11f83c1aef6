//! Whole answers, both directions.

use proptest::prelude::*;

use super::*;
use crate::chat::{Citation, Location, Media, MediaSource, ServiceTier, ToolCall, WebSearch};

const FULL: &str = r#"{
    "additionalModelResponseFields": {"delta": {"stop_sequence": "END"}},
    "metrics": {"latencyMs": 551},
    "output": {"message": {"role": "assistant", "content": [
        {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "c2ln"}}},
        {"reasoningContent": {"redactedContent": "cmVk"}},
        {"text": "Hi \u4f60"},
        {"citationsContent": {"content": [{"text": "so it is"}], "citations": [
            {"title": "T", "sourceContent": [{"text": "q"}], "location": {"documentPage": {"documentIndex": 0, "start": 1, "end": 2}}}]}},
        {"toolUse": {"toolUseId": "s", "name": "web", "input": {}, "type": "server_tool_use"}},
        {"toolResult": {"toolUseId": "s", "content": [{"text": "x"}]}},
        {"image": {"format": "png", "source": {"bytes": "YQ=="}}},
        {"toolUse": {"toolUseId": "t", "name": "f", "input": {"a" : 1.50, "a2":[ ]}}}
    ]}},
    "performanceConfig": {"latency": "standard"},
    "serviceTier": {"type": "priority"},
    "stopReason": "tool_use",
    "trace": {"guardrail": {"actionReason": "No action."}},
    "usage": {"inputTokens": 3, "outputTokens": 5, "totalTokens": 45, "cacheReadInputTokens": 7, "cacheWriteInputTokens": 30,
              "cacheDetails": [{"ttl": "1h", "inputTokens": 20}, {"ttl": "5m", "inputTokens": 10}]}
}"#;

fn text(reply: &Reply) -> String {
    String::from_utf8(write(reply, 12)).unwrap()
}

fn answer(parts: Vec<Part>) -> Reply {
    Reply {
        id: String::new(),
        model: String::new(),
        created: None,
        choices: vec![Choice { parts, stop: StopReason::End, stop_sequence: None, logprobs: Vec::new() }],
        usage: Usage { input: Some(1), output: Some(2), ..Usage::default() },
        service_tier: None,
        trace: None,
    }
}

#[test]
fn reads_all_that_an_answer_tells() {
    let reply = read(FULL).unwrap();
    let expected = [
        Part::Thinking(Thinking::Plain { text: "hm".to_owned(), signature: Some("c2ln".to_owned()) }),
        Part::Thinking(Thinking::Redacted { data: "cmVk".to_owned() }),
        Part::text("Hi \u{4f60}"),
        Part::Text {
            text: "so it is".to_owned(),
            citations: vec![Citation {
                title: Some("T".to_owned()),
                source: None,
                quotes: vec!["q".to_owned()],
                location: Some(Location::Pages { document: 0, start: 1, end: 2 }),
            }],
            cache: None,
        },
        Part::text("[The model answered with content of the kind 'toolUse', which this API cannot carry.]"),
        Part::text("[The model answered with content of the kind 'toolResult', which this API cannot carry.]"),
        Part::Image {
            media: Media {
                source: MediaSource::Base64 { media_type: "image/png".to_owned(), data: "YQ==".to_owned() },
                detail: None,
                name: None,
            },
            cache: None,
        },
        Part::ToolCall(ToolCall {
            id: "t".to_owned(),
            name: "f".to_owned(),
            arguments: r#"{"a" : 1.50, "a2":[ ]}"#.to_owned(),
            cache: None,
            ..ToolCall::default()
        }),
    ];
    assert_eq!(reply.choices[0].parts, expected);
    assert_eq!(reply.choices[0].stop, StopReason::ToolUse);
    assert_eq!(reply.choices[0].stop_sequence.as_deref(), Some("END"));
    let usage = Usage {
        input: Some(3),
        output: Some(5),
        cache_read: Some(7),
        cache_write_5m: Some(10),
        cache_write_1h: Some(20),
        tier: Some(ServiceTier::Priority),
        ..Usage::default()
    };
    assert_eq!((reply.usage, scan_usage(FULL)), (usage, usage));
    assert_eq!(reply.service_tier.as_deref(), Some("priority"));
    assert_eq!(reply.trace.unwrap().get(), r#"{"guardrail": {"actionReason": "No action."}}"#);
}

#[test]
fn writes_what_it_reads() {
    insta::assert_snapshot!(text(&read(FULL).unwrap()), @r#"{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"c2ln"}}},{"reasoningContent":{"redactedContent":"cmVk"}},{"text":"Hi 你"},{"citationsContent":{"content":[{"text":"so it is"}],"citations":[{"title":"T","sourceContent":[{"text":"q"}],"location":{"documentPage":{"documentIndex":0,"start":1,"end":2}}}]}},{"text":"[The model answered with content of the kind 'toolUse', which this API cannot carry.]"},{"text":"[The model answered with content of the kind 'toolResult', which this API cannot carry.]"},{"image":{"format":"png","source":{"bytes":"YQ=="}}},{"toolUse":{"toolUseId":"t","name":"f","input":{"a" : 1.50, "a2":[ ]}}}]}},"stopReason":"tool_use","usage":{"inputTokens":3,"outputTokens":5,"totalTokens":45,"cacheReadInputTokens":7,"cacheWriteInputTokens":30,"cacheDetails":[{"ttl":"1h","inputTokens":20},{"ttl":"5m","inputTokens":10}]},"metrics":{"latencyMs":12},"additionalModelResponseFields":{"delta":{"stop_sequence":"END"}},"trace":{"guardrail": {"actionReason": "No action."}},"serviceTier":{"type":"priority"}}"#);
}

#[test]
fn an_answer_without_content_is_one() {
    let reply = read(r#"{"output":{"message":{"role":"assistant","content":[]}},"stopReason":"guardrail_intervened"}"#);
    let reply = reply.unwrap();
    assert_eq!((reply.choices[0].parts.len(), &reply.choices[0].stop), (0, &StopReason::Guardrail));
    insta::assert_snapshot!(text(&reply), @r#"{"output":{"message":{"role":"assistant","content":[]}},"stopReason":"guardrail_intervened","usage":{"inputTokens":0,"outputTokens":0,"totalTokens":0},"metrics":{"latencyMs":12}}"#);
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    for (body, path) in [
        ("[]", "body"),
        ("{}", "output"),
        (r#"{"output":{}}"#, "output.message"),
        (r#"{"output":{"message":{"role":"assistant"}}}"#, "output.message.content"),
        (r#"{"output":{"message":{"content":[{"text":"a"},{}]}}}"#, "output.message.content[1]"),
        (r#"{"output":{"message":{"content":[{"text":1}]}}}"#, "output.message.content[0].text"),
    ] {
        assert_eq!(read(body).unwrap_err().path, path, "{body}");
    }
    assert_eq!(scan_usage("{}"), Usage::default());
    assert_eq!(scan_usage("no JSON"), Usage::default());
}

#[test]
fn what_the_dialect_cannot_say_is_said_in_words_or_left_out() {
    let call = |arguments: &str| {
        Part::ToolCall(ToolCall {
            id: "t".to_owned(),
            name: "f".to_owned(),
            arguments: arguments.to_owned(),
            cache: None,
            ..ToolCall::default()
        })
    };
    let media = Media { source: MediaSource::Url("u".to_owned()), detail: None, name: None };
    let picture = r#"[{"text":"[The model answered with an image, which this API cannot carry.]"}]"#;
    for (part, expected) in [
        (Part::text(""), "[]"),
        (Part::Image { media: media.clone(), cache: None }, picture),
        (Part::Refusal { text: "no".to_owned() }, r#"[{"text":"no"}]"#),
        (Part::Audio { media }, r#"[{"text":"[The model answered with audio, which this API cannot carry.]"}]"#),
        (Part::Thinking(Thinking::Redacted { data: "gAAAA_-".to_owned() }), "[]"),
        (
            Part::Thinking(Thinking::Plain { text: "hm".to_owned(), signature: None }),
            r#"[{"reasoningContent":{"reasoningText":{"text":"hm"}}}]"#,
        ),
        (
            Part::Thinking(Thinking::Sealed { id: None, text: "hm".to_owned(), data: "d".to_owned() }),
            r#"[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"turnpike:sealed::d"}}}]"#,
        ),
        (Part::WebSearch(WebSearch::default()), "[]"),
        (call(""), r#"[{"toolUse":{"toolUseId":"t","name":"f","input":{}}}]"#),
        (call("{\"a\":"), r#"[{"toolUse":{"toolUseId":"t","name":"f","input":{"_raw_arguments":"{\"a\":"}}}]"#),
        (call("[1]"), r#"[{"toolUse":{"toolUseId":"t","name":"f","input":{"_raw_arguments":"[1]"}}}]"#),
    ] {
        let written = text(&answer(vec![part]));
        assert!(written.contains(&format!(r#""content":{expected}"#)), "{written}");
    }
    let mut reply = answer(vec![]);
    reply.service_tier = Some("scale".to_owned());
    assert!(!text(&reply).contains("serviceTier"));
    reply.choices.clear();
    assert!(text(&reply).contains("end_turn"));
}

#[test]
fn a_block_that_cannot_be_read_becomes_words_and_the_rest_stays() {
    let picture = "[The model answered with an image, which this API cannot carry.]";
    for (block, words) in [
        (r#"{"image":{"format":"png","source":{},"error":{"message":"x"}}}"#, picture),
        (r#"{"image":{"format":"avif","source":{"bytes":"YQ=="}}}"#, picture),
        (r#"{"audio":{}}"#, "[The model answered with audio, which this API cannot carry.]"),
        (
            r#"{"reasoningContent":{"new":{}}}"#,
            "[The model answered with content of the kind 'reasoningContent', which this API cannot carry.]",
        ),
    ] {
        let body =
            format!(r#"{{"output":{{"message":{{"content":[{block},{{"text":"a"}}]}}}},"stopReason":"end_turn"}}"#);
        assert_eq!(read(&body).unwrap().choices[0].parts, [Part::text(words), Part::text("a")], "{block}");
    }
}

#[test]
fn blobs_are_told_from_other_text() {
    for (data, told) in [
        ("", true),
        ("YQ==", true),
        ("YWI=", true),
        ("YWJj", true),
        ("+/+/", true),
        ("YQ=", false),
        ("Y===", false),
        ("YQ-_", false),
        ("Y=Q=", false),
        ("\u{e4}\u{e4}", false),
    ] {
        assert_eq!(is_blob(data), told, "{data}");
    }
}

fn any_part() -> impl Strategy<Value = Part> {
    let prose = || "[\\PC\n\"\\\\]{1,12}";
    let cited = prose().prop_map(|title| Citation { title: Some(title), ..Citation::default() });
    prop_oneof![
        (prose(), prop::collection::vec(cited, 0..3)).prop_map(|(text, citations)| Part::Text {
            text,
            citations,
            cache: None
        }),
        (prose(), prop::option::of(prose()))
            .prop_map(|(text, signature)| Part::Thinking(Thinking::Plain { text, signature })),
        (prose(), "[a-z]{0,4}", prose()).prop_map(|(text, id, data)| {
            Part::Thinking(Thinking::Sealed { id: Some(id).filter(|id| !id.is_empty()), text, data })
        }),
        "([a-zA-Z0-9+/]{4}){0,3}".prop_map(|data| Part::Thinking(Thinking::Redacted { data })),
        ("[a-z]{1,8}", any::<i64>()).prop_map(|(id, n)| Part::ToolCall(ToolCall {
            id,
            name: "f".to_owned(),
            arguments: format!("{{\"n\" : {n}.0}}"),
            cache: None,
            ..ToolCall::default()
        })),
    ]
}

proptest! {
    #[test]
    fn what_is_written_reads_back(parts in prop::collection::vec(any_part(), 0..5), tier in prop::option::of("default|priority|flex|reserved")) {
        let reply = answer(parts);
        let reply = Reply { usage: reply.usage.served_as(tier.as_deref()), service_tier: tier, ..reply };
        prop_assert_eq!(read(&text(&reply)).unwrap(), reply);
    }

    #[test]
    fn nothing_panics_on_a_damaged_answer(at in any::<prop::sample::Index>(), piece in any::<String>()) {
        let (before, behind) = FULL.split_at(FULL.floor_char_boundary(at.index(FULL.len())));
        let damaged = format!("{before}{piece}{behind}");
        drop(read(&damaged));
        scan_usage(&damaged);
    }
}
