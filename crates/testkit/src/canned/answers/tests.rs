//! Every answer is what its language says.

use serde_json::Value;

use super::*;
use crate::canned::SAID_AGAIN;

const OF_EVENTS: [(Language, &str); 5] = [
    (Language::OpenAiChat, "data: [DONE]\n\n"),
    (Language::OpenAiResponses, "\"total_tokens\":320}}}\n\n"),
    (Language::Anthropic, "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"),
    (Language::Gemini, "\"modelVersion\":\"canned\",\"responseId\":\"gen-canned\"}\n\n"),
    (Language::Cohere, "\"cached_tokens\":0}}}\n\ndata: [DONE]\n\n"),
];

fn marks(bytes: &[u8]) -> usize {
    memchr::memmem::find_iter(bytes, MARK).count()
}

/// The body of an answer whose chunks are joined.
fn body(answer: &[u8]) -> Vec<u8> {
    let at = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let (mut rest, mut joined) = (&answer[at..], Vec::new());
    loop {
        let line = rest.iter().position(|byte| *byte == b'\r').unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        joined.extend_from_slice(&rest[line + 2..][..size]);
        assert_eq!(&rest[line + 2 + size..][..2], b"\r\n");
        rest = &rest[line + 4 + size..];
        if size == 0 {
            assert_eq!(rest, b"");
            return joined;
        }
    }
}

#[test]
fn a_reply_is_about_one_kilobyte_of_json_with_one_mark() {
    let answers = Answers::render();
    for language in OF_EVENTS.map(|(language, _)| language).into_iter().chain([Language::Converse]) {
        let reply = String::from_utf8(answers.of(language).reply.clone()).unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())), "{head}");
        assert!((800..1200).contains(&body.len()), "{language:?}: {}", body.len());
        assert_eq!(marks(body.as_bytes()), 1);
        serde_json::from_str::<Value>(body).unwrap();
    }
}

#[test]
fn a_stream_has_a_hundred_marks_and_ends_as_its_dialect_does() {
    let answers = Answers::render();
    for (language, end) in OF_EVENTS {
        let body = String::from_utf8(body(&answers.of(language).bursts.concat())).unwrap();
        let times = if language == Language::OpenAiResponses { 1 + SAID_AGAIN } else { 1 };
        assert_eq!(marks(body.as_bytes()), CHUNKS * times);
        assert!(body.ends_with(end), "{language:?}");
        let data = body.lines().filter_map(|line| line.strip_prefix("data: ")).filter(|data| *data != "[DONE]");
        assert!(data.map(serde_json::from_str::<Value>).all(|event| event.is_ok()), "{language:?}");
    }
}

#[test]
fn a_long_stream_says_its_text_and_ends_as_others_do() {
    let answers = Answers::render();
    for (language, end) in OF_EVENTS {
        let body = String::from_utf8(body(&answers.of(language).long)).unwrap();
        let mut rest = body.as_str();
        for piece in long_pieces() {
            assert!((4000..4200).contains(&piece.len()), "{}", piece.len());
            rest = rest.split_once(&piece).unwrap().1;
        }
        assert!(rest.ends_with(end), "{language:?}");
        let again = if language == Language::OpenAiResponses { SAID_AGAIN } else { 0 };
        assert_eq!(rest.matches(&crate::canned::long_text()).count(), again);
    }
}

#[test]
fn every_frame_has_its_lengths_and_both_sums() {
    let number = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().unwrap());
    let body = body(&Answers::render().of(Language::Converse).bursts.concat());
    assert_eq!(marks(&body), CHUNKS);
    let (mut rest, mut count) = (body.as_slice(), 0);
    while !rest.is_empty() {
        let (frame, behind) = rest.split_at(number(&rest[..4]) as usize);
        let headers = number(&frame[4..8]) as usize;
        assert_eq!(number(&frame[8..12]), crc32fast::hash(&frame[..8]));
        let (sound, sum) = frame.split_at(frame.len() - 4);
        assert_eq!(number(sum), crc32fast::hash(sound));
        serde_json::from_slice::<Value>(&sound[12 + headers..]).unwrap();
        (rest, count) = (behind, count + 1);
    }
    assert_eq!(count, CHUNKS + 4);
}
