//! Pictures, and other parts that come in one piece.

use super::reading::Frames;
use super::*;

const START: (&str, &str) = ("contentBlockStart", r#"{"contentBlockIndex":0,"start":{"image":{"format":"png"}}}"#);
const STOP: (&str, &str) = ("contentBlockStop", r#"{"contentBlockIndex":0}"#);

#[test]
fn pictures_are_put_together_or_said_in_words() {
    let piece = |image: &str| format!(r#"{{"contentBlockIndex":0,"delta":{{"image":{image}}}}}"#);
    let bytes = |data: &str| piece(&format!(r#"{{"source":{{"bytes":"{data}"}}}}"#));
    let s3 = piece(r#"{"source":{"s3Location":{"uri":"s3://b/k"}}}"#);
    let stored = MediaSource::S3 { media_type: "image/png".to_owned(), uri: "s3://b/k".to_owned(), owner: None };
    let failed = piece(r#"{"error":{"message":"x"}}"#);
    let avif = r#"{"contentBlockIndex":0,"start":{"image":{"format":"avif"}}}"#;
    let (a, bc, broken) = (bytes("YQ=="), bytes("YmM="), bytes("!"));
    let delta = "contentBlockDelta";
    let words = part(0, PartStart::Text, vec![Delta::Text(uncarried("image"))]);
    let cases: [(Frames<'_>, Vec<Event>); 9] = [
        (&[START, (delta, &a), STOP], part(0, picture(png("YQ==")), vec![])),
        // each piece is base64 by itself
        (&[START, (delta, &a), (delta, &bc), STOP], part(0, picture(png("YWJj")), vec![])),
        (&[START, (delta, &s3), STOP], part(0, picture(stored), vec![])),
        (&[START, STOP], words.clone()),
        (&[START, (delta, &a), (delta, &failed), STOP], words.clone()),
        (&[START, (delta, &a), (delta, &broken), STOP], words.clone()),
        (&[("contentBlockStart", avif), (delta, &a), STOP], words.clone()),
        (&[(delta, &a), (delta, &bc), STOP], words.clone()),
        // no stop
        (
            &[START, (delta, &a), ("messageStop", r#"{"stopReason":"end_turn"}"#)],
            [part(0, picture(png("YQ==")), vec![]), vec![stop(StopReason::End)]].concat(),
        ),
    ];
    for (frames, expected) in cases {
        assert_eq!(read_all(&stream(frames)).unwrap(), expected, "{frames:?}");
    }
}

#[test]
fn parts_in_one_piece_are_written_as_clients_take_them() {
    let search = PartStart::Whole(Box::new(Part::WebSearch(WebSearch::default())));
    let events = [
        part(0, picture(png("YQ==")), vec![]),
        part(1, picture(png("not base64")), vec![]),
        part(2, search, vec![]),
        part(3, picture(MediaSource::Url("u".to_owned())), vec![]),
        part(4, PartStart::Thinking, vec![Delta::Sealed { id: None, data: "d".to_owned() }]),
    ];
    insta::assert_snapshot!(view(&write_all(&events.concat())));
}
