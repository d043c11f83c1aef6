//! Frames in, events out.

use super::*;

/// Names and payloads.
pub(super) type Frames<'a> = &'a [(&'a str, &'a str)];

#[test]
fn a_recorded_stream_is_read() {
    assert_eq!(read_all(&stream(RECORDED)).unwrap(), recorded_events());
}

#[test]
fn a_stream_without_its_last_event_has_no_end() {
    let events = read_all(&stream(&RECORDED[..RECORDED.len() - 2])).unwrap();
    assert_eq!(events.last(), Some(&stop(StopReason::ToolUse)));
    let early =
        [("metadata", r#"{"usage":{"inputTokens":1,"outputTokens":2}}"#), ("messageStop", r#"{"stopReason":"x"}"#)];
    let expected = [Event::Usage(usage(1, 2)), stop(StopReason::Other("x".to_owned()))];
    assert_eq!(read_all(&stream(&early)).unwrap(), expected);
}

#[test]
fn blocks_of_sloppy_servers_are_read() {
    let said = |text: &str| part(0, PartStart::Text, vec![Delta::Text(text.to_owned())]);
    let cases: [(Frames<'_>, Vec<Event>); 4] = [
        // an empty start before a text
        (
            &[
                ("contentBlockStart", r#"{"contentBlockIndex":0,"start":{}}"#),
                ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"a"}}"#),
                ("contentBlockStop", r#"{"contentBlockIndex":0}"#),
            ],
            said("a"),
        ),
        // no stops
        (
            &[
                ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"a"}}"#),
                (
                    "contentBlockStart",
                    r#"{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"tooluse_1","name":"f"}}}"#,
                ),
                ("contentBlockStop", r#"{"contentBlockIndex":0}"#),
                ("messageStop", r#"{"stopReason":"end_turn","additionalModelResponseFields":{"stop_sequence":"x"}}"#),
            ],
            [
                said("a"),
                part(1, call(), vec![]),
                vec![Event::Stop { choice: 0, reason: StopReason::End, sequence: Some("x".to_owned()) }],
            ]
            .concat(),
        ),
        // one index for two kinds, and a block that says nothing
        (
            &[
                ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"a"}}"#),
                ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"b"}}}"#),
                ("contentBlockStop", r#"{"contentBlockIndex":0}"#),
                ("contentBlockDelta", r#"{"contentBlockIndex":1,"delta":{"newKind":{}}}"#),
                ("contentBlockStop", r#"{"contentBlockIndex":1}"#),
                ("contentBlockStop", r#"{"contentBlockIndex":2}"#),
            ],
            [
                said("a"),
                part(1, PartStart::Thinking, vec![Delta::Thinking("b".to_owned())]),
                part(2, PartStart::Text, vec![Delta::Text(uncarried("newKind"))]),
            ]
            .concat(),
        ),
        // blobs that cannot be joined
        (
            &[
                (
                    "contentBlockDelta",
                    r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"redactedContent":"YQ=="}}}"#,
                ),
                (
                    "contentBlockDelta",
                    r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"redactedContent":"Yg=="}}}"#,
                ),
                ("contentBlockStop", r#"{"contentBlockIndex":0}"#),
            ],
            [
                part(0, PartStart::RedactedThinking { data: "YQ==".to_owned() }, vec![]),
                part(1, PartStart::RedactedThinking { data: "Yg==".to_owned() }, vec![]),
            ]
            .concat(),
        ),
    ];
    for (frames, expected) in cases {
        assert_eq!(read_all(&stream(frames)).unwrap(), expected, "{frames:?}");
    }
}

#[test]
fn mistakes_are_named() {
    let delta = |index: u32| format!(r#"{{"contentBlockIndex":{index},"delta":{{"text":"a"}}}}"#);
    let (one, zero) = (delta(1), delta(0));
    let call = r#"{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"t","name":"f"}}}"#;
    let stop = ("messageStop", r#"{"stopReason":"end_turn"}"#);
    let cases: [(Frames<'_>, &str); 9] = [
        (&[("contentBlockDelta", "[1]")], "contentBlockDelta"),
        (&[("contentBlockStart", "{}")], "contentBlockStart.contentBlockIndex"),
        (&[("contentBlockStart", call), ("contentBlockStart", call)], "contentBlockStart.contentBlockIndex"),
        (
            &[("contentBlockStart", r#"{"contentBlockIndex":0,"start":{"toolUse":{"name":"f"}}}"#)],
            "contentBlockStart.start.toolUse.toolUseId",
        ),
        (&[("contentBlockDelta", &one), ("contentBlockDelta", &zero)], "contentBlockDelta.contentBlockIndex"),
        (
            &[("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"toolUse":{"input":"x"}}}"#)],
            "contentBlockDelta.delta.toolUse",
        ),
        (&[stop, ("contentBlockDelta", &zero)], "contentBlockDelta.contentBlockIndex"),
        (&[("messageStop", "{}")], "messageStop.stopReason"),
        (&[("metadata", "[]")], "metadata"),
    ];
    for (frames, path) in cases {
        assert_eq!(read_all(&stream(frames)).unwrap_err().path, path, "{frames:?}");
    }
}
