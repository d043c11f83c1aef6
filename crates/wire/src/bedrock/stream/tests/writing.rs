//! Events in, frames out.

use super::*;

#[test]
fn a_stream_is_written_as_sdks_expect_it() {
    insta::assert_snapshot!(view(&write_all(&recorded_events())), @r#"
    messageStart {"role":"assistant"}
    contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"hm"}}}
    contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"c2ln"}}}
    contentBlockStop {"contentBlockIndex":0}
    contentBlockDelta {"contentBlockIndex":1,"delta":{"reasoningContent":{"redactedContent":"cmVkYQ=="}}}
    contentBlockStop {"contentBlockIndex":1}
    contentBlockDelta {"contentBlockIndex":2,"delta":{"text":"[The model answered with content of the kind 'toolUse', which this API cannot carry.]"}}
    contentBlockStop {"contentBlockIndex":2}
    contentBlockDelta {"contentBlockIndex":3,"delta":{"text":"[The model answered with content of the kind 'toolResult', which this API cannot carry.]"}}
    contentBlockStop {"contentBlockIndex":3}
    contentBlockDelta {"contentBlockIndex":4,"delta":{"text":"a\n你\"text\":\"b"}}
    contentBlockDelta {"contentBlockIndex":4,"delta":{"citation":{"title":"T","sourceContent":[{"text":"q"}],"location":{"documentChar":{"documentIndex":0,"start":1,"end":5}}}}}
    contentBlockStop {"contentBlockIndex":4}
    contentBlockStart {"contentBlockIndex":5,"start":{"toolUse":{"toolUseId":"tooluse_1","name":"f"}}}
    contentBlockDelta {"contentBlockIndex":5,"delta":{"toolUse":{"input":"{\"a\": 1.0}"}}}
    contentBlockStop {"contentBlockIndex":5}
    messageStop {"stopReason":"tool_use"}
    metadata {"usage":{"inputTokens":10,"outputTokens":9,"totalTokens":19},"metrics":{"latencyMs":12},"trace":{"guardrail":{"n":1.0}}}
    "#);
}

#[test]
fn what_says_nothing_is_not_written() {
    let blob = |data: &str| PartStart::RedactedThinking { data: data.to_owned() };
    let events = [
        part(0, PartStart::Text, vec![text("")]),
        part(1, PartStart::Thinking, vec![]),
        part(2, blob("not base64!"), vec![]),
        part(3, blob(""), vec![]),
        part(4, PartStart::Refusal, vec![text("no")]),
        part(5, call(), vec![]),
        vec![
            Event::Ping,
            Event::PartStart { choice: 1, part: 0, kind: PartStart::Text },
            Event::Delta { choice: 1, part: 0, delta: text("other") },
            Event::Stop { choice: 1, reason: StopReason::Length, sequence: None },
            Event::Stop { choice: 0, reason: StopReason::StopSequence, sequence: Some("END".to_owned()) },
            stop(StopReason::End),
            Event::PartStart { choice: 0, part: 9, kind: call() },
            Event::Delta { choice: 0, part: 9, delta: text("late") },
            Event::Usage(Usage { cache_write_5m: Some(2), cache_write_1h: Some(3), ..usage(1, 4) }),
            Event::End,
            Event::End,
        ],
    ];
    insta::assert_snapshot!(view(&write_all(&events.concat())), @r#"
    messageStart {"role":"assistant"}
    contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"no"}}
    contentBlockStop {"contentBlockIndex":0}
    contentBlockStart {"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"tooluse_1","name":"f"}}}
    contentBlockDelta {"contentBlockIndex":1,"delta":{"toolUse":{"input":"{}"}}}
    contentBlockStop {"contentBlockIndex":1}
    messageStop {"stopReason":"stop_sequence","additionalModelResponseFields":{"delta":{"stop_sequence":"END"}}}
    metadata {"usage":{"inputTokens":1,"outputTokens":4,"totalTokens":10,"cacheWriteInputTokens":5,"cacheDetails":[{"ttl":"1h","inputTokens":3},{"ttl":"5m","inputTokens":2}]},"metrics":{"latencyMs":12}}
    "#);
}

#[test]
fn a_stream_that_only_ends_is_a_whole_one() {
    insta::assert_snapshot!(view(&write_all(&[Event::End])), @r#"
    messageStart {"role":"assistant"}
    messageStop {"stopReason":"end_turn"}
    metadata {"usage":{"inputTokens":0,"outputTokens":0,"totalTokens":0},"metrics":{"latencyMs":12}}
    "#);
}

#[test]
fn a_signature_goes_out_whole() {
    let pieces = vec![Delta::Signature("ab".to_owned()), Delta::Signature("cd".to_owned())];
    let written = view(&write_all(&part(0, PartStart::Thinking, pieces)));
    assert_eq!(written.matches("signature").count(), 1, "{written}");
    assert!(written.contains(r#"{"reasoningContent":{"signature":"abcd"}}"#), "{written}");
}
