//! Errors, both directions.

use super::*;

#[test]
fn the_kind_is_told_by_the_type_then_the_words_then_the_status() {
    let cases = [
        (400, "invalid_request_error", "messages: is required", ErrorKind::InvalidRequest),
        (400, "invalid_request_error", "Prompt is too long: 210000 tokens > 200000 maximum", ErrorKind::ContextWindow),
        (
            400,
            "invalid_request_error",
            "input length and `max_tokens` exceed context limit: 1",
            ErrorKind::ContextWindow,
        ),
        (400, "invalid_request_error", "Output blocked by content filtering policy", ErrorKind::ContentPolicy),
        (400, "invalid_request_error", "Your credit balance is too low to access it", ErrorKind::Billing),
        (401, "authentication_error", "invalid x-api-key", ErrorKind::Authentication),
        (402, "billing_error", "x", ErrorKind::Billing),
        (403, "permission_error", "x", ErrorKind::Permission),
        (404, "not_found_error", "model: x", ErrorKind::NotFound),
        (413, "request_too_large", "x", ErrorKind::TooLarge),
        (429, "rate_limit_error", "x", ErrorKind::RateLimited),
        (500, "api_error", "x", ErrorKind::Internal),
        (503, "api_error", "x", ErrorKind::Unavailable),
        (504, "timeout_error", "x", ErrorKind::Timeout),
        (529, "overloaded_error", "x", ErrorKind::Overloaded),
        (418, "teapot_error", "x", ErrorKind::InvalidRequest),
    ];
    for (status, word, message, kind) in cases {
        let body = format!(r#"{{"type":"error","error":{{"type":"{word}","message":"{message}"}},"request_id":"r"}}"#);
        let reply = read(status, body.as_bytes());
        assert_eq!((reply.kind, reply.status, reply.message.as_str()), (kind, status, message), "{word}");
    }
}

#[test]
fn a_word_that_the_kind_does_not_have_is_kept() {
    let word = |body: &str| read(409, body.as_bytes()).type_word;
    assert_eq!(word(r#"{"error":{"type":"conflict_error","message":"x"}}"#).as_deref(), Some("conflict_error"));
    assert_eq!(word(r#"{"error":{"type":"rate_limit_error","message":"x"}}"#), None);
}

#[test]
fn odd_bodies_still_give_a_sentence() {
    let long = "x".repeat(5000);
    let cases = [
        ("", "the provider answered with status 502".to_owned()),
        ("<html>Bad gateway</html>\n", "the provider answered with status 502: <html>Bad gateway</html>".to_owned()),
        (r#"{"error":"no such host"}"#, "no such host".to_owned()),
        (r#"{"message":"Forbidden"}"#, "Forbidden".to_owned()),
        (r#"{"error":{"type":"api_error"}}"#, "api_error".to_owned()),
        (r#"{"error":{"message":3}}"#, r#"the provider answered with status 502: {"error":{"message":3}}"#.to_owned()),
        (&long, format!("the provider answered with status 502: {}…", "x".repeat(2006))),
    ];
    for (body, message) in cases {
        let reply = read(502, body.as_bytes());
        assert_eq!((reply.message, reply.kind), (message, ErrorKind::BadUpstream), "{body:.40}");
    }
    assert!(read(500, b"\xFF\xFE").message.starts_with("the provider answered"));
}

#[test]
fn details_come_out_as_they_went_in() {
    let body = br#"{"type":"error","error":{"type":"invalid_request_error","message":"m","details":{ "error_code":"c","n":1.0}},"request_id":"r"}"#;
    let reply = read(400, body);
    assert_eq!(reply.code.as_deref(), Some("c"));
    assert_eq!(write(&reply, "r"), body);
}

#[test]
fn writes_the_official_shape() {
    let text = |error: &ErrorReply, id| String::from_utf8(write(error, id)).unwrap();
    let missing = ErrorReply::new(ErrorKind::InvalidRequest, "is required").with_param("max_tokens");
    insta::assert_snapshot!(
        text(&missing, "req_1"),
        @r#"{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: is required"},"request_id":"req_1"}"#
    );
    let budget = ErrorReply::new(ErrorKind::BudgetExceeded, "Budget has been exceeded!").with_type("budget_exceeded");
    insta::assert_snapshot!(
        text(&budget, ""),
        @r#"{"type":"error","error":{"type":"budget_exceeded","message":"Budget has been exceeded!"}}"#
    );
    let mut foreign = ErrorReply::new(ErrorKind::ContextWindow, "too long");
    foreign.code = Some("context_length_exceeded".to_owned());
    insta::assert_snapshot!(
        text(&foreign, "r"),
        @r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: too long","details":{"error_code":"context_length_exceeded"}},"request_id":"r"}"#
    );
    insta::assert_snapshot!(
        text(&thread_refusal(), "r"),
        @r#"{"type":"error","error":{"type":"invalid_request_error","message":"thread: this gateway keeps no message threads; send the whole conversation","details":{"error_code":"thread_unsupported_request","unsupported":["thread"]}},"request_id":"r"}"#
    );
}

#[test]
fn a_frame_is_one_line_of_data_whatever_the_details() {
    let mut error = ErrorReply::new(ErrorKind::Overloaded, "a\nb");
    error.details = Some(Raw::parse("{\n\r\"error_code\": \"x\"}").unwrap());
    let mut out = Vec::new();
    write_frame(&error, "r", &mut out);
    insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
    event: error
    data: {"type":"error","error":{"type":"overloaded_error","message":"a\nb","details":{  "error_code": "x"}},"request_id":"r"}
    "#);
}

#[test]
fn every_kind_reads_back_from_its_own_word_and_status() {
    for kind in [ErrorKind::Authentication, ErrorKind::Permission, ErrorKind::Billing, ErrorKind::NotFound] {
        let reply = ErrorReply::new(kind, "m");
        assert_eq!(read(reply.status, &write(&reply, "r")), reply);
    }
    for kind in [ErrorKind::TooLarge, ErrorKind::RateLimited, ErrorKind::Timeout, ErrorKind::Overloaded] {
        let reply = ErrorReply::new(kind, "m");
        assert_eq!(read(reply.status, &write(&reply, "r")), reply);
    }
}
