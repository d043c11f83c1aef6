//! What a client is told.

use super::*;
use crate::chat::{Citation, Location, Media, MediaSource, Part, WebSearch};
use crate::error::{ErrorKind, ErrorReply};
use crate::json::Raw;

fn view(events: &[Event]) -> String {
    String::from_utf8(write_all(events)).unwrap().replace("\r\n\r\n", "\n")
}

fn text(text: &str) -> Delta {
    Delta::Text(text.into())
}

fn stream_of(parts: &[Vec<Event>], reason: StopReason) -> Vec<Event> {
    let told = Usage { cache_read: Some(3), reasoning: Some(4), ..usage(2, 9) };
    [vec![start()], parts.concat(), vec![stop(reason), Event::Usage(told), Event::End]].concat()
}

#[test]
fn all_that_a_stream_says() {
    let citation = Citation { location: Some(Location::Web { url: "https://x".into() }), ..Citation::default() };
    let mut cited = part(3, PartStart::Text, vec![text("H\u{e9} "), text("you")]);
    cited.insert(
        1,
        Event::Logprobs { choice: 0, part: 3, tokens: vec![Raw::parse(r#"{"token":"H","logprob":-0.10}"#).unwrap()] },
    );
    cited.insert(3, Event::Citation { choice: 0, part: 3, citation });
    let image = Part::Image {
        media: Media {
            source: MediaSource::Base64 { media_type: "image/png".into(), data: "AAAA".into() },
            detail: None,
            name: None,
        },
        cache: None,
    };
    let search = Part::WebSearch(WebSearch { id: "s".into(), query: Some("q".into()), outcome: None });
    let parts = vec![
        part(
            0,
            PartStart::Thinking,
            vec![Delta::Thinking("hm".into()), Delta::Signature("Eq".into()), Delta::Signature("==".into())],
        ),
        part(1, PartStart::RedactedThinking { data: "AA==".into() }, vec![]),
        part(2, PartStart::Whole(Box::new(search)), vec![]),
        cited,
        vec![Event::Ping],
        part(4, PartStart::Thinking, vec![Delta::Thinking("so".into()), Delta::Bound("UA==".into())]),
        part(
            5,
            PartStart::function("c", "f"),
            vec![Delta::Arguments(r#"{"a" :"#.into()), Delta::Arguments(" 1.50}".into())],
        ),
        part(6, PartStart::function("d", "g"), vec![]),
        part(7, PartStart::Whole(Box::new(image)), vec![]),
        part(8, PartStart::Thinking, vec![Delta::Sealed { id: None, data: "g".into() }]),
        part(9, PartStart::Thinking, vec![Delta::Bound("RQ==".into())]),
        vec![Event::Trace(Raw::parse("{}").unwrap())],
    ];
    insta::assert_snapshot!(view(&stream_of(&parts, StopReason::ToolUse)));
}

#[test]
fn every_piece_has_a_part() {
    insta::assert_snapshot!(view(&stream_of(&[], StopReason::ContentFilter)));
}

#[test]
fn an_error_is_the_last_piece() {
    let error = Event::Error(ErrorReply::new(ErrorKind::Overloaded, "busy"));
    let told = [vec![start()], part(0, PartStart::Text, vec![text("a")]), vec![error, Event::End]].concat();
    insta::assert_snapshot!(view(&told));
}

#[test]
fn several_answers_end_together() {
    let other = |event: Event| match event {
        Event::PartStart { part, kind, .. } => Event::PartStart { choice: 1, part, kind },
        Event::Delta { part, delta, .. } => Event::Delta { choice: 1, part, delta },
        Event::PartEnd { part, .. } => Event::PartEnd { choice: 1, part },
        event => event,
    };
    let first = part(0, PartStart::Text, vec![text("a")]);
    let second: Vec<_> = part(0, PartStart::Text, vec![text("b")]).into_iter().map(other).collect();
    let over = vec![Event::Stop { choice: 1, reason: StopReason::Length, sequence: None }];
    insta::assert_snapshot!(view(&stream_of(&[first, second, over], StopReason::End)));
}
