//! Events in, frames out.

use super::*;
use crate::chat::{Media, MediaSource, Part, WebSearch};

/// The data of the events, one a line.
fn datas(written: &str) -> String {
    let datas: Vec<_> = written.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
    datas.join("\n")
}

#[test]
fn a_stream_is_written_as_sdks_expect_it() {
    insta::assert_snapshot!(write_all(&recorded_events()), @r#"
    event: message-start
    data: {"type":"message-start","id":"c1","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}

    event: content-start
    data: {"type":"content-start","index":0,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}}

    event: content-delta
    data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"hm"}}}}

    event: content-end
    data: {"type":"content-end","index":0}

    event: content-start
    data: {"type":"content-start","index":1,"delta":{"message":{"content":{"type":"text","text":""}}}}

    event: content-delta
    data: {"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"It is "}}},"logprobs":{"text":"It is ","token_ids":[],"logprobs":[-0.10]}}

    event: content-delta
    data: {"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"a\n你\"text\":\"b"}}}}

    event: citation-start
    data: {"type":"citation-start","index":0,"delta":{"message":{"citations":{"start":0,"end":18,"text":"It is a\n你\"text\":\"b","sources":[{"type":"document","id":"doc:0","document":{"title":"T","text":"q"}},{"type":"document","id":"https://x","document":{"url":"https://x"}}],"content_index":1,"type":"TEXT_CONTENT"}}}}

    event: citation-end
    data: {"type":"citation-end","index":0}

    event: content-delta
    data: {"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"I will "}}}}

    event: content-delta
    data: {"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"look."}}}}

    event: content-end
    data: {"type":"content-end","index":1}

    event: tool-call-start
    data: {"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"look_1","type":"function","function":{"name":"look","arguments":""}}}}}

    event: tool-call-delta
    data: {"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"a\":"}}}}}

    event: tool-call-delta
    data: {"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":" 1.0}"}}}}}

    event: tool-call-end
    data: {"type":"tool-call-end","index":0}

    event: message-end
    data: {"type":"message-end","delta":{"finish_reason":"TOOL_CALL","usage":{"billed_units":{"input_tokens":50,"output_tokens":20},"tokens":{"input_tokens":50,"output_tokens":20},"cached_tokens":8}}}

    data: [DONE]
    "#);
}

#[test]
fn texts_in_a_row_are_one_content_and_citations_follow_each() {
    let image = Part::Image {
        media: Media { source: MediaSource::Url("u".to_owned()), detail: None, name: None },
        cache: None,
    };
    let cite = |part, url: &str| Event::Citation { choice: 0, part, citation: web(url) };
    let mut first = part(0, PartStart::Text, vec![text("é"), text("a")]);
    // some tell what a text rests on before it
    first.insert(1, cite(0, "x"));
    let mut second = part(1, PartStart::Refusal, vec![text("no")]);
    second.insert(2, cite(1, "y"));
    second.insert(3, cite(1, "z"));
    let mut empty = part(4, PartStart::Text, vec![text("")]);
    empty.insert(1, cite(4, "nothing"));
    let events = [
        first,
        second,
        part(2, PartStart::Whole(Box::new(image)), vec![]),
        part(3, PartStart::Whole(Box::new(Part::WebSearch(WebSearch::default()))), vec![]),
        empty,
        vec![Event::Ping, Event::End, Event::End],
    ];
    let written = write_all(&events.concat());
    assert_eq!(written.matches(": ping\n\n").count(), 1);
    insta::assert_snapshot!(datas(&written), @r#"
    {"type":"message-start","id":"","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}
    {"type":"content-start","index":0,"delta":{"message":{"content":{"type":"text","text":""}}}}
    {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"é"}}}}
    {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"a"}}}}
    {"type":"citation-start","index":0,"delta":{"message":{"citations":{"start":0,"end":2,"text":"éa","sources":[{"type":"document","id":"x","document":{"url":"x"}}],"content_index":0,"type":"TEXT_CONTENT"}}}}
    {"type":"citation-end","index":0}
    {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"no"}}}}
    {"type":"citation-start","index":1,"delta":{"message":{"citations":{"start":2,"end":4,"text":"no","sources":[{"type":"document","id":"y","document":{"url":"y"}},{"type":"document","id":"z","document":{"url":"z"}}],"content_index":0,"type":"TEXT_CONTENT"}}}}
    {"type":"citation-end","index":1}
    {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"[The model answered with an image, which this API cannot carry.]"}}}}
    {"type":"content-end","index":0}
    {"type":"message-end","delta":{"finish_reason":"COMPLETE"}}
    [DONE]
    "#);
}

#[test]
fn proofs_go_out_whole_and_calls_have_arguments() {
    let signature = |words: &str| Delta::Signature(words.to_owned());
    let events = [
        vec![start()],
        part(0, PartStart::Thinking, vec![Delta::Thinking("t".to_owned()), signature("ab"), signature("cd")]),
        part(1, PartStart::RedactedThinking { data: "AA==".to_owned() }, vec![]),
        part(2, PartStart::Thinking, vec![Delta::Sealed { id: Some("rs_1".to_owned()), data: "gA".to_owned() }]),
        part(3, call(), vec![]),
        vec![
            Event::PartStart { choice: 1, part: 0, kind: PartStart::Text },
            Event::Delta { choice: 1, part: 0, delta: text("other") },
            stop(StopReason::ToolUse),
            Event::Usage(usage(1, 2)),
            Event::Usage(Usage { output: Some(5), ..Usage::default() }),
            Event::End,
        ],
    ];
    insta::assert_snapshot!(datas(&write_all(&events.concat())), @r#"
    {"type":"message-start","id":"c1","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}
    {"type":"content-start","index":0,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}}
    {"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"t"}}}}
    {"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"","signature":"abcd"}}}}
    {"type":"content-end","index":0}
    {"type":"content-start","index":1,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}}
    {"type":"content-delta","index":1,"delta":{"message":{"content":{"thinking":"","signature":"turnpike:redacted:AA=="}}}}
    {"type":"content-end","index":1}
    {"type":"content-start","index":2,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}}
    {"type":"content-delta","index":2,"delta":{"message":{"content":{"thinking":"","signature":"turnpike:sealed:rs_1:gA"}}}}
    {"type":"content-end","index":2}
    {"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"look_1","type":"function","function":{"name":"look","arguments":""}}}}}
    {"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{}"}}}}}
    {"type":"tool-call-end","index":0}
    {"type":"message-end","delta":{"finish_reason":"TOOL_CALL","usage":{"billed_units":{"input_tokens":1,"output_tokens":5},"tokens":{"input_tokens":1,"output_tokens":5}}}}
    [DONE]
    "#);
}

#[test]
fn an_error_ends_a_stream() {
    let error = Event::Error(ErrorReply::new(ErrorKind::Overloaded, "Overloaded"));
    let written = write_all(&[start(), error, Event::End]);
    let last = written.split_once("event: message-end\n").unwrap().1;
    insta::assert_snapshot!(last, @r#"
    data: {"type":"message-end","delta":{"error":"Overloaded","finish_reason":"ERROR"}}

    data: [DONE]
    "#);
}
