//! Errors inside streams.

use super::super::stream::Writer;
use super::*;
use crate::chat::Event;
use crate::dialect::{Dialect, Style};
use crate::frame::sse::{Frame, FrameReader};

fn wire_frame(event: &str, data: &str) -> crate::frame::Frame {
    crate::frame::Frame::Sse(Frame::new(format!("event: {event}\ndata: {data}\n\n")))
}

#[test]
fn every_place_of_an_error_is_read() {
    for (event, data, kind, status, message, code) in [
        (
            "error",
            r#"{"type":"error","code":"server_error","message":"broken","param":null,"sequence_number":3}"#,
            ErrorKind::Internal,
            500,
            "broken",
            Some("server_error"),
        ),
        (
            "error",
            r#"{"type":"error","error":{"type":"tokens","code":"rate_limit_exceeded","message":"slow"}}"#,
            ErrorKind::RateLimited,
            429,
            "slow",
            Some("rate_limit_exceeded"),
        ),
        (
            "response.failed",
            r#"{"type":"response.failed","response":{"status":"failed","error":{"code":"context_length_exceeded","message":"long"}}}"#,
            ErrorKind::ContextWindow,
            400,
            "long",
            Some("context_length_exceeded"),
        ),
        (
            "response.failed",
            r#"{"response":{"error":{"code":"image_content_policy_violation","message":"no"}}}"#,
            ErrorKind::ContentPolicy,
            400,
            "no",
            Some("image_content_policy_violation"),
        ),
        (
            "response.failed",
            r#"{"response":{"status":"failed","error":null}}"#,
            ErrorKind::Internal,
            500,
            "the provider failed and did not say why",
            None,
        ),
        ("error", r#"{"error":{"code":503,"message":"down"}}"#, ErrorKind::Unavailable, 503, "down", Some("503")),
        (
            "",
            r#"{"status":"cancelled","error":null,"output":[]}"#,
            ErrorKind::BadUpstream,
            502,
            "the provider's response is cancelled and not an answer",
            None,
        ),
        ("error", "broken", ErrorKind::Internal, 500, "the provider failed and did not say why", None),
    ] {
        let error = Dialect::OpenAiResponses.read_stream_error(&wire_frame(event, data));
        let told = (error.kind, error.status, error.message.as_str(), error.code.as_deref());
        assert_eq!(told, (kind, status, message, code), "{data}");
        assert_ne!(error.type_word.as_deref(), Some("error"), "{data}");
    }
}

/// The last two events of a stream that breaks off.
fn written(error: ErrorReply) -> Vec<Frame> {
    let style = Style { request_id: "0123".into(), ..Style::default() };
    let (mut writer, mut out) = (Writer::new(style), Vec::new());
    writer.write(&Event::Error(error), &mut out);
    let mut frames = FrameReader::new(1 << 20);
    frames.push(&out);
    std::iter::from_fn(|| frames.next_frame().unwrap()).skip(2).collect()
}

#[test]
fn both_events_are_written() {
    let mut error = ErrorReply::new(ErrorKind::Overloaded, "busy").with_param("input");
    error.details = Some(crate::json::Raw::parse("{\n\"a\": 1}").unwrap());
    let frames = written(error);
    let told: Vec<_> = frames.iter().map(|frame| std::str::from_utf8(frame.raw()).unwrap()).collect();
    insta::assert_snapshot!(told.concat());
}

#[test]
fn what_is_written_reads_back_from_either_event() {
    for (kind, code) in [
        (ErrorKind::RateLimited, "rate_limit_exceeded"),
        (ErrorKind::ContextWindow, "context_length_exceeded"),
        (ErrorKind::Billing, "insufficient_quota"),
        (ErrorKind::Overloaded, "server_is_overloaded"),
        (ErrorKind::InvalidRequest, "invalid_prompt"),
        (ErrorKind::Internal, "server_error"),
    ] {
        let mut error = ErrorReply::new(kind, "m");
        error.code = Some(code.to_owned());
        let frames = written(error);
        assert_eq!(frames.len(), 2);
        for frame in frames {
            let read = read_late(&frame.data().unwrap());
            assert_eq!((read.kind, read.code.as_deref(), read.message.as_str()), (kind, Some(code), "m"), "{frame:?}");
        }
    }
}
