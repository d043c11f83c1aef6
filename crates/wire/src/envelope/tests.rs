//! Tables of bodies and what the envelope says of them.

#![expect(clippy::string_slice, reason = "spans are what is tested")]

use super::*;

fn openai(body: &str) -> Result<Envelope, EnvelopeError> {
    read(Dialect::OpenAiChat, body.as_bytes())
}

#[test]
fn reads_its_fields_and_their_places() {
    let body = r#" {"messages":[{"role":"user","content":"\"model\":1"}], "model" : "gpt" ,"stream":true,"max_tokens":5,"n":2,"stream_options":{"include_usage":true},"user":"u"}"#;
    let envelope = openai(body).unwrap();
    assert_eq!(&body[envelope.model_span.clone()], "\"gpt\"");
    assert_eq!((envelope.stream, envelope.n, envelope.include_usage, envelope.ceiling()), (true, 2, true, Some(5)));
    assert_eq!(&body[envelope.ceilings[0].2.clone()], "5");
    assert_eq!(envelope.user.as_deref(), Some("u"));
    assert_eq!(&body[envelope.start - 1..envelope.start], "{");
}

#[test]
fn refuses_what_two_parsers_could_read_differently() {
    use EnvelopeError as E;
    let messages = r#""messages":[]"#;
    for (body, expected) in [
        (r#"{"model":"a","model":"b",M}"#, E::Duplicate("model".to_owned())),
        (r#"{"mod\u0065l":"a",M}"#, E::Escaped("model".to_owned())),
        (r#"{"model":"a","\u0073tream":true,M}"#, E::Escaped("stream".to_owned())),
        (r#"{"Model":"a",M}"#, E::Spelling { written: "Model".to_owned(), meant: "model" }),
        (r#"{"model":"a","api_base":"http://x",M}"#, E::Reserved("api_base".to_owned())),
        (r#"{"model":"a","api_b\u0061se":"http://x",M}"#, E::Reserved("api_base".to_owned())),
        (r#"{"model":"a","fallbacks":["b"],M}"#, E::NotYet("fallbacks".to_owned())),
        (r#"{"model":1,M}"#, E::WrongType { field: "model", expected: "a string" }),
        (r#"{"model":"a","stream":"true",M}"#, E::WrongType { field: "stream", expected: "true or false" }),
        (
            r#"{"model":"a","max_tokens":-1,M}"#,
            E::WrongType { field: "max_tokens", expected: "a whole number of at least 1" },
        ),
        (
            r#"{"model":"a","max_tokens":1.5,M}"#,
            E::WrongType { field: "max_tokens", expected: "a whole number of at least 1" },
        ),
        (r#"{"model":"a","n":0,M}"#, E::WrongType { field: "n", expected: "a whole number of at least 1" }),
        ("{M}", E::Missing("model")),
        (r#"{"model":"a"}"#, E::Missing("messages")),
        (r#"{"model":"a","messages":"hi"}"#, E::WrongType { field: "messages", expected: "a list" }),
    ] {
        let body = body.replace(",M}", &format!(",{messages}}}")).replace("{M}", &format!("{{{messages}}}"));
        assert_eq!(openai(&body).unwrap_err(), expected, "{body}");
    }
}

#[test]
fn refuses_what_is_not_json() {
    for body in ["", "{", "[]", "\"x\"", "{\"model\":\"a\"} x", "{\"model\":\"a\",}", "{'model':'a'}", "NaN"] {
        assert!(matches!(openai(body), Err(EnvelopeError::Syntax(_))), "{body}");
    }
    assert_eq!(read(Dialect::OpenAiChat, b"{\"model\":\"\xff\"}"), Err(EnvelopeError::NotUtf8));
}

#[test]
fn depth_is_bounded_and_brackets_in_strings_do_not_count() {
    let body = |depth: usize| {
        format!(r#"{{"model":"a","messages":[],"x":{}{}}}"#, "[".repeat(depth - 1), "]".repeat(depth - 1))
    };
    assert!(openai(&body(MAX_DEPTH - 1)).is_ok());
    assert!(openai(&body(MAX_DEPTH)).is_ok());
    assert_eq!(openai(&body(MAX_DEPTH + 1)), Err(EnvelopeError::TooDeep));
    assert_eq!(openai(&body(129)), Err(EnvelopeError::TooDeep));
    let text = "[{\\\"".repeat(100);
    assert!(openai(&format!(r#"{{"model":"a","messages":["{text}"]}}"#)).is_ok());
}

#[test]
fn null_is_absent() {
    let envelope = openai(r#"{"model":"a","messages":[],"max_tokens":null,"stream":null,"n":null}"#).unwrap();
    assert_eq!((envelope.ceiling(), envelope.stream, envelope.n), (None, false, 1));
}

#[test]
fn knows_when_the_size_says_nothing() {
    assert!(!openai(r#"{"model":"a","messages":[{"role":"user","content":"hi"}]}"#).unwrap().has_references);
    assert!(
        openai(
            r#"{"model":"a","messages":[{"content":[{"type":"image_url","image_url":{"url":"https://x/y.png"}}]}]}"#
        )
        .unwrap()
        .has_references
    );
    assert!(!openai(r#"{"model":"a","messages":[]}"#).unwrap().brings_tools);
    assert!(openai(r#"{"model":"a","messages":[],"tools":[]}"#).unwrap().brings_tools);
    let disguised = openai(r#"{"model":"a","messages":[{"content":[{"type":"\u0069mage_url"}]}]}"#).unwrap();
    assert!(disguised.has_references && disguised.brings_tools);
    let accents = openai(r#"{"model":"a","messages":[{"content":"caf\u00e9 \u0007"}]}"#).unwrap();
    assert!(!accents.has_references && !accents.brings_tools);
}

#[test]
fn a_field_that_says_nothing_still_stands_in_its_place() {
    let body = r#"{"model":"a","messages":[],"max_tokens":null,"stream_options":null}"#;
    let envelope = openai(body).unwrap();
    let at = body.find("null").unwrap();
    assert_eq!((envelope.ceiling(), envelope.unset_ceilings), (None, vec![(CeilingField::MaxTokens, at..at + 4)]));
    assert_eq!(envelope.stream_options, Some(body.rfind("null").map(|at| at..at + 4).unwrap()));
    for (body, expected) in [
        (r#"{"model":"a","messages":[],"stream":null,"stream":true}"#, EnvelopeError::Duplicate("stream".to_owned())),
        (r#"{"model":null,"messages":[]}"#, EnvelopeError::Missing("model")),
    ] {
        assert_eq!(openai(body), Err(expected), "{body}");
    }
}
