//! What a provider's stream says.

use super::*;
use crate::chat::{Citation, Location, Page, Part, SearchOutcome, WebSearch};
use crate::error::ErrorKind;
use crate::note::{Ending, Note};

const STOP: &str = r#","finishReason":"STOP""#;

fn events(pieces: &[String]) -> Vec<Event> {
    let pieces: Vec<_> = pieces.iter().map(String::as_str).collect();
    read_all(&stream(&pieces)).unwrap()
}

fn text(text: &str) -> Delta {
    Delta::Text(text.into())
}

#[test]
fn thoughts_texts_and_calls_are_parts() {
    let call = |id: &str| PartStart::function(id, "f");
    let args = |text: &str| vec![Delta::Arguments(text.into())];
    let told = events(&[
        piece(r#"{"text":"I ","thought":true}"#, ""),
        piece(r#"{"text":"see.","thought":true}"#, ""),
        piece(r#"{"text":"Hi ","thoughtSignature":"P1"}"#, ""),
        piece(r#"{"text":"you"},{"functionCall":{"name":"f","args":{"a" : 1.50}},"thoughtSignature":"P2"}"#, ""),
        piece(r#"{"functionCall":{"id":"own","name":"f"}}"#, ""),
        piece(r#"{"text":"","thoughtSignature":"P3"}"#, STOP),
    ]);
    let bound = |proof: &str| Delta::Bound(proof.into());
    let expected = [
        vec![start()],
        part(0, PartStart::Thinking, vec![Delta::Thinking("I ".into()), Delta::Thinking("see.".into()), bound("P1")]),
        part(1, PartStart::Text, vec![text("Hi "), text("you")]),
        part(2, PartStart::Thinking, vec![bound("P2")]),
        part(3, call("call_0_0_r"), args(r#"{"a" : 1.50}"#)),
        part(4, call("own"), args("{}")),
        part(5, PartStart::Thinking, vec![bound("P3")]),
        vec![stop(StopReason::ToolUse), Event::End],
    ];
    assert_eq!(told, expected.concat());
}

#[test]
fn what_it_rests_on_is_told_at_the_open_text() {
    let grounding = r#","finishReason":"STOP","groundingMetadata":{"webSearchQueries":["q"],"groundingChunks":[{"web":{"uri":"https://x"}}],
        "groundingSupports":[{"segment":{"endIndex":2},"groundingChunkIndices":[0]}]}"#.replace('\n', "");
    let told = events(&[piece(r#"{"text":"Hi"}"#, ""), piece(r#"{"text":""}"#, &grounding)]);
    let url = || "https://x".to_owned();
    let citation = Citation { location: Some(Location::Web { url: url() }), ..Citation::default() };
    let outcome = Some(SearchOutcome::Found(vec![Page { url: url(), ..Page::default() }]));
    let search = Part::WebSearch(WebSearch { id: "search_0_r".into(), query: Some("q".into()), outcome });
    let mut hi = part(0, PartStart::Text, vec![text("Hi")]);
    hi.insert(2, Event::Citation { choice: 0, part: 0, citation });
    let whole = part(1, PartStart::Whole(Box::new(search)), vec![]);
    assert_eq!(told, [vec![start()], hi, whole, vec![stop(StopReason::End), Event::End]].concat());
}

#[test]
fn log_probabilities_stand_before_their_text() {
    let tokens = r#","logprobsResult":{"chosenCandidates":[{"token":"Hi","logProbability":-0.10}]}"#;
    let told = events(&[piece(r#"{"text":"Hi"}"#, tokens), piece("", STOP)]);
    assert!(matches!(&told[1], Event::PartStart { kind: PartStart::Text, .. }));
    let Event::Logprobs { part: 0, tokens, .. } = &told[2] else { panic!("{told:?}") };
    assert!(tokens[0].get().contains("-0.10"));
    assert_eq!(told[3], Event::Delta { choice: 0, part: 0, delta: text("Hi") });
}

#[test]
fn usage_is_in_every_piece_and_the_cache_in_some() {
    let with = |piece: String, usage: &str| piece.replacen('{', &format!(r#"{{"usageMetadata":{usage},"#), 1);
    let told = events(&[
        with(piece(r#"{"text":"a"}"#, ""), r#"{"promptTokenCount":10,"totalTokenCount":10}"#),
        with(piece(r#"{"text":"b"}"#, ""), r#"{"cachedContentTokenCount":8}"#),
        with(
            piece("", STOP),
            r#"{"promptTokenCount":10,"candidatesTokenCount":2,"thoughtsTokenCount":3,"totalTokenCount":15}"#,
        ),
    ]);
    let mut usage = Usage::default();
    for event in &told {
        if let Event::Usage(told) = event {
            usage.merge(told);
        }
    }
    let expected = Usage {
        input: Some(2),
        whole_prompt: Some(10),
        cache_read: Some(8),
        reasoning: Some(3),
        output: Some(5),
        ..Usage::default()
    };
    assert_eq!(usage, expected);
    assert_eq!(told.last(), Some(&Event::End));
}

#[test]
fn a_stream_ends_in_a_word_a_block_or_an_error() {
    let blocked =
        r#"{"promptFeedback":{"blockReason":"SAFETY","blockReasonMessage":"no"},"responseId":"r","modelVersion":"m"}"#;
    let refusal = part(0, PartStart::Refusal, vec![text("no")]);
    let over = vec![stop(StopReason::ContentFilter), Event::End];
    assert_eq!(read_all(&stream(&[blocked])).unwrap(), [vec![start()], refusal, over].concat());

    let error = r#"{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}"#;
    let told = read_all(&stream(&[&piece(r#"{"text":"a"}"#, ""), error, &piece(r#"{"text":"b"}"#, "")])).unwrap();
    let Some(Event::Error(reply)) = told.last() else { panic!("{told:?}") };
    assert_eq!((reply.kind, reply.message.as_str()), (ErrorKind::Overloaded, "busy"));

    let cut = events(&[piece(r#"{"text":"a"}"#, "")]);
    assert!(!cut.contains(&Event::End));
    let silent = events(&[piece("", r#","finishReason":"MALFORMED_FUNCTION_CALL","finishMessage":"f(""#)]);
    assert_eq!(silent[1..4], part(0, PartStart::Refusal, vec![text("f(")]));
}

/// Models of 2024 say it in every piece.
#[test]
fn what_is_said_behind_a_reason_to_stop_belongs_to_the_answer() {
    let told = events(&[piece(r#"{"text":"a"}"#, STOP), piece(r#"{"text":"b"}"#, STOP)]);
    let over = vec![stop(StopReason::End), Event::End];
    assert_eq!(told, [vec![start()], part(0, PartStart::Text, vec![text("a"), text("b")]), over].concat());

    let last = |reason: &str| events(&[piece(r#"{"text":"a"}"#, STOP), piece(r#"{"text":"b"}"#, reason)]);
    assert_eq!(last(r#","finishReason":"MAX_TOKENS""#)[5], stop(StopReason::Length));
    assert!(!last("").contains(&Event::End), "it broke off");
}

/// Also where no text tells it. What it cost, what it rests on and an empty text are not said by the model.
#[test]
fn a_frame_behind_a_reason_to_stop_says_something_or_does_not() {
    let usage = r#"{"usageMetadata":{"promptTokenCount":1,"totalTokenCount":2}}"#;
    let rests = r#","groundingMetadata":{"webSearchQueries":["q"]}"#;
    for (behind, goes_on) in [
        (piece(r#"{"inlineData":{"mimeType":"image/png","data":"AA=="}}"#, ""), true),
        (piece(r#"{"inlineData":{"mimeType":"image/png","data":"AA=="},"thought":true}"#, ""), true),
        (piece(r#"{"fileData":{"fileUri":"https://x/y"}}"#, ""), true),
        (piece(r#"{"executableCode":{"language":"PYTHON","code":"1"}}"#, ""), true),
        (piece(r#"{"codeExecutionResult":{"outcome":"OUTCOME_OK"}}"#, ""), true),
        (piece(r#"{"functionCall":{"name":"f"}}"#, ""), true),
        (piece(r#"{"text":"","thoughtSignature":"P"}"#, ""), true),
        (piece(r#"{"notYetKnown":{}}"#, ""), true),
        (piece(r#"{"text":"","thoughtSignature":""},{"thought":true},{}"#, ""), false),
        (piece("", rests), false),
        (usage.to_owned(), false),
        (r#"{"candidates":[{"index":0}]}"#.to_owned(), false),
    ] {
        let pieces = [piece(r#"{"text":"a"}"#, STOP), behind.clone()];
        let bytes = stream(&[&pieces[0], &pieces[1]]);
        let (mut reader, mut out) = (Reader::default(), Vec::new());
        for frame in frames(&bytes) {
            reader.read(&frame, &mut out).unwrap();
        }
        assert_eq!(reader.may_be_over(), !goes_on, "{behind}");
        let note = note(&frames(&bytes)[1]);
        assert_eq!((note.says_something(), note.ending), (goes_on, Ending::No), "{behind}");
        assert_eq!(events(&pieces).contains(&Event::End), !goes_on, "{behind}");
    }
}

#[test]
fn a_stream_is_whole_when_each_of_its_answers_is() {
    let of = |index: u32, said: &str, more: &str| {
        piece(&format!(r#"{{"text":"{said}"}}"#), &format!(r#","index":{index}{more}"#))
    };
    let mut pieces = vec![of(0, "a", STOP), of(1, "b", ""), of(1, "c", STOP)];
    let told = events(&pieces);
    let stops = [0, 1].map(|choice| Event::Stop { choice, reason: StopReason::End, sequence: None });
    assert!(stops.iter().all(|stop| told.contains(stop)) && told.ends_with(&[Event::End]), "{told:?}");
    let said: String = told
        .iter()
        .filter_map(|event| match event {
            Event::Delta { delta, .. } => Some(delta.text()),
            _ => None,
        })
        .collect();
    assert_eq!(said, "abc");
    pieces.pop();
    assert!(!events(&pieces).contains(&Event::End));
}

#[test]
fn what_nobody_knows_is_said_and_what_is_broken_is_refused() {
    let told = events(&[piece(r#"{"text":"a"},{"executableCode":{"code":"1"}},{"text":"b"}"#, STOP)]);
    let texts = told.iter().filter_map(|event| match event {
        Event::Delta { delta, .. } => Some(delta.text()),
        _ => None,
    });
    assert_eq!(texts.collect::<Vec<_>>(), ["a", &crate::chat::uncarried("executableCode"), "b"]);
    for broken in ["{", "[]x", r#"{"candidates":3}"#, &piece(r#"{"functionCall":{}}"#, "")] {
        assert!(read_all(&stream(&[broken])).is_err(), "{broken}");
    }
    assert_eq!(read_all(b": ping\n\n").unwrap(), [Event::Ping]);
    assert_eq!(read_all(b"data:\n\n").unwrap(), []);
}

#[test]
fn a_frame_is_noted_without_being_read() {
    let told = usage(10, 5);
    for (data, expected) in [
        (piece(r#"{"text":"h\u00e9"},{"functionCall":{"name":"f","args":{"a":1}}}"#, ""), Note { text_bytes: 10, wordless: true, ..Note::default() }),
        (piece("", STOP), Note { stopped: true, ending: Ending::CompleteIfOver, ..Note::default() }),
        (
            r#"{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5,"totalTokenCount":15}}"#.into(),
            Note { usage: Some(told), stopped: true, ending: Ending::CompleteIfOver, ..Note::default() },
        ),
        (r#"{"promptFeedback":{"blockReason":"OTHER"}}"#.into(), Note { stopped: true, ending: Ending::CompleteIfOver, ..Note::default() }),
        (r#"{"promptFeedback":{}}"#.into(), Note::default()),
        (r#"{"error":{"code":500}}"#.into(), Note { ending: Ending::Error, ..Note::default() }),
        ("{broken".into(), Note { text_bytes: 7, ..Note::default() }),
    ] {
        assert_eq!(note(&frames(&stream(&[&data]))[0]), expected, "{data}");
    }
    assert_eq!(note(&frames(b": ping\n\n")[0]), Note::default());
}
