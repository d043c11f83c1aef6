//! What a client tags its call with.

use super::*;

fn tags(names: &[&str], have_a_field: bool, are_in_metadata: bool) -> Tags {
    Tags { names: names.iter().map(|name| (*name).to_owned()).collect(), have_a_field, are_in_metadata }
}

#[test]
fn they_stand_in_a_field_of_their_own_and_in_metadata() {
    let (body, said) = (r#"{"model":"a","messages":[],"tools":[{"tags":["no"]}]F}"#, |field| format!(",{field}"));
    for (field, expected) in [
        (String::new(), tags(&[], false, false)),
        (said(r#""tags":["red","blue"]"#), tags(&["red", "blue"], true, false)),
        (said(r#""tags":null"#), tags(&[], true, false)),
        (said(r#""metadata":{"tags":["red"],"user_id":"u"}"#), tags(&["red"], false, true)),
        (said(r#""tags":["red"],"metadata":{"tags":["blue"]}"#), tags(&["red", "blue"], true, true)),
        // texts are the client's own notes
        (said(r#""metadata":{"tags":"red"}"#), tags(&[], false, false)),
        (said(r#""metadata":{"tags":[1]}"#), tags(&[], false, false)),
        (said(r#""metadata":null"#), tags(&[], false, false)),
    ] {
        for dialect in [Dialect::OpenAiChat, Dialect::Anthropic] {
            let body = body.replace('F', &field);
            assert_eq!(read(dialect, None, body.as_bytes()).unwrap().tags, expected, "{body}");
        }
    }
    for (dialect, body) in [
        (Dialect::OpenAiResponses, r#"{"model":"a","input":"x","tags":["red"]}"#),
        (Dialect::OpenAiCompletions, r#"{"model":"a","prompt":"x","tags":["red"]}"#),
        (Dialect::Cohere, r#"{"model":"a","messages":[],"tags":["red"]}"#),
    ] {
        assert_eq!(read(dialect, None, body.as_bytes()).unwrap().tags, tags(&["red"], true, false), "{body}");
    }
    let body = br#"{"model":"a","input":"x","tags":["red"],"metadata":{"tags":["blue"]}}"#;
    assert_eq!(read_embedding(Dialect::OpenAiChat, None, body).unwrap().tags, tags(&["red", "blue"], true, true));
}

#[test]
fn refuses_what_is_no_tag() {
    let texts = EnvelopeError::WrongType { field: "tags", expected: "a list of texts" };
    let nul = |field| EnvelopeError::WrongType { field, expected: "without NUL characters" };
    for (field, expected) in [
        (r#""tags":"red""#, texts.clone()),
        (r#""tags":["red",1]"#, texts),
        (r#""tags":["a\u0000"]"#, nul("tags")),
        (r#""metadata":{"tags":["a\u0000"]}"#, nul("metadata.tags")),
        (r#""Tags":[]"#, EnvelopeError::Spelling { written: "Tags".to_owned(), meant: "tags" }),
        (r#""tags":[],"tags":[]"#, EnvelopeError::Duplicate("tags".to_owned())),
    ] {
        let body = format!(r#"{{"model":"a","messages":[],{field}}}"#);
        assert_eq!(read(Dialect::OpenAiChat, None, body.as_bytes()).unwrap_err(), expected, "{body}");
    }
}
