//! Streams that are not as Cohere's documentation has them.

use super::*;

#[test]
fn a_stream_that_breaks_off_tells_its_usage_and_why() {
    let delta = r#"{"type":"content-delta","delta":{"message":{"content":{"text":"a"}}}}"#;
    for (end, kind, message, told) in [
        (
            r#"{"type":"message-end","delta":{"finish_reason":"ERROR","error":"no luck","usage":{"tokens":{"input_tokens":1,"output_tokens":2}}}}"#,
            ErrorKind::Internal,
            "no luck",
            true,
        ),
        (
            r#"{"type":"message-end","delta":{"finish_reason":"TIMEOUT"}}"#,
            ErrorKind::Timeout,
            "the provider broke off without saying why",
            false,
        ),
        (r#"{"type":"error","message":"overloaded"}"#, ErrorKind::Internal, "overloaded", false),
    ] {
        let events = read_all(&stream(&[delta, end, delta])).unwrap();
        let (last, before) = events.split_last().unwrap();
        let Event::Error(error) = last else { panic!("{last:?}") };
        assert_eq!((error.kind, error.message.as_str()), (kind, message), "{end}");
        assert_eq!(before.contains(&Event::Usage(usage(1, 2))), told, "{end}");
    }
    let broken = read_all(b"event: error\ndata: upstream reset\n\n").unwrap();
    assert!(matches!(&broken[0], Event::Error(error) if error.message == "upstream reset"), "{broken:?}");
}

#[test]
fn what_cohere_withholds_is_an_answer_that_ends() {
    for (word, reason) in [
        ("ERROR_TOXIC", StopReason::ContentFilter),
        ("ERROR_LIMIT", StopReason::ContextWindow),
        ("STOP_SEQUENCE", StopReason::StopSequence),
        ("NEW", StopReason::Other("NEW".to_owned())),
    ] {
        let end = format!(r#"{{"type":"message-end","delta":{{"finish_reason":"{word}"}}}}"#);
        assert_eq!(read_all(&stream(&[&end])).unwrap(), [stop(reason), Event::End], "{word}");
    }
    let unsaid = read_all(&stream(&[r#"{"type":"message-end"}"#])).unwrap();
    assert_eq!(unsaid, [stop(StopReason::Other("null".to_owned())), Event::End]);
}

#[test]
fn contents_of_sloppy_servers_are_read() {
    let said = |number, words: &str| part(number, PartStart::Text, vec![text(words)]);
    let end = r#"{"type":"message-end","delta":{"finish_reason":"COMPLETE"}}"#;
    let delta = |field: &str, words: &str| {
        format!(r#"{{"type":"content-delta","delta":{{"message":{{"content":{{"{field}":"{words}"}}}}}}}}"#)
    };
    let start = |word: &str| {
        format!(r#"{{"type":"content-start","delta":{{"message":{{"content":{{"type":"{word}","text":"s"}}}}}}}}"#)
    };
    let (a, b, t) = (delta("text", "a"), delta("text", "b"), delta("thinking", "t"));
    let (begins, foreign) = (start("text"), start("sound"));
    let cases: [(Vec<&str>, Vec<Event>); 5] = [
        // no starts
        (vec![&t, &a], [part(0, PartStart::Thinking, vec![Delta::Thinking("t".to_owned())]), said(1, "a")].concat()),
        // a start with words, a second content, one that says nothing
        (
            vec![&begins, &a, r#"{"type":"content-end"}"#, &begins, r#"{"type":"content-start"}"#],
            [part(0, PartStart::Text, vec![text("s"), text("a")]), said(1, "s")].concat(),
        ),
        // a kind that nobody knows, then one without a start
        (vec![&foreign, &a, r#"{"type":"content-end"}"#, &b], [said(0, &uncarried("sound")), said(1, "b")].concat()),
        // arguments at the start of a call, no end, and no index
        (
            vec![
                r#"{"type":"tool-call-start","delta":{"message":{"tool_calls":{"id":"look_1","function":{"name":"look","arguments":"{}"}}}}}"#,
                r#"{"type":"tool-call-delta"}"#,
            ],
            part(0, call(), vec![Delta::Arguments("{}".to_owned())]),
        ),
        // citations of nothing, of reasoning, or of no shape
        (
            vec![
                r#"{"type":"citation-start","delta":{"message":{"citations":{"sources":[{"id":"x"}]}}}}"#,
                &a,
                r#"{"type":"citation-start","delta":{"message":{"citations":{"type":"THINKING_CONTENT","sources":[{"id":"x"}]}}}}"#,
                r#"{"type":"citation-start","delta":{"message":{"citations":[]}}}"#,
                r#"{"type":"citation-start","delta":7}"#,
            ],
            said(0, "a"),
        ),
    ];
    for (mut datas, expected) in cases {
        datas.push(end);
        let expected = [expected, vec![stop(StopReason::End), Event::End]].concat();
        assert_eq!(read_all(&stream(&datas)).unwrap(), expected, "{datas:?}");
    }
}

#[test]
fn mistakes_are_named() {
    for (data, path) in [
        ("[1", "data"),
        (r#"{"type":"content-delta","delta":7}"#, "content-delta.delta"),
        (r#"{"type":"content-delta","delta":{"message":{"content":"x"}}}"#, "content-delta.delta.message.content"),
        (
            r#"{"type":"tool-plan-delta","delta":{"message":{"tool_plan":7}}}"#,
            "tool-plan-delta.delta.message.tool_plan",
        ),
        (r#"{"type":"tool-call-start"}"#, "tool-call-start.delta.message.tool_calls"),
        (
            r#"{"type":"tool-call-start","delta":{"message":{"tool_calls":{"function":{"name":"f"}}}}}"#,
            "tool-call-start.delta.message.tool_calls.id",
        ),
        (
            r#"{"type":"tool-call-delta","delta":{"message":{"tool_calls":{"function":{"arguments":"x"}}}}}"#,
            "tool-call-delta.delta.message.tool_calls.function.arguments",
        ),
        (r#"{"type":"message-end","delta":{"finish_reason":7}}"#, "message-end.delta.finish_reason"),
    ] {
        assert_eq!(read_all(&stream(&[data])).unwrap_err().path, path, "{data}");
    }
    assert_eq!(read_all(b"event: content-delta\ndata: \xff\n\n").unwrap_err().path, "data");
}
