//! Whole answers: of many servers in, of OpenAI's shape out.

use super::{is_error, read, scan_usage, write};
use crate::chat::{
    Choice, Citation, Media, MediaSource, Part, Reply, ServiceTier, StopReason, Thinking, ToolCall, Usage, WebSearch,
    uncarried,
};
use crate::json::Raw;

const RECORDED: &str = r#"{"id":"cmpl-1","object":"text_completion","created":1700000000,"model":"base","choices":[
    {"text":" upon a","index":0,"logprobs":{"tokens":[" upon"," a"],"token_logprobs":[-0.10,-1.5],
        "top_logprobs":[{" upon":-0.10},{" the":-0.5," a":-1.5}],"text_offset":[4,9]},"finish_reason":"length"},
    {"text":"","index":1,"logprobs":null,"finish_reason":"stop","stop_reason":"\n"}],
    "usage":{"prompt_tokens":10,"completion_tokens":3,"total_tokens":13,"prompt_tokens_details":{"cached_tokens":4}},
    "service_tier":"flex","system_fingerprint":"fp"}"#;

fn reply(choices: Vec<Choice>, usage: Usage) -> Reply {
    Reply { id: "cmpl-1".into(), model: "m".into(), created: None, choices, usage, service_tier: None, trace: None }
}

fn written(reply: &Reply) -> String {
    String::from_utf8(write(reply, 7)).unwrap()
}

#[test]
fn an_answer_is_read_whole() {
    let answer = read(RECORDED).unwrap();
    let token = |text: &str| Raw::parse(text).unwrap();
    let logprobs = vec![
        token(
            r#"{"token":" upon","logprob":-0.10,"bytes":[32,117,112,111,110],"top_logprobs":[{"token":" upon","logprob":-0.10,"bytes":[32,117,112,111,110]}]}"#,
        ),
        token(
            r#"{"token":" a","logprob":-1.5,"bytes":[32,97],"top_logprobs":[{"token":" the","logprob":-0.5,"bytes":[32,116,104,101]},{"token":" a","logprob":-1.5,"bytes":[32,97]}]}"#,
        ),
    ];
    let first = Choice { logprobs, ..Choice::new(vec![Part::text(" upon a")], StopReason::Length) };
    let second = Choice { stop_sequence: Some("\n".into()), ..Choice::new(vec![], StopReason::StopSequence) };
    let tier = Some(ServiceTier::Flex);
    let usage = Usage { input: Some(6), cache_read: Some(4), output: Some(3), tier, ..Usage::default() };
    let expected = Reply {
        model: "base".into(),
        created: Some(1_700_000_000),
        service_tier: Some("flex".into()),
        ..reply(vec![first, second], usage)
    };
    assert_eq!(answer, expected);
    assert_eq!(scan_usage(RECORDED), usage);
}

#[test]
fn what_is_no_answer_is_refused() {
    for (body, path) in [
        ("", "body"),
        ("{}", "choices"),
        (r#"{"choices":[]}"#, "choices"),
        (r#"{"choices":[{}]}"#, "choices[0].text"),
        (r#"{"choices":[{"message":{"content":"of the chat"}}]}"#, "choices[0].text"),
        (r#"{"choices":[{"text":"a"},{"text":3}]}"#, "choices[1].text"),
    ] {
        assert_eq!(read(body).unwrap_err().path, path, "{body}");
    }
    for (body, expected) in [(r#"{"error":{"message":"no"}}"#, true), (RECORDED, false), ("{}", false)] {
        assert_eq!(is_error(body), expected, "{body}");
    }
}

#[test]
fn why_it_stopped() {
    for (rest, stop, back) in [
        (r#","finish_reason":"stop""#, StopReason::End, "stop"),
        ("", StopReason::End, "stop"),
        (r#","finish_reason":"""#, StopReason::End, "stop"),
        (r#","finish_reason":"stop","stop_reason":128009"#, StopReason::End, "stop"),
        (r#","finish_reason":"length""#, StopReason::Length, "length"),
        (r#","finish_reason":"content_filter""#, StopReason::ContentFilter, "content_filter"),
        (r#","finish_reason":"tool_calls""#, StopReason::ToolUse, "stop"),
        (r#","finish_reason":"eos_token""#, StopReason::Other("eos_token".into()), "stop"),
    ] {
        let answer = read(&format!(r#"{{"choices":[{{"text":"a"{rest}}}]}}"#)).unwrap();
        assert_eq!(answer.choices[0].stop, stop, "{rest}");
        assert!(written(&answer).contains(&format!(r#""finish_reason":"{back}""#)), "{rest}");
    }
}

#[test]
fn a_written_answer_has_every_member() {
    let usage = Usage { input: Some(5), cache_read: Some(3), output: Some(7), reasoning: Some(4), ..Usage::default() };
    let image = Media { source: MediaSource::Url("u".into()), detail: None, name: None };
    let cited = Citation { quotes: vec!["q".into()], ..Citation::default() };
    let token = r#"{"token":"a","logprob":-0.10,"bytes":[97],"top_logprobs":[]}"#;
    let said = vec![
        Part::Thinking(Thinking::Plain { text: "hm".into(), signature: Some("S".into()) }),
        Part::WebSearch(WebSearch::default()),
        Part::Text { text: "a".into(), citations: vec![cited], cache: None },
        Part::text("b"),
    ];
    let choices = vec![
        Choice { logprobs: vec![Raw::parse(token).unwrap()], ..Choice::new(said, StopReason::End) },
        Choice::new(vec![Part::Refusal { text: "no".into() }], StopReason::Refusal),
        Choice::new(vec![Part::Image { media: image, cache: None }], StopReason::Length),
        Choice::new(vec![Part::ToolCall(ToolCall::new("1", "f", "{}"))], StopReason::ToolUse),
        Choice::new(vec![], StopReason::ContextWindow),
    ];
    insta::assert_snapshot!(written(&reply(choices, usage)), @r#"{"id":"cmpl-1","object":"text_completion","created":7,"model":"m","choices":[{"text":"ab","index":0,"logprobs":{"tokens":["a"],"token_logprobs":[-0.10],"top_logprobs":null,"text_offset":[0]},"finish_reason":"stop"},{"text":"no","index":1,"logprobs":null,"finish_reason":"content_filter"},{"text":"[The model answered with an image, which this API cannot carry.]","index":2,"logprobs":null,"finish_reason":"length"},{"text":"[The model answered with content that this API cannot carry.]","index":3,"logprobs":null,"finish_reason":"stop"},{"text":"","index":4,"logprobs":null,"finish_reason":"length"}],"usage":{"prompt_tokens":8,"completion_tokens":7,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":3,"cache_write_tokens":0},"completion_tokens_details":{"reasoning_tokens":4}}}"#);
    let silent = reply(vec![Choice::new(vec![Part::text(uncarried("audio"))], StopReason::End)], Usage::default());
    insta::assert_snapshot!(written(&silent), @r#"{"id":"cmpl-1","object":"text_completion","created":7,"model":"m","choices":[{"text":"[The model answered with audio, which this API cannot carry.]","index":0,"logprobs":null,"finish_reason":"stop"}]}"#);
}

#[test]
fn a_written_answer_reads_the_same() {
    let mut answer = read(RECORDED).unwrap();
    // the word for it is the plain ending's
    answer.choices[1] = Choice::new(vec![], StopReason::End);
    answer.usage = Usage { cache_write_5m: Some(0), reasoning: Some(0), ..answer.usage };
    assert_eq!(read(&written(&answer)).unwrap(), answer);
}
