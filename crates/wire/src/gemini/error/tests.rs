//! Errors, read and written.

use super::*;
use crate::error::{ErrorKind, ErrorReply};

fn body(code: u16, word: &str, message: &str) -> String {
    format!(r#"{{"error":{{"code":{code},"message":"{message}","status":"{word}"}}}}"#)
}

#[test]
fn the_word_tells_the_kind_and_the_message_what_it_is_about() {
    use ErrorKind::*;
    for (status, word, message, kind) in [
        (400, "INVALID_ARGUMENT", "Invalid JSON payload received.", InvalidRequest),
        (
            400,
            "INVALID_ARGUMENT",
            "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
            ContextWindow,
        ),
        (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", Authentication),
        (400, "INVALID_ARGUMENT", "The prompt contains prohibited content", ContentPolicy),
        (400, "INVALID_ARGUMENT", "Request payload size exceeds the limit: 20971520 bytes.", TooLarge),
        (400, "FAILED_PRECONDITION", "Please enable billing on your project", Billing),
        (401, "UNAUTHENTICATED", "no", Authentication),
        (403, "PERMISSION_DENIED", "no", Permission),
        (404, "NOT_FOUND", "models/x is not found", NotFound),
        (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota", RateLimited),
        (500, "INTERNAL", "no", Internal),
        (503, "UNAVAILABLE", "The model is overloaded.", Overloaded),
        (504, "DEADLINE_EXCEEDED", "no", Timeout),
        (418, "NEW_WORD", "no", InvalidRequest),
    ] {
        let text = body(status, word, message);
        let read = read(status, text.as_bytes());
        assert_eq!((read.kind, read.status, read.message.as_str()), (kind, status, message), "{text}");
        assert_eq!(super::read(status, format!("[{text}]").as_bytes()), read);
        assert_eq!(read_late(&text), read);
        let back = super::read(super::status(&read), &write(&read));
        assert_eq!((back.kind, back.message), (kind, read.message), "{text}");
    }
}

#[test]
fn whatever_the_body_is_something_sensible_comes_out() {
    for (body, kind, message) in [
        ("", ErrorKind::Unavailable, "the provider answered with status 503"),
        ("<html>", ErrorKind::Unavailable, "the provider answered with status 503: <html>"),
        (r#"{"error":"no"}"#, ErrorKind::Unavailable, "no"),
        (
            r#"{"error":{"status":7}}"#,
            ErrorKind::Unavailable,
            "the provider answered with status 503: {\"error\":{\"status\":7}}",
        ),
        ("[]", ErrorKind::Unavailable, "the provider answered with status 503: []"),
    ] {
        let read = read(503, body.as_bytes());
        assert_eq!((read.kind, read.message.as_str()), (kind, message), "{body}");
    }
    assert_eq!(read_late("").kind, ErrorKind::Internal);
    assert!(read(500, "é".repeat(5000).as_bytes()).message.len() <= 2048);
}

#[test]
fn errors_are_told_in_google_s_words() {
    let mut out = Vec::new();
    for error in [
        ErrorReply::new(ErrorKind::InvalidRequest, "must be a list").with_param("contents"),
        ErrorReply::new(ErrorKind::ContextWindow, "prompt is too long: 9 tokens"),
        ErrorReply::new(ErrorKind::BudgetExceeded, "no budget"),
        ErrorReply::new(ErrorKind::Overloaded, "busy"),
        ErrorReply { code: Some("ABORTED".into()), ..ErrorReply::new(ErrorKind::Unavailable, "again") },
        ErrorReply {
            details: crate::Raw::parse(r#"[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3s"}]"#)
                .ok(),
            ..ErrorReply::new(ErrorKind::RateLimited, "slow down")
        },
    ] {
        write_frame(&error, &mut out);
    }
    insta::assert_snapshot!(String::from_utf8(out).unwrap().replace('\r', ""));
}
