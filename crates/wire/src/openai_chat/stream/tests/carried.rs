//! Log probabilities, seals, calls of custom tools and whole parts in streams.

use super::{events, part, start, written};
use crate::chat::{CallKind, Delta, Event, FURTHER_CALL, Media, MediaSource, Part, PartStart, StopReason, WebSearch};
use crate::dialect::{Dialect, Style};
use crate::json::Raw;

/// The events of chunks with a delta and log probabilities.
fn of_chunks(chunks: &[(&str, &str)]) -> String {
    let chunk = |(delta, tokens): &(&str, &str)| {
        format!(
            r#"{{"id":"r","choices":[{{"index":0,"delta":{delta},"logprobs":{{"content":{tokens},"refusal":[9]}},"finish_reason":null}}]}}"#
        )
    };
    let mut chunks: Vec<String> = chunks.iter().map(chunk).collect();
    chunks.push(r#"{"id":"r","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}"#.into());
    let text = events(&chunks.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("start") && !line.starts_with("0 stop"));
    lines.collect::<Vec<_>>().join("\n").replace("0.", "")
}

#[test]
fn log_probabilities_stand_before_their_text() {
    let call = r#"{"tool_calls":[{"index":0,"id":"i","function":{"name":"f","arguments":"x"}}]}"#;
    for (chunks, expected) in [
        (
            vec![(r#"{"content":"a"}"#, r#"[{"t": 1},2]"#), (r#"{"content":"b"}"#, "[3]")],
            "0 Text\n0 logprobs [{\"t\": 1}, 2]\n0 + a\n0 logprobs [3]\n0 + b\n0 end",
        ),
        // half a character says nothing yet
        (
            vec![(r#"{"content":"\ud83d"}"#, "[1]"), (r#"{"content":"\ude00"}"#, "[2]")],
            "0 Text\n0 logprobs [1, 2]\n0 + \u{1F600}\n0 end",
        ),
        (vec![(r#"{"content":"a"}"#, "null"), (r#"{"content":""}"#, "[1]")], "0 Text\n0 + a\n0 logprobs [1]\n0 end"),
        // those of other things are no text's
        (
            vec![
                (r#"{"reasoning_content":"r"}"#, "[1]"),
                (r#"{"content":"a","reasoning_content":""}"#, "[2]"),
                (call, "[3]"),
            ],
            "0 Thinking\n0 + r\n0 end\n1 Text\n1 logprobs [2]\n1 + a\n1 end\n2 call i f\n2 + x\n2 end",
        ),
        // behind a call they wait with their text
        (
            vec![(call, "null"), (r#"{"content":"a"}"#, "[1]"), (r#"{"content":"b"}"#, "[2]")],
            "0 call i f\n0 + x\n0 end\n1 Text\n1 logprobs [1, 2]\n1 + ab\n1 end",
        ),
        (vec![(r#"{"content":"a"}"#, r#"{"no":"list"}"#)], "0 Text\n0 + a\n0 end"),
    ] {
        assert_eq!(of_chunks(&chunks), expected, "{chunks:?}");
    }
}

#[test]
fn log_probabilities_that_wait_are_bounded() {
    let long = format!(r#"["{}"]"#, "x".repeat(1 << 20));
    let chunk = format!(r#"{{"choices":[{{"delta":{{}},"logprobs":{{"content":{long}}}}}]}}"#);
    let failed = events(&vec![chunk.as_str(); 20]).unwrap_err();
    assert_eq!(failed.path, "choices[0].logprobs");
}

/// What stands in the chunks' choices behind the index.
fn choices(events: &[Event]) -> String {
    let text = written(Style::default(), events);
    let choices = text.split("\"index\":0,\"delta\":").skip(1).filter_map(|rest| rest.split("}]}\n").next());
    choices.collect::<Vec<_>>().join("\n")
}

#[test]
fn custom_calls_seals_and_log_probabilities() {
    let logprobs = |tokens: &[&str]| Event::Logprobs {
        choice: 0,
        part: 1,
        tokens: tokens.iter().map(|token| Raw::parse(*token).unwrap()).collect(),
    };
    let call = PartStart::ToolCall { id: "1".into(), name: "t".into(), namespace: None, kind: CallKind::Custom };
    let seal = Delta::Sealed { id: Some("rs_1".into()), data: "D".into() };
    let mut text = part(1, PartStart::Text, vec![Delta::Text("a".into()), Delta::Text("b".into())]);
    text.insert(1, logprobs(&["{ \"token\":\n\"a\"}", "2"]));
    text.insert(4, logprobs(&["3"]));
    let stop = Event::Stop { choice: 0, reason: StopReason::ToolUse, sequence: None };
    let all = [
        vec![start()],
        part(0, PartStart::Thinking, vec![Delta::Thinking("t".into()), seal]),
        text,
        part(2, call, vec![Delta::Arguments("x ".into()), Delta::Arguments("\"y\"".into())]),
        vec![stop, Event::End],
    ];
    insta::assert_snapshot!(choices(&all.concat()), @r#"
    {"role":"assistant","content":""},"logprobs":null,"finish_reason":null
    {"reasoning_content":"t"},"logprobs":null,"finish_reason":null
    {"thinking_blocks":[{"type":"thinking","index":0,"thinking":"t","signature":"turnpike:sealed:rs_1:D"}]},"logprobs":null,"finish_reason":null
    {"content":"a"},"logprobs":{"content":[{ "token": "a"},2],"refusal":null},"finish_reason":null
    {"content":"b"},"logprobs":null,"finish_reason":null
    {"tool_calls":[{"index":0,"id":"1","type":"custom","custom":{"name":"t","input":""}}]},"logprobs":null,"finish_reason":null
    {"tool_calls":[{"index":0,"custom":{"input":"x "}}]},"logprobs":null,"finish_reason":null
    {"tool_calls":[{"index":0,"custom":{"input":"\"y\""}}]},"logprobs":null,"finish_reason":null
    {},"logprobs":{"content":[3],"refusal":null},"finish_reason":"tool_calls"
    "#);
}

#[test]
fn whole_parts_are_a_sentence_and_a_search_is_none() {
    let media = Media { source: MediaSource::Url("u".into()), detail: None, name: None };
    let image = PartStart::Whole(Box::new(Part::Image { media, cache: None }));
    let search = PartStart::Whole(Box::new(Part::WebSearch(WebSearch::default())));
    let all = [vec![start()], part(0, search, vec![]), part(1, image, vec![])];
    insta::assert_snapshot!(choices(&all.concat()), @r#"
    {"role":"assistant","content":""},"logprobs":null,"finish_reason":null
    {"content":"[The model answered with an image, which this API cannot carry.]"},"logprobs":null,"finish_reason":null
    "#);
}

#[test]
fn who_declares_functions_is_streamed_one_call_of_them() {
    let pieces = |pieces: &[&str]| pieces.iter().map(|piece| Delta::Arguments((*piece).into())).collect();
    let mut all = vec![start()];
    all.extend(part(0, PartStart::Text, vec![Delta::Text("so".into())]));
    all.extend(part(1, PartStart::function("1", "f"), pieces(&["{ \"a\"", ":1}"])));
    all.extend(part(2, PartStart::function("2", "g"), pieces(&["{}"])));
    all.push(Event::Stop { choice: 0, reason: StopReason::ToolUse, sequence: None });
    all.push(Event::End);
    let echo = Dialect::OpenAiChat.echo(r#"{"functions":[{"name":"f"},{"name":"g"}]}"#);
    let text = written(Style { echo, ..Style::default() }, &all);
    let told: Vec<_> = text.lines().filter_map(|line| line.split_once(r#""choices":[{"index":0,"delta":"#)).collect();
    let told: Vec<_> = told.iter().map(|(_, delta)| delta.trim_end_matches("]}").to_owned()).collect();
    let delta = |delta: &str| format!(r#"{delta},"logprobs":null,"finish_reason":null}}"#);
    assert_eq!(
        told,
        [
            delta(r#"{"role":"assistant","content":""}"#),
            delta(r#"{"content":"so"}"#),
            delta(r#"{"function_call":{"name":"f","arguments":""}}"#),
            delta(r#"{"function_call":{"arguments":"{ \"a\""}}"#),
            delta(r#"{"function_call":{"arguments":":1}"}}"#),
            delta(&format!(r#"{{"content":"{FURTHER_CALL}"}}"#)),
            r#"{},"logprobs":null,"finish_reason":"function_call"}"#.to_owned(),
        ]
    );
}
