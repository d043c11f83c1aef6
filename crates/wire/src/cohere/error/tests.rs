//! Errors of providers in, Cohere's shape out.

use super::*;

#[test]
fn kinds_are_told_by_status_and_words() {
    use ErrorKind::{
        Authentication, BadUpstream, Billing, ContentPolicy, ContextWindow, Internal, InvalidRequest, NotFound,
        Permission, RateLimited, Timeout, Unavailable,
    };
    for (status, body, kind) in [
        (400, r#"{"id":"x","message":"invalid request: list of documents must not be empty"}"#, InvalidRequest),
        (
            400,
            r#"{"message":"too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292."}"#,
            ContextWindow,
        ),
        (400, r#"{"message":"Too many tokens: size limit exceeded by 11326 tokens."}"#, ContextWindow),
        (
            400,
            r#"{"message":"too many tokens: max tokens must be less than or equal to 4096, the maximum output for this model - received 8192."}"#,
            InvalidRequest,
        ),
        (422, r#"{"message":"too many tokens: in all"}"#, ContextWindow),
        (429, r#"{"message":"too many tokens a minute"}"#, RateLimited),
        (401, r#"{"message":"invalid api token"}"#, Authentication),
        (402, r#"{"message":"Please add or update your payment method"}"#, Billing),
        (403, r#"{"message":"no"}"#, Permission),
        (404, r#"{"message":"model 'x' not found"}"#, NotFound),
        (498, r#"{"message":"blocked output"}"#, ContentPolicy),
        (499, r#"{"message":"request cancelled by the user"}"#, BadUpstream),
        (500, "", Internal),
        (503, "<html></html>", Unavailable),
        (504, "{}", Timeout),
    ] {
        let error = read(status, body.as_bytes());
        assert_eq!((error.status, error.kind), (status, kind), "{body}");
        assert!(!error.message.is_empty());
    }
    assert_eq!(read(400, br#"{"id":"x","message":"m"}"#).message, "m");
}

#[test]
fn a_stream_ends_with_what_went_wrong() {
    for (data, kind, message) in [
        (
            r#"{"type":"message-end","delta":{"finish_reason":"ERROR","error":"no luck"}}"#,
            ErrorKind::Internal,
            "no luck",
        ),
        (
            r#"{"delta":{"finish_reason":"TIMEOUT","error":""}}"#,
            ErrorKind::Timeout,
            "the provider broke off without saying why",
        ),
        (r#"{"delta":{"error":7}}"#, ErrorKind::Internal, "the provider broke off without saying why"),
        (r#"{"finish_reason":"ERROR","message":{}}"#, ErrorKind::Internal, "the provider broke off without saying why"),
        (r#"{"message":"plain"}"#, ErrorKind::Internal, "plain"),
        ("upstream reset", ErrorKind::Internal, "upstream reset"),
    ] {
        let error = read_late(data);
        assert_eq!((error.kind, error.message.as_str()), (kind, message), "{data}");
    }
    let error = ErrorReply::new(ErrorKind::Overloaded, "a\nb").with_param("seed");
    let mut out = Vec::new();
    write_frame(&error, &mut out);
    let text = String::from_utf8(out).unwrap();
    insta::assert_snapshot!(text, @r#"
    event: message-end
    data: {"type":"message-end","delta":{"error":"seed: a\nb","finish_reason":"ERROR"}}

    data: [DONE]
    "#);
    let (first, _) = text.split_once("\n\n").unwrap();
    let data = first.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    assert_eq!(read_late(data).message, "seed: a\nb");
}

#[test]
fn a_body_says_all_in_its_message() {
    for (error, expected) in [
        (ErrorReply::new(ErrorKind::InvalidRequest, "m"), r#"{"id":"r","message":"m"}"#),
        (ErrorReply::new(ErrorKind::InvalidRequest, "m").with_param("seed"), r#"{"id":"r","message":"seed: m"}"#),
        (
            ErrorReply::new(ErrorKind::InvalidRequest, "seed is odd").with_param("seed"),
            r#"{"id":"r","message":"seed is odd"}"#,
        ),
        (ErrorReply::new(ErrorKind::RateLimited, " "), r#"{"id":"r","message":"rate_limited"}"#),
    ] {
        assert_eq!(String::from_utf8(write(&error, "r")).unwrap(), expected);
    }
}
