//! Events in, frames out.

use super::*;
use crate::chat::{Citation, Media, MediaSource, Part, WebSearch};
use crate::error::{ErrorKind, ErrorReply};

fn written(include_usage: bool, events: &[Event]) -> String {
    let style = Style { include_usage, created: 7, ..Style::default() };
    let (mut writer, mut out) = (Writer::new(style), Vec::new());
    for event in events {
        writer.write(event, &mut out);
    }
    String::from_utf8(out).unwrap()
}

fn usage() -> Event {
    Event::Usage(Usage { input: Some(2), output: Some(3), ..Usage::default() })
}

#[test]
fn a_stream_is_written_as_sdks_expect_it() {
    let a = r#"{"token":"a","logprob":-1,"bytes":[97],"top_logprobs":[{"token":"a","logprob":-1},{"token":"b","logprob":-2}]}"#;
    let late = r#"{"token":"é","logprob":-0.10}"#;
    let all = [
        start(),
        begin(0),
        tokens(&[a]),
        says(0, "a"),
        begin(1),
        says(1, "é\n"),
        says(0, "é"),
        tokens(&[late, late]),
        end(0),
        stop(0, StopReason::Length),
        end(1),
        stop(1, StopReason::Refusal),
        usage(),
        Event::End,
        Event::End,
    ];
    insta::assert_snapshot!(written(false, &all), @r#"
    data: {"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"text":"a","index":0,"logprobs":{"tokens":["a"],"token_logprobs":[-1],"top_logprobs":[{"a":-1,"b":-2}],"text_offset":[0]},"finish_reason":null}]}

    data: {"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"text":"é\n","index":1,"logprobs":null,"finish_reason":null}]}

    data: {"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"text":"é","index":0,"logprobs":null,"finish_reason":null}]}

    data: {"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"text":"","index":0,"logprobs":{"tokens":["é","é"],"token_logprobs":[-0.10,-0.10],"top_logprobs":null,"text_offset":[2,3]},"finish_reason":"length"}]}

    data: {"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"text":"","index":1,"logprobs":null,"finish_reason":"content_filter"}]}

    data: [DONE]
    "#);
    insta::assert_snapshot!(written(true, &all), @r#"
    data: {"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"text":"a","index":0,"logprobs":{"tokens":["a"],"token_logprobs":[-1],"top_logprobs":[{"a":-1,"b":-2}],"text_offset":[0]},"finish_reason":null}],"usage":null}

    data: {"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"text":"é\n","index":1,"logprobs":null,"finish_reason":null}],"usage":null}

    data: {"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"text":"é","index":0,"logprobs":null,"finish_reason":null}],"usage":null}

    data: {"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"text":"","index":0,"logprobs":{"tokens":["é","é"],"token_logprobs":[-0.10,-0.10],"top_logprobs":null,"text_offset":[2,3]},"finish_reason":"length"}],"usage":null}

    data: {"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"text":"","index":1,"logprobs":null,"finish_reason":"content_filter"}],"usage":null}

    data: {"id":"c","object":"text_completion","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":2,"completion_tokens":3,"total_tokens":5,"prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}

    data: [DONE]
    "#);
    let unnamed = Event::Start { id: "c".into(), model: "m".into(), created: None };
    insta::assert_snapshot!(written(true, &[unnamed, begin(0), says(0, "a"), stop(0, StopReason::End), Event::End]), @r#"
    data: {"id":"c","object":"text_completion","created":7,"model":"m","choices":[{"text":"a","index":0,"logprobs":null,"finish_reason":null}],"usage":null}

    data: {"id":"c","object":"text_completion","created":7,"model":"m","choices":[{"text":"","index":0,"logprobs":null,"finish_reason":"stop"}],"usage":null}

    data: [DONE]
    "#);
}

#[test]
fn only_text_and_what_stands_for_it_is_written() {
    let media = Media { source: MediaSource::Url("u".into()), detail: None, name: None };
    let whole = |part| PartStart::Whole(Box::new(part));
    let parts = [
        (PartStart::Thinking, vec![Delta::Thinking("t".into()), Delta::Signature("S".into())]),
        (PartStart::RedactedThinking { data: "D".into() }, vec![]),
        (PartStart::Refusal, vec![Delta::Text("no".into())]),
        (PartStart::function("1", "f"), vec![Delta::Arguments("{}".into())]),
        (whole(Part::Image { media, cache: None }), vec![]),
        (whole(Part::WebSearch(WebSearch::default())), vec![]),
    ];
    let mut all = vec![start(), Event::Ping];
    for (part, (kind, deltas)) in (0..).zip(parts) {
        all.push(Event::PartStart { choice: 0, part, kind });
        all.extend(deltas.into_iter().map(|delta| Event::Delta { choice: 0, part, delta }));
        all.push(Event::PartEnd { choice: 0, part });
    }
    let trace = Event::Trace(Raw::parse("{}").unwrap());
    all.extend([Event::Citation { choice: 0, part: 2, citation: Citation::default() }, trace]);
    insta::assert_snapshot!(written(false, &all), @r#"
    : ping

    data: {"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"text":"no","index":0,"logprobs":null,"finish_reason":null}]}

    data: {"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"text":"[The model answered with content that this API cannot carry.]","index":0,"logprobs":null,"finish_reason":null}]}

    data: {"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"text":"[The model answered with an image, which this API cannot carry.]","index":0,"logprobs":null,"finish_reason":null}]}
    "#);
}

#[test]
fn an_error_ends_a_stream() {
    let error = ErrorReply::new(ErrorKind::Overloaded, "Overloaded");
    insta::assert_snapshot!(written(true, &[start(), Event::Error(error), says(0, "a"), Event::End]), @r#"data: {"error":{"message":"Overloaded","type":"overloaded_error","param":null,"code":"529"}}"#);
}
