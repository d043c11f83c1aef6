//! Errors of many providers in, OpenAI's shape out.

use super::{read, read_late, write, write_frame};
use crate::error::{ErrorKind, ErrorReply};
use crate::json::Raw;

#[test]
fn bodies_of_many_servers() {
    use ErrorKind::{
        Authentication, BadUpstream, Billing, ContentPolicy, ContextWindow, Internal, InvalidRequest, NotFound,
        Overloaded, Permission, RateLimited, Timeout, TooLarge,
    };
    for (status, body, kind, message) in [
        (
            400,
            r#"{"error":{"message":"bad","type":"invalid_request_error","param":"x","code":null}}"#,
            InvalidRequest,
            "bad",
        ),
        (400, r#"{"error":{"message":"long","code":"context_length_exceeded"}}"#, ContextWindow, "long"),
        (
            400,
            r#"{"error":{"message":"This model's maximum context length is 10 tokens."}}"#,
            ContextWindow,
            "This model's maximum context length is 10 tokens.",
        ),
        (413, r#"{"message":"prompt is too long"}"#, ContextWindow, "prompt is too long"),
        (413, r#"{"message":"too large"}"#, TooLarge, "too large"),
        (400, r#"{"error":{"message":"x","type":"exceed_context_size_error","code":400}}"#, ContextWindow, "x"),
        (400, r#"{"error":{"message":"x","code":"content_filter"}}"#, ContentPolicy, "x"),
        (
            400,
            r#"{"error":{"message":"triggering Azure OpenAI's content management policy"}}"#,
            ContentPolicy,
            "triggering Azure OpenAI's content management policy",
        ),
        (429, r#"{"error":{"message":"x","code":"insufficient_quota","type":"insufficient_quota"}}"#, Billing, "x"),
        (
            429,
            r#"{"error":{"message":"context length rate","type":"tokens","code":"rate_limit_exceeded"}}"#,
            RateLimited,
            "context length rate",
        ),
        (429, r#"{"message":"context length"}"#, RateLimited, "context length"),
        (402, r#"{"error":{"message":"Insufficient Balance"}}"#, Billing, "Insufficient Balance"),
        (401, r#"{"error":"Invalid key"}"#, Authentication, "Invalid key"),
        (403, r#"{"error":"forbidden","message":"not yours"}"#, Permission, "not yours"),
        (404, r#"{"detail":"Not Found"}"#, NotFound, "Not Found"),
        (400, r#"{"error":{"message":"gone","code":"model_not_found"}}"#, NotFound, "gone"),
        (
            422,
            r#"{"detail":[{"loc":["body","x"],"msg":"field required"},{"msg":"too short"}]}"#,
            InvalidRequest,
            "field required; too short",
        ),
        (
            422,
            r#"{"object":"error","message":{"detail":[{"msg":"Input should be"}]},"type":"invalid_request_error"}"#,
            InvalidRequest,
            "Input should be",
        ),
        (400, r#"[{"error":{"code":400,"message":"list","status":"INVALID_ARGUMENT"}}]"#, InvalidRequest, "list"),
        (500, "{}", Internal, "the provider answered with status 500"),
        (500, "null", Internal, "the provider answered with status 500"),
        (408, r#"{"error":{}}"#, Timeout, "the provider answered with status 408"),
        (
            502,
            "<html><body>Bad gateway</body></html>",
            BadUpstream,
            "the provider answered with status 502 and a page that is not JSON",
        ),
        (529, "", Overloaded, "the provider answered with status 529 and no body"),
        (500, " upstream down\n", Internal, "upstream down"),
    ] {
        let error = read(status, body.as_bytes());
        assert_eq!((error.status, error.kind, error.message.as_str()), (status, kind, message), "{body}");
    }
}

#[test]
fn the_provider_s_words_are_kept() {
    let error =
        read(429, br#"{"error":{"message":"m","type":"tokens","param":"p","code":17,"details":{"b":1.0,"a":2}}}"#);
    assert_eq!(
        (error.type_word.as_deref(), error.param.as_deref(), error.code.as_deref()),
        (Some("tokens"), Some("p"), Some("17"))
    );
    assert_eq!(error.details.unwrap().get(), r#"{"b":1.0,"a":2}"#);
    assert_eq!(read(403, br#"{"error":"forbidden","message":"m"}"#).type_word.as_deref(), Some("forbidden"));
}

#[test]
fn long_messages_are_cut_between_characters() {
    let text = "\u{e4}".repeat(3000);
    for body in [text.clone(), format!(r#"{{"error":{{"message":"{text}"}}}}"#), format!("x{text}")] {
        let message = read(500, body.as_bytes()).message;
        assert!((2047..=2048).contains(&message.len()), "{}", message.len());
    }
    assert!(!read(500, b"\xff\xfe").message.is_empty());
}

#[test]
fn late_errors_say_their_status_themselves() {
    for (data, status, kind) in [
        (r#"{"error":{"message":"m","code":429}}"#, 429, ErrorKind::RateLimited),
        (r#"{"error":{"message":"m","code":"502"}}"#, 502, ErrorKind::BadUpstream),
        (r#"{"error":{"message":"m","code":"overloaded_error"}}"#, 529, ErrorKind::Overloaded),
        (r#"{"object":"error","message":"m","code":404}"#, 404, ErrorKind::NotFound),
        (r#"{"error":"m"}"#, 500, ErrorKind::Internal),
        (r#"{"error":{"message":"m","code":7}}"#, 500, ErrorKind::Internal),
    ] {
        let error = read_late(data);
        assert_eq!((error.status, error.kind, error.message.as_str()), (status, kind, "m"), "{data}");
    }
}

#[test]
fn every_kind_has_its_shape() {
    let kinds = [
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
    let lines = kinds.map(|kind| String::from_utf8(write(&ErrorReply::new(kind, "m").with_param("p"))).unwrap());
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_frame_is_one_line_and_one_blank() {
    let details = Some(Raw::parse("{\n\"a\": \"\\n\"}").unwrap());
    let error =
        ErrorReply { code: Some("c".into()), details, ..ErrorReply::new(ErrorKind::Internal, "a\nb").with_type("t") };
    let mut out = Vec::new();
    write_frame(&error, &mut out);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "data: {\"error\":{\"message\":\"a\\nb\",\"type\":\"t\",\"param\":null,\"code\":\"c\",\"details\":{ \"a\": \"\\n\"}}}\n\n"
    );
}
