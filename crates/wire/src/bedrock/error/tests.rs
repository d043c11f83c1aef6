//! Errors, both directions.

use proptest::prelude::*;

use super::*;
use crate::error::{ErrorKind, ErrorReply};
use crate::frame::event_stream::{Frame, FrameReader};

const KINDS: [ErrorKind; 15] = [
    ErrorKind::InvalidRequest,
    ErrorKind::ContextWindow,
    ErrorKind::ContentPolicy,
    ErrorKind::Authentication,
    ErrorKind::Permission,
    ErrorKind::Billing,
    ErrorKind::BudgetExceeded,
    ErrorKind::NotFound,
    ErrorKind::TooLarge,
    ErrorKind::RateLimited,
    ErrorKind::Timeout,
    ErrorKind::Overloaded,
    ErrorKind::BadUpstream,
    ErrorKind::Unavailable,
    ErrorKind::Internal,
];

fn frame(bytes: &[u8]) -> Frame {
    let mut reader = FrameReader::new(1 << 20);
    reader.push(bytes);
    reader.next_frame().unwrap().unwrap()
}

/// An unmodelled error as AWS sends it: all of it in headers.
fn unmodelled(code: &str, message: &str) -> Frame {
    use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
    let headers = [(":message-type", "error"), (":error-code", code), (":error-message", message)];
    let header = |(name, value): (&'static str, &str)| Header::new(name, HeaderValue::String(value.to_owned().into()));
    let message = Message::new_from_parts(headers.map(header).into(), Vec::new());
    let mut bytes = Vec::new();
    aws_smithy_eventstream::frame::write_message_to(&message, &mut bytes).unwrap();
    frame(&bytes)
}

#[test]
fn the_kind_is_told_by_the_name_then_the_words_then_the_status() {
    use ErrorKind::{
        Authentication, BadUpstream, ContentPolicy, ContextWindow, Internal, InvalidRequest, NotFound, Overloaded,
        Permission, RateLimited, Timeout, TooLarge, Unavailable,
    };
    let invalid = "ValidationException";
    for (status, word, message, kind) in [
        (400, invalid, "1 validation error detected", InvalidRequest),
        (400, invalid, "Input is too long for requested model.", ContextWindow),
        (
            400,
            invalid,
            "The model returned the following errors: prompt is too long: 3 tokens > 2 maximum",
            ContextWindow,
        ),
        (400, invalid, "Too many input tokens. Max input tokens: 8192, request input token count: 9000", ContextWindow),
        (400, invalid, "input length and `max_tokens` exceed context limit: 1 + 2 > 2", ContextWindow),
        (400, invalid, "This model's maximum context length is 8192 tokens.", ContextWindow),
        (400, invalid, "Output blocked by content filtering policy", ContentPolicy),
        (400, invalid, "This request has been blocked by our content filters.", ContentPolicy),
        (400, invalid, "The provided model identifier is invalid.", NotFound),
        (403, "AccessDeniedException", "not authorized", Permission),
        (403, "UnrecognizedClientException", "The security token included in the request is invalid.", Authentication),
        (403, "InvalidSignatureException", "Signature expired", Authentication),
        (403, "ExpiredTokenException", "expired", Authentication),
        (404, "ResourceNotFoundException", "x", NotFound),
        (408, "ModelTimeoutException", "x", Timeout),
        (424, "ModelErrorException", "x", BadUpstream),
        (429, "ThrottlingException", "Too many tokens, please wait before trying again.", RateLimited),
        (429, "ThrottlingException", "input is too long", RateLimited),
        (429, "ModelNotReadyException", "x", Unavailable),
        (400, "ServiceQuotaExceededException", "x", RateLimited),
        (500, "InternalServerException", "x", Internal),
        (503, "ServiceUnavailableException", "x", Unavailable),
        // names that the model does not have, and none
        (418, "TeapotException", "x", InvalidRequest),
        (529, "", "x", Overloaded),
        (424, "", "x", BadUpstream),
        (413, "", "x", TooLarge),
        (400, "", "Input is too long", ContextWindow),
    ] {
        let body = serde_json::json!({ "message": message }).to_string();
        let reply = read(status, Some(word), body.as_bytes());
        assert_eq!((reply.kind, reply.status, reply.message.as_str()), (kind, status, message), "{word}");
    }
}

#[test]
fn the_name_is_taken_from_the_header_then_from_the_body() {
    for (word, body, kind) in [
        (Some("ThrottlingException:http://internal.amazon.com/x"), "{}", ErrorKind::RateLimited),
        (Some("aws.x#AccessDeniedException:http://y#z"), r#"{"__type":"ThrottlingException"}"#, ErrorKind::Permission),
        (None, r#"{"__type":"com.amazon.coral#ThrottlingException"}"#, ErrorKind::RateLimited),
        (Some(""), r#"{"code":"ThrottlingException","__type":"x"}"#, ErrorKind::RateLimited),
        (None, r#"{"Code":"ThrottlingException","code":7}"#, ErrorKind::RateLimited),
        (Some(" throttlingException "), "", ErrorKind::RateLimited),
        (None, "", ErrorKind::InvalidRequest),
    ] {
        assert_eq!(read(400, word, body.as_bytes()).kind, kind, "{word:?} {body}");
    }
}

#[test]
fn odd_bodies_still_give_a_sentence() {
    let long = "\u{e4}".repeat(3000);
    for (body, message) in [
        ("", "the provider answered with status 502".to_owned()),
        ("<html>Bad gateway</html>\n", "the provider answered with status 502: <html>Bad gateway</html>".to_owned()),
        (r#"{"Message":"Forbidden"}"#, "Forbidden".to_owned()),
        (r#"{"message":" ","errorMessage":"m"}"#, "m".to_owned()),
        (r#"{"message":3}"#, r#"the provider answered with status 502: {"message":3}"#.to_owned()),
    ] {
        let reply = read(502, None, body.as_bytes());
        assert_eq!((reply.message, reply.kind), (message, ErrorKind::BadUpstream), "{body}");
    }
    assert!((2040..=2048).contains(&read(502, None, long.as_bytes()).message.len()));
    assert!(read(500, None, b"\xFF\xFE").message.starts_with("the provider answered"));
}

#[test]
fn a_name_that_the_kind_does_not_have_is_kept() {
    let code = |word: &str| read(400, Some(word), b"{}").code;
    assert_eq!(code("ModelNotReadyException").as_deref(), Some("ModelNotReadyException"));
    assert_eq!(code("TeapotException").as_deref(), Some("TeapotException"));
    assert_eq!(code("ThrottlingException"), None);
    // and goes back to clients who know it
    let reply = read(429, Some("ModelNotReadyException"), b"{}");
    assert_eq!((word(&reply), status(&reply)), ("ModelNotReadyException", 429));
    let reply = read(418, Some("TeapotException"), b"{}");
    assert_eq!((word(&reply), status(&reply)), ("ValidationException", 400));
}

#[test]
fn every_kind_has_its_exception() {
    let line = |kind: ErrorKind| {
        let reply = ErrorReply::new(kind, "m").with_status(499);
        let mut bytes = Vec::new();
        write_frame(&reply, &mut bytes);
        let member = match frame(&bytes).kind() {
            crate::frame::event_stream::Kind::Exception(name) => name.to_owned(),
            other => format!("{other:?}"),
        };
        format!("{}: {} {} / {member}", kind.label(), status(&reply), word(&reply))
    };
    insta::assert_snapshot!(KINDS.map(line).join("\n"), @r"
    invalid_request: 400 ValidationException / validationException
    context_window: 400 ValidationException / validationException
    content_policy: 400 ValidationException / validationException
    authentication: 403 AccessDeniedException / validationException
    permission: 403 AccessDeniedException / validationException
    billing: 400 ServiceQuotaExceededException / validationException
    budget_exceeded: 400 ServiceQuotaExceededException / validationException
    not_found: 404 ResourceNotFoundException / validationException
    too_large: 400 ValidationException / validationException
    rate_limited: 429 ThrottlingException / throttlingException
    timeout: 408 ModelTimeoutException / modelStreamErrorException
    overloaded: 503 ServiceUnavailableException / serviceUnavailableException
    bad_upstream: 424 ModelErrorException / modelStreamErrorException
    unavailable: 503 ServiceUnavailableException / serviceUnavailableException
    internal: 500 InternalServerException / internalServerException
    ");
}

#[test]
fn the_body_has_a_message_and_it_is_never_blank() {
    let text = |error: &ErrorReply| String::from_utf8(write(error)).unwrap();
    let missing = ErrorReply::new(ErrorKind::InvalidRequest, "is required").with_param("messages");
    assert_eq!(text(&missing), r#"{"message":"messages: is required"}"#);
    assert_eq!(text(&ErrorReply::new(ErrorKind::Timeout, " ")), r#"{"message":"timeout"}"#);
}

#[test]
fn frames_that_break_a_stream_off_are_read() {
    let mut bytes = Vec::new();
    let payload = serde_json::json!({"message": "slow down", "p": "abc"});
    crate::frame::event_stream::write_exception("throttlingException", &payload, &mut bytes);
    let reply = read_frame(&frame(&bytes));
    assert_eq!((reply.kind, reply.status, reply.message.as_str()), (ErrorKind::RateLimited, 429, "slow down"));
    assert_eq!(reply.code, None);

    let reply = read_frame(&unmodelled("InternalFailure", "it broke"));
    assert_eq!((reply.kind, reply.message.as_str()), (ErrorKind::Internal, "it broke"));
    assert_eq!(reply.code.as_deref(), Some("InternalFailure"));
    let reply = read_frame(&unmodelled("", ""));
    assert_eq!((reply.kind, reply.message.as_str()), (ErrorKind::Internal, "the provider failed and did not say why"));

    bytes.clear();
    crate::frame::event_stream::write_exception("newException", &"?", &mut bytes);
    let reply = read_frame(&frame(&bytes));
    assert_eq!(
        (reply.kind, reply.message.as_str()),
        (ErrorKind::Internal, "the provider failed and did not say why: \"?\"")
    );
    assert_eq!(reply.code.as_deref(), Some("newException"));
}

proptest! {
    #[test]
    fn something_sensible_comes_out_of_anything(
        status in 100_u16..600,
        word in prop::option::of("[a-zA-Z:#]{0,40}"),
        body in prop::collection::vec(any::<u8>(), 0..64),
        key in prop::sample::select(vec!["message", "Message", "__type", "code", "x"]),
        value in any::<String>(),
    ) {
        for body in [body, serde_json::json!({ key: value }).to_string().into_bytes()] {
            let reply = read(status, word.as_deref(), &body);
            prop_assert!(!reply.message.trim().is_empty());
            prop_assert_eq!(reply.status, status);
            let back = read(super::status(&reply), Some(super::word(&reply)), &write(&reply));
            prop_assert_eq!(super::word(&back), super::word(&reply));
            let mut frames = Vec::new();
            write_frame(&reply, &mut frames);
            prop_assert!(!read_frame(&frame(&frames)).message.is_empty());
        }
    }
}
