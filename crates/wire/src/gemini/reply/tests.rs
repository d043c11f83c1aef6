//! Whole answers, both directions.

use proptest::prelude::*;

use super::*;
use crate::chat::{
    Choice, Citation, Location, Media, MediaSource, Page, Part, Reply, SearchOutcome, StopReason, Thinking, ToolCall,
    Usage, WebSearch,
};
use crate::json::Raw;

const FULL: &str = r#"{
    "candidates": [{
        "content": {"role": "model", "parts": [
            {"text": "I ", "thought": true}, {"text": "think.", "thought": true},
            {"text": "It is ", "thoughtSignature": "U0lH"},
            {"text": "sunny."},
            {"executableCode": {"language": "PYTHON", "code": "1"}},
            {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
            {"functionCall": {"name": "f", "args": {"a" : 1.50}}},
            {"functionCall": {"id": "own", "name": "g"}}
        ]},
        "finishReason": "STOP", "index": 0, "safetyRatings": [{"category": "X"}], "avgLogprobs": -0.1,
        "groundingMetadata": {"webSearchQueries": ["weather"], "groundingChunks": [{"web": {"uri": "https://w", "title": "W"}}],
            "groundingSupports": [{"segment": {"partIndex": 3, "startIndex": 0, "endIndex": 6}, "groundingChunkIndices": [0]}]},
        "logprobsResult": {"chosenCandidates": [{"token": "It", "logProbability": -0.10}]}
    }],
    "usageMetadata": {"promptTokenCount": 10, "cachedContentTokenCount": 8, "candidatesTokenCount": 5, "thoughtsTokenCount": 7, "totalTokenCount": 22},
    "modelVersion": "gemini-3-pro", "responseId": "r1", "createTime": "2026-11-22T00:00:00Z"
}"#;

fn answer(parts: Vec<Part>, stop: StopReason) -> Reply {
    Reply {
        id: "r".into(),
        model: "m".into(),
        created: None,
        choices: vec![Choice::new(parts, stop)],
        usage: Usage { input: Some(1), whole_prompt: Some(1), output: Some(2), ..Usage::default() },
        service_tier: None,
        trace: None,
    }
}

fn text(reply: &Reply) -> String {
    String::from_utf8(write(reply)).unwrap()
}

#[test]
fn reads_all_that_an_answer_tells() {
    insta::assert_debug_snapshot!(read(FULL).unwrap());
    assert_eq!(scan_usage(FULL), read(FULL).unwrap().usage);
}

#[test]
fn a_blocked_prompt_is_an_answer_that_was_withheld() {
    let blocked = |more: &str| {
        read(&format!(
            r#"{{"promptFeedback":{{"blockReason":{more}}},"usageMetadata":{{"promptTokenCount":4,"totalTokenCount":4}}}}"#
        ))
    };
    for (more, parts, stop) in [
        (r#""SAFETY""#, vec![], StopReason::ContentFilter),
        (r#""OTHER","blockReasonMessage":"no""#, vec![Part::Refusal { text: "no".into() }], StopReason::ContentFilter),
        (r#""MODEL_ARMOR""#, vec![], StopReason::Guardrail),
    ] {
        let reply = blocked(more).unwrap();
        assert_eq!(reply.choices, [Choice::new(parts, stop)], "{more}");
        assert_eq!((reply.usage.input, reply.usage.output), (Some(4), Some(0)));
    }
    assert_eq!(read(r#"{"usageMetadata":{}}"#).unwrap_err().path, "candidates");
}

#[test]
fn an_ending_without_an_answer_is_said_in_google_s_words() {
    for (candidate, parts, stop) in [
        (r#"{"finishReason":"SAFETY"}"#, vec![], StopReason::ContentFilter),
        (
            r#"{"content":{"role":"model"},"finishReason":"MALFORMED_FUNCTION_CALL","finishMessage":"f("}"#,
            vec![Part::Refusal { text: "f(".into() }],
            StopReason::Malformed { tool_use: true },
        ),
        (
            r#"{"content":{"parts":[{"text":"x"}]},"finishReason":"MAX_TOKENS","finishMessage":"m"}"#,
            vec![Part::text("x")],
            StopReason::Length,
        ),
        (r#"{"content":{"parts":[{"text":""}]}}"#, vec![], StopReason::Other("null".into())),
    ] {
        let reply = read(&format!(r#"{{"candidates":[{candidate}]}}"#)).unwrap();
        assert_eq!(reply.choices, [Choice::new(parts, stop)], "{candidate}");
    }
}

#[test]
fn half_a_call_is_refused() {
    for part in [r#"{"functionCall":{"args":{}}}"#, r#"{"text":3}"#, "3"] {
        assert!(read(&format!(r#"{{"candidates":[{{"content":{{"parts":[{part}]}}}}]}}"#)).is_err(), "{part}");
    }
}

#[test]
fn an_error_in_disguise_is_told_from_an_answer() {
    for (body, expected) in [
        (r#"{"error":{"code":503}}"#, true),
        (r#"[{"error":{"code":503}}]"#, true),
        (r#"{"error":{"code":503},"candidates":[]}"#, false),
        (r#"[{"candidates":[]}]"#, false),
        (r#"{"error":{}}"#, false),
        ("{}", false),
        ("no", false),
    ] {
        assert_eq!(is_error(body), expected, "{body}");
    }
}

fn rich() -> Vec<Part> {
    let web = |url: &str| Citation { location: Some(Location::Web { url: url.into() }), ..Citation::default() };
    let media = |source| Media { source, detail: None, name: None };
    let pages = vec![Page { url: "https://x".into(), title: Some("X".into()), ..Page::default() }];
    vec![
        Part::Thinking(Thinking::Plain { text: "hm".into(), signature: Some("Eq==".into()) }),
        Part::Thinking(Thinking::Redacted { data: "AA==".into() }),
        Part::Thinking(Thinking::Plain { text: "plain".into(), signature: None }),
        Part::WebSearch(WebSearch {
            id: "s".into(),
            query: Some("q".into()),
            outcome: Some(SearchOutcome::Found(pages)),
        }),
        Part::Text { text: "h\u{e9}".into(), citations: vec![web("https://x"), web("https://y")], cache: None },
        Part::text(""),
        Part::Refusal { text: "no".into() },
        Part::Thinking(Thinking::Bound { text: "so".into(), proof: "UA==".into() }),
        Part::ToolCall(ToolCall::new("c", "f", r#"{"a" : 1.50}"#)),
        Part::ToolCall(ToolCall::new("d", "f", "{broken")),
        Part::Image {
            media: media(MediaSource::Base64 { media_type: "image/png".into(), data: "AAAA".into() }),
            cache: None,
        },
        Part::document(media(MediaSource::Text("t".into())), None),
        Part::Thinking(Thinking::Bound { text: String::new(), proof: "RQ==".into() }),
    ]
}

#[test]
fn all_that_an_answer_says() {
    let mut reply = answer(rich(), StopReason::ToolUse);
    reply.choices[0].logprobs = vec![Raw::parse(r#"{"token":"h","logprob":-0.10}"#).unwrap()];
    reply.choices.push(Choice::new(vec![], StopReason::ContentFilter));
    reply.trace = Raw::parse("{}").ok();
    insta::assert_snapshot!(text(&reply));
}

fn any_part() -> impl Strategy<Value = Part> {
    use crate::chat::strategies::{OBJECTS, prose, word};
    prop_oneof![
        prose().prop_map(Part::text),
        (prose(), word()).prop_map(|(text, sign)| Part::Thinking(Thinking::Plain { text, signature: Some(sign) })),
        (prose(), word(), word()).prop_map(|(text, id, data)| Part::Thinking(Thinking::Sealed {
            id: Some(id),
            text,
            data
        })),
        word().prop_map(|data| Part::Thinking(Thinking::Redacted { data })),
        ("[a-z]{0,3}", "[A-Z]{1,8}").prop_map(|(text, proof)| Part::Thinking(Thinking::Bound { text, proof })),
        (word(), word(), prop::sample::select(OBJECTS))
            .prop_map(|(id, name, args)| Part::ToolCall(ToolCall::new(id, name, args))),
    ]
}

proptest! {
    #[test]
    fn what_is_written_reads_back(parts in prop::collection::vec(any_part(), 1..6)) {
        let calls = parts.iter().any(|part| matches!(part, Part::ToolCall(_)));
        let reply = answer(parts, if calls { StopReason::ToolUse } else { StopReason::End });
        prop_assert_eq!(read(&text(&reply)).unwrap(), reply);
    }

    #[test]
    fn nothing_panics_on_a_damaged_answer(at in 0..FULL.len(), with in ".{0,3}") {
        if let Some((before, behind)) = FULL.split_at_checked(at) {
            let damaged = format!("{before}{with}{behind}");
            let _read = (read(&damaged), is_error(&damaged), scan_usage(&damaged));
        }
    }
}
