//! Streams of many servers in; our own out; and what the cheap look sees.

mod round_trip;
mod writing;

use super::{Reader, Writer, note};
use crate::chat::{Delta, Event, PartStart, StopReason, Usage};
use crate::dialect::Style;
use crate::frame::sse::Frame;
use crate::json::{Invalid, Raw};
use crate::note::{Ending, Note};

fn frame(data: &str) -> Frame {
    Frame::new(format!("data: {data}\n\n"))
}

/// A chunk with these members of its one choice.
fn chunk(choice: &str) -> String {
    format!(r#"{{"id":"c","object":"text_completion","created":1,"model":"m","choices":[{{"index":0,{choice}}}]}}"#)
}

fn events(chunks: &[String]) -> Result<Vec<Event>, Invalid> {
    let (mut reader, mut out) = (Reader::default(), Vec::new());
    for chunk in chunks {
        reader.read(&frame(chunk), &mut out)?;
    }
    Ok(out)
}

fn start() -> Event {
    Event::Start { id: "c".into(), model: "m".into(), created: Some(1) }
}

fn begin(choice: u32) -> Event {
    Event::PartStart { choice, part: 0, kind: PartStart::Text }
}

fn says(choice: u32, text: &str) -> Event {
    Event::Delta { choice, part: 0, delta: Delta::Text(text.into()) }
}

fn end(choice: u32) -> Event {
    Event::PartEnd { choice, part: 0 }
}

fn stop(choice: u32, reason: StopReason) -> Event {
    Event::Stop { choice, reason, sequence: None }
}

fn tokens(tokens: &[&str]) -> Event {
    Event::Logprobs { choice: 0, part: 0, tokens: tokens.iter().map(|token| Raw::parse(*token).unwrap()).collect() }
}

#[test]
fn a_plain_stream() {
    let usage = Usage { input: Some(2), output: Some(3), ..Usage::default() };
    let read = events(&[
        r#"{"id":"","choices":[]}"#.into(),
        chunk(r#""text":"","logprobs":null,"finish_reason":null"#),
        chunk(r#""text":"Hel""#),
        chunk(r#""text":"lo\ud83d","finish_reason":"""#),
        chunk(r#""text":"\ude00","finish_reason":"length""#),
        chunk(r#""text":"","finish_reason":"length""#),
        r#"{"id":"c","choices":[],"usage":{"prompt_tokens":2,"completion_tokens":3}}"#.into(),
        "[DONE]".into(),
        "ignored".into(),
    ]);
    let expected = [
        start(),
        begin(0),
        says(0, "Hel"),
        says(0, "lo"),
        says(0, "\u{1F600}"),
        end(0),
        stop(0, StopReason::Length),
        Event::Usage(usage),
        Event::End,
    ];
    assert_eq!(read.unwrap(), expected);
}

#[test]
fn several_answers_are_kept_apart() {
    let of = |index: u32, rest: &str| {
        format!(r#"{{"id":"c","model":"m","created":1,"choices":[{{"index":{index},{rest}}}]}}"#)
    };
    let both = r#"{"choices":[{"index":1,"text":"b"},{"text":"A","finish_reason":"stop","stop_reason":"END"}],"usage":{"completion_tokens":9}}"#;
    let read = events(&[of(0, r#""text":"a""#), both.into(), of(1, r#""finish_reason":"stop""#), " [DONE] ".into()]);
    let expected = [
        start(),
        begin(0),
        says(0, "a"),
        begin(1),
        says(1, "b"),
        says(0, "A"),
        end(0),
        Event::Stop { choice: 0, reason: StopReason::StopSequence, sequence: Some("END".into()) },
        Event::Usage(Usage { output: Some(9), ..Usage::default() }),
        end(1),
        stop(1, StopReason::End),
        Event::End,
    ];
    assert_eq!(read.unwrap(), expected);
}

#[test]
fn log_probabilities_stand_before_their_text() {
    let told = |text: &str, token: &str| {
        chunk(&format!(
            r#""text":"{text}","logprobs":{{"tokens":["{token}"],"token_logprobs":[-1],"top_logprobs":null}}"#
        ))
    };
    let one = |token: &str| {
        format!(r#"{{"token":"{token}","logprob":-1,"bytes":[{}],"top_logprobs":[]}}"#, token.as_bytes()[0])
    };
    let read = events(&[
        told("a", "a"),
        // half a character says nothing yet
        told("\\ud83d", "x"),
        told("\\ude00", "y"),
        told("", "z"),
        chunk(r#""text":"","finish_reason":"stop""#),
    ]);
    let expected = [
        start(),
        begin(0),
        tokens(&[&one("a")]),
        says(0, "a"),
        tokens(&[&one("x"), &one("y")]),
        says(0, "\u{1F600}"),
        tokens(&[&one("z")]),
        end(0),
        stop(0, StopReason::End),
    ];
    assert_eq!(read.unwrap(), expected);
    let long = chunk(&format!(r#""logprobs":{{"tokens":["{}"],"token_logprobs":[-1]}}"#, "x".repeat(1 << 20)));
    assert_eq!(events(&vec![long; 20]).unwrap_err().path, "choices[0].logprobs");
}

#[test]
fn what_is_no_stream_is_refused() {
    let done = || "[DONE]".to_owned();
    for (chunks, path) in [
        (vec!["{".to_owned()], "data"),
        (vec!["[]".to_owned()], "data"),
        (vec![done()], "choices"),
        (vec![chunk(r#""text":"a""#), done()], "choices[0].finish_reason"),
        (vec![chunk(r#""text":3"#)], "choices[0].text"),
        (vec![chunk(r#""finish_reason":"stop""#), chunk(r#""text":"a""#)], "choices[0].text"),
    ] {
        assert_eq!(events(&chunks).unwrap_err().path, path, "{chunks:?}");
    }
}

#[test]
fn errors_end_a_stream_in_every_form() {
    for (raw, message) in [
        ("data: {\"error\":{\"message\":\"no\",\"code\":503}}\n\n", "no"),
        ("data: {\"object\":\"error\",\"message\":\"no\",\"code\":400}\n\n", "no"),
        ("event: error\ndata: {\"message\":\"no\"}\n\n", "no"),
    ] {
        let (mut reader, mut out) = (Reader::default(), Vec::new());
        let frame = Frame::new(raw);
        reader.read(&frame, &mut out).unwrap();
        reader.read(&super::tests::frame("[DONE]"), &mut out).unwrap();
        assert!(matches!(out.as_slice(), [Event::Error(error)] if error.message == message), "{raw} {out:?}");
        assert_eq!(note(&frame).ending, Ending::Error, "{raw}");
    }
}

#[test]
fn signs_of_life_are_told() {
    let (mut reader, mut out) = (Reader::default(), Vec::new());
    reader.read(&Frame::new(": ping\n\n"), &mut out).unwrap();
    reader.read(&Frame::new("data:\n\n"), &mut out).unwrap();
    assert_eq!(out, [Event::Ping]);
}

#[test]
fn the_cheap_look_counts_text_and_usage() {
    let usage = Usage { input: Some(2), output: Some(3), ..Usage::default() };
    let counted = r#""usage":{"prompt_tokens":2,"completion_tokens":3}"#;
    for (data, expected) in [
        (chunk(r#""text":"a\n\"b""#), Note { text_bytes: 4, ..Note::default() }),
        (
            chunk(r#""text":"ab","logprobs":{"tokens":["text"],"top_logprobs":[{"text":-1}],"text_offset":[0]}"#),
            Note { text_bytes: 2, ..Note::default() },
        ),
        (chunk(r#""text":"","finish_reason":"stop""#), Note { stopped: true, ..Note::default() }),
        (
            format!(r#"{{"choices":[{{"text":"a","index":0}}],{counted}}}"#),
            Note { text_bytes: 1, usage: Some(usage), ..Note::default() },
        ),
        (format!(r#"{{"choices":[],{counted}}}"#), Note { usage: Some(usage), usage_only: true, ..Note::default() }),
        (r#"{"text":"beside"}"#.to_owned(), Note::default()),
        ("[DONE]".to_owned(), Note { ending: Ending::Complete, ..Note::default() }),
    ] {
        assert_eq!(note(&frame(&data)), expected, "{data}");
    }
}
