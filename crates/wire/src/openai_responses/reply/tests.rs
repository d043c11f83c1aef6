//! Whole answers.

use super::*;
use crate::chat::{
    CallKind, Choice, Citation, Location, Media, MediaSource, Page, Part, Reply, SearchOutcome, ServiceTier,
    StopReason, Thinking, ToolCall, Usage, WebSearch,
};
use crate::dialect::{Dialect, Style};
use crate::error::ErrorKind;
use crate::json::Raw;

fn raw(text: &str) -> Raw {
    Raw::parse(text).unwrap()
}

fn web(url: &str, quotes: &[&str]) -> Citation {
    let quotes = quotes.iter().map(|quote| (*quote).to_owned()).collect();
    Citation { title: Some("T".into()), source: None, quotes, location: Some(Location::Web { url: url.into() }) }
}

fn said(text: &str, citations: Vec<Citation>) -> Part {
    Part::Text { text: text.into(), citations, cache: None }
}

fn reply(parts: Vec<Part>, stop: StopReason) -> Reply {
    Reply {
        id: "resp_1".into(),
        model: "m".into(),
        created: Some(7),
        choices: vec![Choice::new(parts, stop)],
        usage: Usage { input: Some(10), output: Some(5), ..Usage::default() },
        service_tier: None,
        trace: None,
    }
}

fn written(reply: &Reply) -> serde_json::Value {
    serde_json::from_slice(&write(reply, &Style::default())).unwrap()
}

/// Everything that an answer can hold.
fn rich() -> Reply {
    let document = Citation {
        quotes: vec!["q".into()],
        location: Some(Location::Pages { document: 0, start: 1, end: 2 }),
        ..Citation::default()
    };
    let image = Media {
        source: MediaSource::Base64 { media_type: "image/png".into(), data: "AA==".into() },
        detail: None,
        name: None,
    };
    let parts = vec![
        Part::Thinking(Thinking::Sealed { id: Some("rs_own".into()), text: "sealed".into(), data: "gAAA".into() }),
        Part::Thinking(Thinking::Plain { text: "signed".into(), signature: Some("Eq==".into()) }),
        Part::Thinking(Thinking::Redacted { data: "hidden".into() }),
        Part::Thinking(Thinking::Plain { text: "plain".into(), signature: None }),
        Part::WebSearch(WebSearch {
            id: "srvtoolu_1".into(),
            query: Some("weather".into()),
            outcome: Some(SearchOutcome::Found(vec![Page { url: "https://x".into(), ..Page::default() }])),
        }),
        said("caf\u{e9} ", vec![web("https://x", &[]), web("https://y", &["q"]), document]),
        Part::Refusal { text: "no".into() },
        Part::Image { media: image, cache: None },
        Part::ToolCall(ToolCall::new("call_1", "f", " {\"a\": 1}")),
        Part::ToolCall(ToolCall { namespace: Some("group".into()), ..ToolCall::new("call_2", "g", "") }),
        Part::ToolCall(ToolCall { kind: CallKind::Custom, ..ToolCall::new("call_3", "patch", "*** Begin\n") }),
        said("after", Vec::new()),
    ];
    let mut rich = reply(parts, StopReason::Length);
    rich.choices[0].logprobs = vec![raw(r#"{"token":"caf","logprob":-0.5,"bytes":[99],"top_logprobs":[]}"#)];
    rich.usage = Usage {
        input: Some(1),
        cache_read: Some(2),
        cache_write_5m: Some(3),
        cache_write_1h: Some(4),
        output: Some(9),
        reasoning: Some(8),
        ..Usage::default()
    };
    rich.service_tier = Some("priority".into());
    rich.trace = Some(raw(r#"{"guardrail":{}}"#));
    rich
}

#[test]
fn every_part_has_its_place() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&written(&rich())).unwrap());
}

#[test]
fn the_request_is_said_again() {
    let body = r#"{"model":"m","input":"hi","instructions":"be brief","temperature":0.50,"parallel_tool_calls":false,
        "tools":[{"type":"function","name":"f","parameters":{}}],"tool_choice":"required","metadata":{"a":"b"},
        "text":{"verbosity":"low"},"max_output_tokens":9,"truncation":"auto","user":"u"}"#;
    let style = Style { created: 3, echo: Dialect::OpenAiResponses.echo(body), ..Style::default() };
    let text = String::from_utf8(write(&Reply { created: None, ..reply(vec![], StopReason::End) }, &style)).unwrap();
    insta::assert_snapshot!(text);
}

#[test]
fn endings_have_their_words() {
    for (stop, status, reason) in [
        (StopReason::End, "completed", None),
        (StopReason::ToolUse, "completed", None),
        (StopReason::Refusal, "completed", None),
        (StopReason::Length, "incomplete", Some("max_output_tokens")),
        (StopReason::Guardrail, "incomplete", Some("content_filter")),
    ] {
        let body = written(&reply(vec![], stop.clone()));
        let details = &body["incomplete_details"];
        assert_eq!((body["status"].as_str(), details["reason"].as_str()), (Some(status), reason), "{stop:?}");
        assert_eq!((&body["output"], &body["error"]), (&serde_json::json!([]), &serde_json::Value::Null));
    }
    let silent =
        Reply { usage: Usage::default(), service_tier: Some("batch".into()), ..reply(vec![], StopReason::End) };
    assert!(written(&silent)["usage"].is_null() && written(&silent)["service_tier"].is_null());
}

#[test]
fn what_is_written_reads_back() {
    let parts = vec![
        Part::Thinking(Thinking::Sealed { id: Some("rs_own".into()), text: "a\n\nb".into(), data: "gAAA".into() }),
        Part::Thinking(Thinking::Plain { text: "signed".into(), signature: Some("Eq==".into()) }),
        Part::Thinking(Thinking::Redacted { data: "hidden".into() }),
        said("one", vec![web("https://x", &[])]),
        said("two", Vec::new()),
        Part::Refusal { text: "no".into() },
        Part::WebSearch(WebSearch { id: "ws_1".into(), query: Some("q".into()), outcome: None }),
        Part::ToolCall(ToolCall::new("call_1", "f", " {\"a\": 1}")),
        Part::ToolCall(ToolCall { kind: CallKind::Custom, ..ToolCall::new("call_3", "patch", "*** Begin\n") }),
        Part::ToolCall(ToolCall { namespace: Some("group".into()), ..ToolCall::new("call_2", "g", "{}") }),
    ];
    for stop in [StopReason::ToolUse, StopReason::Length, StopReason::ContentFilter] {
        let mut reply = reply(parts.clone(), stop);
        reply.service_tier = Some("flex".into());
        let (none, some) = (Some(0), Some(2));
        let tier = Some(ServiceTier::Flex);
        reply.usage = Usage { cache_read: some, cache_write_5m: none, reasoning: some, tier, ..reply.usage };
        reply.choices[0].logprobs = vec![raw(r#"{"token":"one","logprob":-1.0}"#)];
        let body = String::from_utf8(write(&reply, &Style::default())).unwrap();
        assert_eq!(read(&body).unwrap(), reply);
        assert_eq!(scan_usage(&body), reply.usage);
    }
}

#[test]
fn servers_differ() {
    let parts = |output: &str| {
        let body = format!(r#"{{"id":"r","output":[{output}]}}"#);
        read(&body).unwrap().choices.remove(0).parts
    };
    let thinking = |text: &str| Part::Thinking(Thinking::Plain { text: text.into(), signature: None });
    let search = |query: Option<&str>, outcome| {
        Part::WebSearch(WebSearch { id: String::new(), query: query.map(str::to_owned), outcome })
    };
    for (output, expected) in [
        (r#"{"type":"message","content":[{"type":"output_text","text":"a"}]}"#, vec![said("a", vec![])]),
        (r#"{"type":"message","content":"a"}"#, vec![said("a", vec![])]),
        (r#"{"type":"message","content":[{"type":"output_text","text":""}]}"#, vec![]),
        (
            r#"{"type":"message","content":[{"type":"output_audio"}]}"#,
            vec![said(&crate::chat::uncarried("output_audio"), vec![])],
        ),
        (r#"{"type":"reasoning","summary":[]}"#, vec![]),
        (
            r#"{"type":"reasoning","summary":[{"text":"a"},{"text":"b"}],"content":[{"type":"reasoning_text","text":"c"}]}"#,
            vec![thinking("a\n\nb\n\nc")],
        ),
        (
            r#"{"type":"function_call","name":"f","arguments":{"a": 1}}"#,
            vec![Part::ToolCall(ToolCall::new("call_0_r", "f", r#"{"a": 1}"#))],
        ),
        (
            r#"{"type":"web_search_call","action":{"type":"search","queries":["q"],"sources":[{"type":"url","url":"u"}]}}"#,
            vec![search(Some("q"), Some(SearchOutcome::Found(vec![Page { url: "u".into(), ..Page::default() }])))],
        ),
        (
            r#"{"type":"web_search_call","status":"failed","action":{"type":"open_page"}}"#,
            vec![search(None, Some(SearchOutcome::Failed("failed".into())))],
        ),
        (r#"{"type":"file_search_call"},{"type":"compaction","encrypted_content":"x"}"#, vec![]),
        (
            r#"{"type":"image_generation_call","result":"AA=="}"#,
            vec![said("[The model answered with an image, which this API cannot carry.]", vec![])],
        ),
        (r#"{"type":"computer_call"}"#, vec![said(&crate::chat::uncarried("computer_call"), vec![])]),
    ] {
        assert_eq!(parts(output), expected, "{output}");
    }
    assert_eq!(read(r#"{"output":[],"created_at":12.5}"#).unwrap().created, Some(12));
    for (body, problem) in [
        ("{}", "output: is required"),
        (r#"{"output":[1]}"#, "output[0]: must be a JSON object"),
        (r#"{"output":[{"type":"function_call"}]}"#, "output[0].name: is required"),
    ] {
        assert!(read(body).unwrap_err().to_string().starts_with(problem), "{body}");
    }
}

#[test]
fn a_failed_response_is_an_error() {
    let failed = r#"{"status":"failed","error":{"code":"rate_limit_exceeded","message":"slow"},"output":[]}"#;
    for (body, expected) in [
        (failed, true),
        (r#"{"error":{"message":"no"}}"#, true),
        (r#"{"status":"completed","error":null,"output":[]}"#, false),
        (r#"{"status":"incomplete","error":null,"output":[]}"#, false),
        (r#"{"status":"cancelled","error":null,"output":[]}"#, true),
        (r#"{"status":"queued","output":[]}"#, true),
        (r#"{"status":"in_progress","output":[]}"#, true),
        (r#"{"status":"completed","output":[{"status":"in_progress"}]}"#, false),
        (r#"{"error":{"message":"no"},"output":[]}"#, false),
        ("[]", false),
        ("", false),
    ] {
        assert_eq!(is_error(body), expected, "{body}");
        assert_eq!(Dialect::OpenAiResponses.is_error_reply(body), expected, "{body}");
    }
    let error = Dialect::OpenAiResponses.read_late_error(failed);
    assert_eq!((error.kind, error.message.as_str()), (ErrorKind::RateLimited, "slow"));
}
