//! Streams of many servers in; our own out; and what the cheap look sees.

mod carried;
mod citing;

use super::{Reader, Writer, note};
use crate::chat::{CallKind, Delta, Event, PartStart, StopReason, Usage};
use crate::dialect::Style;
use crate::error::{ErrorKind, ErrorReply};
use crate::frame::sse::Frame;
use crate::json::Invalid;
use crate::note::{Ending, Note};

fn frame(data: &str) -> Frame {
    Frame::new(format!("data: {data}\n\n"))
}

/// A line an event, short enough to read in a table.
fn line(event: &Event) -> String {
    match event {
        Event::Start { id, .. } => format!("start {id}"),
        Event::PartStart { choice, part, kind } => match kind {
            PartStart::ToolCall { id, name, kind: CallKind::Custom, .. } => {
                format!("{choice}.{part} custom {id} {name}")
            }
            PartStart::ToolCall { id, name, .. } => format!("{choice}.{part} call {id} {name}"),
            PartStart::RedactedThinking { data } => format!("{choice}.{part} redacted {data}"),
            other => format!("{choice}.{part} {other:?}"),
        },
        Event::Delta { choice, part, delta } => match delta {
            Delta::Text(text) | Delta::Thinking(text) | Delta::Arguments(text) => format!("{choice}.{part} + {text}"),
            Delta::Signature(text) => format!("{choice}.{part} signed {text}"),
            Delta::Sealed { data, .. } => format!("{choice}.{part} sealed {data}"),
            Delta::Bound(proof) => format!("{choice}.{part} bound {proof}"),
        },
        Event::PartEnd { choice, part } => format!("{choice}.{part} end"),
        Event::Stop { choice, reason, .. } => format!("{choice} stop {reason:?}"),
        Event::Citation { choice, part, citation } => {
            let place = citation.location.as_ref().map_or_else(|| "nowhere".into(), |place| format!("{place:?}"));
            format!("{choice}.{part} cites {place}")
        }
        Event::Logprobs { choice, part, tokens } => format!("{choice}.{part} logprobs {tokens:?}"),
        Event::Trace(trace) => format!("trace {}", trace.get()),
        Event::Usage(usage) => format!("usage {:?} {:?}", usage.input, usage.output),
        Event::Ping => "ping".into(),
        Event::End => "end".into(),
        Event::Error(error) => format!("error {} {}", error.status, error.message),
    }
}

fn events(chunks: &[&str]) -> Result<String, Invalid> {
    let (mut reader, mut out) = (Reader::default(), Vec::new());
    for chunk in chunks {
        reader.read(&frame(chunk), &mut out)?;
    }
    Ok(out.iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// The events of deltas of one answer, without the frame around them.
fn of_deltas(deltas: &[&str]) -> String {
    let chunk =
        |delta: &&str| format!(r#"{{"id":"r","choices":[{{"index":0,"delta":{delta},"finish_reason":null}}]}}"#);
    let mut chunks: Vec<String> = deltas.iter().map(chunk).collect();
    chunks.push(r#"{"id":"r","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#.into());
    let text = events(&chunks.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
    let lines: Vec<&str> =
        text.lines().filter(|line| !line.starts_with("start") && !line.starts_with("0 stop")).collect();
    lines.join("\n").replace("0.", "")
}

#[test]
fn a_plain_stream() {
    let text = events(&[
        r#"{"id":"","model":"","choices":[],"prompt_filter_results":[]}"#,
        r#"{"id":"r","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"usage":null}"#,
        r#"{"id":"r","choices":[{"index":0,"delta":{"content":"Hel"}}]}"#,
        r#"{"id":"r","choices":[{"delta":{"content":"lo"},"finish_reason":""}]}"#,
        r#"{"id":"r","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
        r#"{"id":"r","choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":2,"completion_tokens":3}}"#,
        " [DONE] ",
        "ignored",
    ]);
    assert_eq!(
        text.unwrap(),
        "start r\n0.0 Text\n0.0 + Hel\n0.0 + lo\n0.0 end\n0 stop End\nusage Some(2) Some(3)\nend"
    );
}

#[test]
fn deltas_become_parts_that_do_not_overlap() {
    let call = |index: u32, rest: &str| format!(r#"{{"tool_calls":[{{"index":{index},{rest}}}]}}"#);
    let first = |index: u32, id: &str| {
        call(index, &format!(r#""id":"{id}","type":"function","function":{{"name":"f","arguments":""}}"#))
    };
    let more = |index: u32, text: &str| call(index, &format!(r#""function":{{"arguments":"{text}"}}"#));
    let bare = |rest: &str| format!(r#"{{"tool_calls":[{{{rest}}}]}}"#);
    for (deltas, expected) in [
        (vec![r#"{"reasoning_content":"a"}"#.to_owned(), r#"{"reasoning":"b","content":null}"#.into(), r#"{"content":"c"}"#.into(), r#"{"refusal":"d"}"#.into()],
         "0 Thinking\n0 + a\n0 + b\n0 end\n1 Text\n1 + c\n1 end\n2 Refusal\n2 + d\n2 end"),
        (vec![r#"{"reasoning_content":"a","reasoning":"a"}"#.into()], "0 Thinking\n0 + a\n0 end"),
        // one call; a name that is repeated; arguments that stay empty
        (vec![first(0, "i"), more(0, "{}"), call(0, r#""id":"i","function":{"name":"f","arguments":" "}"#)], "0 call i f\n0 + {}\n0 +  \n0 end"),
        (vec![first(0, "i")], "0 call i f\n0 end"),
        // parallel calls, in turn and mixed
        (vec![first(0, "i"), more(0, "a"), first(1, "j"), more(1, "b")], "0 call i f\n0 + a\n0 end\n1 call j f\n1 + b\n1 end"),
        (vec![first(0, "i"), more(0, "a"), first(1, "j"), more(1, "b"), more(0, "c"), more(1, "d")], "0 call i f\n0 + a\n0 + c\n0 end\n1 call j f\n1 + bd\n1 end"),
        // text behind a call
        (vec![first(0, "i"), r#"{"content":"x"}"#.into(), r#"{"content":"y"}"#.into(), more(0, "a")], "0 call i f\n0 + a\n0 end\n1 Text\n1 + xy\n1 end"),
        // no index; the same index for every call; no id; a name that comes late
        (vec![bare(r#""id":"i","function":{"name":"f","arguments":"a"}"#), bare(r#""function":{"arguments":"b"}"#), bare(r#""id":"j","function":{"name":"f","arguments":"c"}"#)], "0 call i f\n0 + a\n0 + b\n0 end\n1 call j f\n1 + c\n1 end"),
        (vec![first(0, "i"), more(0, "a"), first(0, "j"), more(0, "b")], "0 call i f\n0 + a\n0 end\n1 call j f\n1 + b\n1 end"),
        (vec![bare(r#""function":{"name":"f","arguments":{"a": 1.0}}"#)], "0 call call_0_r f\n0 + {\"a\": 1.0}\n0 end"),
        (vec![call(0, r#""id":"i""#), more(0, "a"), call(0, r#""function":{"name":"f"}"#), more(0, "b")], "0 call i f\n0 + a\n0 + b\n0 end"),
        (vec![r#"{"function_call":{"name":"f","arguments":"a"}}"#.into()], "0 call call_0_r f\n0 + a\n0 end"),
        // custom tools: as OpenAI streams them, all at once, and with a name that comes late
        (vec![call(0, r#""id":"i","type":"custom","custom":{"name":"t","input":""}"#), call(0, r#""custom":{"input":"a\nb"}"#), call(0, r#""custom":{"input":"c"}"#)], "0 custom i t\n0 + a\nb\n0 + c\n0 end"),
        (vec![bare(r#""id":"i","custom":{"name":"t","input":"a"}"#), first(1, "j")], "0 custom i t\n0 + a\n0 end\n1 call j f\n1 end"),
        (vec![call(0, r#""id":"i","type":"custom""#), call(0, r#""custom":{"name":"t"}"#), call(0, r#""custom":{"input":"a"}"#)], "0 custom i t\n0 + a\n0 end"),
        // signed reasoning: as LiteLLM streams it, as we do, and with blocks alone
        (vec![r#"{"reasoning_content":"a","thinking_blocks":[{"type":"thinking","thinking":"a"}]}"#.into(), r#"{"reasoning_content":"","thinking_blocks":[{"type":"thinking","thinking":"","signature":"S"}]}"#.into()], "0 Thinking\n0 + a\n0 signed S\n0 end"),
        (vec![r#"{"reasoning_content":"a"}"#.into(), r#"{"thinking_blocks":[{"type":"thinking","thinking":"a","signature":"turnpike:sealed:rs:D:"}]}"#.into(), r#"{"reasoning_content":"b"}"#.into()], "0 Thinking\n0 + a\n0 sealed D:\n0 end\n1 Thinking\n1 + b\n1 end"),
        (vec![r#"{"thinking_blocks":[{"type":"thinking","thinking":"a"}]}"#.into(), r#"{"thinking_blocks":[{"type":"thinking","thinking":"b","signature":"S"},{"type":"redacted_thinking","data":"D"},{"type":"thinking","thinking":"c"}]}"#.into()],
         "0 Thinking\n0 + a\n0 + b\n0 signed S\n0 end\n1 redacted D\n1 end\n2 Thinking\n2 + c\n2 end"),
        (vec![r#"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"a"}]},{"type":"text","text":"b"}]}"#.into()], "0 Thinking\n0 + a\n0 end\n1 Text\n1 + b\n1 end"),
        // annotations with the text, behind it, and where there is none
        (vec![r#"{"content":"a","annotations":[{"type":"url_citation","url_citation":{"url":"u","title":"T"}}]}"#.into(), r#"{"annotations":[{"type":"url_citation","url_citation":{"url":"v"}}]}"#.into(), first(0, "i"), r#"{"annotations":[{"type":"url_citation","url_citation":{"url":"w"}}]}"#.into()],
         "0 Text\n0 + a\n0 cites Web { url: \"u\" }\n0 cites Web { url: \"v\" }\n0 end\n1 call i f\n1 end"),
        // half a character at the end of a chunk
        (vec![r#"{"content":"a\ud83d"}"#.into(), r#"{"content":"\ude00"}"#.into()], "0 Text\n0 + a\n0 + \u{1F600}\n0 end"),
    ] {
        assert_eq!(of_deltas(&deltas.iter().map(String::as_str).collect::<Vec<_>>()), expected, "{deltas:?}");
    }
}

#[test]
fn answers_side_by_side() {
    let text = events(&[
        r#"{"id":"r","choices":[{"index":1,"delta":{"content":"b"}},{"index":0,"delta":{"content":"a"}}]}"#,
        r#"{"id":"r","choices":[{"index":1,"delta":{},"finish_reason":"length"}]}"#,
        r#"{"id":"r","choices":[{"index":0,"delta":{"content":"c"},"finish_reason":"stop","usage":{"prompt_tokens":1}}]}"#,
        "[DONE]",
    ]);
    let expected = "start r\n1.0 Text\n1.0 + b\n0.0 Text\n0.0 + a\n1.0 end\n1 stop Length\n0.0 + c\n0.0 end\n0 stop End\nusage Some(1) None\nend";
    assert_eq!(text.unwrap(), expected);
}

#[test]
fn errors_end_a_stream() {
    for chunk in
        [r#"{"error":{"message":"m","code":503}}"#, r#"{"object":"error","message":"m","code":503,"error":null}"#]
    {
        assert_eq!(events(&[chunk, "[DONE]"]).unwrap(), "error 503 m", "{chunk}");
    }
    let mut out = Vec::new();
    Reader::default().read(&Frame::new(&b"event: error\ndata: {\"message\":\"m\"}\n\n"[..]), &mut out).unwrap();
    assert!(matches!(&out[..], [Event::Error(error)] if error.message == "m"));
}

#[test]
fn broken_streams_are_refused() {
    let open = r#"{"id":"r","choices":[{"index":0,"delta":{"content":"a"}}]}"#;
    let late = r#"{"id":"r","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
    for (chunks, path) in [
        (vec!["{"], "data"),
        (vec![r#"{"choices":3}"#], "data"),
        (vec!["[DONE]"], "choices"),
        (vec![open, "[DONE]"], "choices[0].finish_reason"),
        (vec![late, open], "choices[0].delta"),
        (vec![r#"{"choices":[{"delta":{"content":3}}]}"#], "choices[0].delta"),
    ] {
        assert_eq!(events(&chunks).unwrap_err().path, path, "{chunks:?}");
    }
    let mut out = Vec::new();
    assert!(Reader::default().read(&Frame::new(&b"data: \xff\n\n"[..]), &mut out).is_err());
    Reader::default().read(&Frame::new(&b": OPENROUTER PROCESSING\n\n"[..]), &mut out).unwrap();
    assert_eq!(out, [Event::Ping]);
}

#[test]
fn what_waits_is_bounded() {
    let mut reader = Reader::default();
    let call = |index: u32, text: &str| {
        frame(&format!(
            r#"{{"choices":[{{"delta":{{"tool_calls":[{{"index":{index},"id":"{index}","function":{{"name":"f","arguments":"{text}"}}}}]}}}}]}}"#
        ))
    };
    let long = "x".repeat(1 << 20);
    let mut out = Vec::new();
    reader.read(&call(0, ""), &mut out).unwrap();
    let failed = (0..32).find_map(|_| reader.read(&call(1, &long), &mut out).err());
    assert_eq!(failed.unwrap().path, "choices[0].delta.tool_calls");
}

fn written(style: Style, events: &[Event]) -> String {
    let (mut writer, mut out) = (Writer::new(style), Vec::new());
    for event in events {
        writer.write(event, &mut out);
    }
    String::from_utf8(out).unwrap()
}

fn part(part: u32, kind: PartStart, deltas: Vec<Delta>) -> Vec<Event> {
    let mut events = vec![Event::PartStart { choice: 0, part, kind }];
    events.extend(deltas.into_iter().map(|delta| Event::Delta { choice: 0, part, delta }));
    events.push(Event::PartEnd { choice: 0, part });
    events
}

fn start() -> Event {
    Event::Start { id: "msg_1".into(), model: "m".into(), created: None }
}

#[test]
fn a_written_stream() {
    let call = |id: &str| PartStart::function(id, "f");
    let mut all =
        vec![start(), Event::Usage(Usage { input: Some(5), cache_read: Some(2), ..Usage::default() }), Event::Ping];
    all.extend(part(
        0,
        PartStart::Thinking,
        vec![Delta::Thinking("a".into()), Delta::Thinking("b".into()), Delta::Signature("S".into())],
    ));
    all.extend(part(1, PartStart::RedactedThinking { data: "D".into() }, vec![]));
    all.extend(part(2, PartStart::Text, vec![Delta::Text("x\ny".into())]));
    all.extend(part(3, PartStart::Refusal, vec![Delta::Text("no".into())]));
    all.extend(part(4, call("1"), vec![]));
    all.extend(part(5, call("2"), vec![Delta::Arguments("{ \"a\"".into()), Delta::Arguments(":1.0}".into())]));
    all.push(Event::Stop { choice: 0, reason: StopReason::ToolUse, sequence: None });
    all.push(Event::Usage(Usage { output: Some(9), ..Usage::default() }));
    all.extend([Event::End, Event::Ping]);
    insta::assert_snapshot!(written(Style { include_usage: true, created: 7, ..Style::default() }, &all));
}

#[test]
fn usage_is_written_only_where_it_is_wanted_and_known() {
    let told = [start(), Event::Usage(Usage { output: Some(1), ..Usage::default() }), Event::End];
    assert!(!written(Style::default(), &told).contains("usage"));
    let silent = written(Style { include_usage: true, created: 0, ..Style::default() }, &[start(), Event::End]);
    assert!(!silent.contains("\"choices\":[]") && silent.ends_with("data: [DONE]\n\n"), "{silent}");
}

#[test]
fn nothing_follows_an_error() {
    let error = Event::Error(ErrorReply::new(ErrorKind::Overloaded, "busy"));
    let text = written(Style::default(), &[start(), error, Event::Ping, Event::End]);
    let expected =
        "data: {\"error\":{\"message\":\"busy\",\"type\":\"overloaded_error\",\"param\":null,\"code\":\"529\"}}\n\n";
    assert!(text.ends_with(expected), "{text}");
}

#[test]
fn the_cheap_look() {
    let usage = Some(Usage { input: Some(1), output: Some(2), ..Usage::default() });
    let text = |text_bytes| Note { text_bytes, ..Note::default() };
    let ending = |ending| Note { ending, ..Note::default() };
    let tokens = r#"{"prompt_tokens":1,"completion_tokens":2,"x":{"y":"}"}}"#;
    let of_delta = |delta: &str| {
        format!(r#"{{"id":"r","choices":[{{"index":0,"delta":{delta},"finish_reason":null}}],"usage":null}}"#)
    };
    for (data, expected) in [
        ("[DONE]".to_owned(), ending(Ending::Complete)),
        ("  [DONE]  ".into(), ending(Ending::Complete)),
        (format!(r#"{{"choices":[],"usage":{tokens}}}"#), Note { usage, usage_only: true, ..Note::default() }),
        (format!(r#"{{"usage" : {tokens} , "choices" : [ ] }}"#), Note { usage, usage_only: true, ..Note::default() }),
        (
            format!(r#"{{"choices":[{{"delta":{{"content":"abc"}}}}],"usage":{tokens}}}"#),
            Note { usage, text_bytes: 3, ..Note::default() },
        ),
        (format!(r#"{{"choices":[{{"delta":{{}},"usage":{tokens}}}]}}"#), Note { usage, ..Note::default() }),
        (r#"{"choices":[],"prompt_filter_results":[]}"#.into(), Note::default()),
        (of_delta(r#"{"role":"assistant","content":""}"#), Note::default()),
        (of_delta(r#"{"content":"a\"usage\":{\"completion_tokens\":7}, \"choices\":[]"}"#), text(46)),
        (of_delta(r#"{"content":"\u4f60\n\\n\\u00e4"}"#), text(3 + 1 + 2 + 6)),
        (of_delta(r#"{"content":null,"reasoning_content":"abc","reasoning":"abc"}"#), text(3)),
        (
            of_delta(
                r#"{"refusal":"no","tool_calls":[{"index":0,"id":"long id","function":{"name":"f","arguments":"{}"}}]}"#,
            ),
            text(4),
        ),
        (of_delta(r#"{"tool_calls":[{"index":0,"custom":{"input":"abc"}}]}"#), text(3)),
        (of_delta(r#"{"content":"[DONE]"}"#), text(6)),
        (r#"{"choices":[{"message":{"content":"abc"},"delta":null,"content":"abc"}]}"#.into(), Note::default()),
        (r#"{"error":{"message":"m"}}"#.into(), ending(Ending::Error)),
        (r#"{"error": "m"}"#.into(), ending(Ending::Error)),
        (r#"{"object":"error","message":"m"}"#.into(), ending(Ending::Error)),
        (r#"{"error":null,"choices":[]}"#.into(), Note::default()),
        (r#"{"error":{},"choices":[]}"#.into(), Note::default()),
        (r#"{"error":false}"#.into(), Note::default()),
        ("garbage \" {".into(), Note::default()),
    ] {
        assert_eq!(note(&frame(&data)), expected, "{data}");
    }
    assert_eq!(note(&Frame::new(&b": ping\n\n"[..])), Note::default());
    assert_eq!(note(&Frame::new(&b"event: error\ndata: {\"message\":\"m\"}\n\n"[..])), ending(Ending::Error));
}
