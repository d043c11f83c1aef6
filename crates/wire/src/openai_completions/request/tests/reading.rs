//! What a client's request is in the conversation, and what has no place there.

use super::*;
use crate::chat::Sampling;

/// A request with `fields` (`"a":1,"b":2`) beside its prompt.
fn with(fields: &str) -> String {
    let comma = if fields.is_empty() { "" } else { "," };
    format!(r#"{{"model":"m","prompt":"Once"{comma}{fields}}}"#)
}

fn asked() -> Request {
    Request { model: "m".into(), messages: vec![says(Role::User, "Once")], ..Request::default() }
}

#[test]
fn every_setting_has_its_place() {
    let fields = r#""max_tokens":9,"temperature":0.70,"top_p":0.9,"top_k":5,"n":2,"best_of":2,"seed":7,"stop":["a","b"],
        "presence_penalty":0.2,"frequency_penalty":-0.1,"user":"u","logprobs":3,"stream":true,"stream_options":{"include_usage":true}"#;
    let expected = Request {
        max_output_tokens: Some(9),
        sampling: Sampling {
            temperature: Some(raw("0.70")),
            top_p: Some(raw("0.9")),
            top_k: Some(raw("5")),
            presence_penalty: Some(raw("0.2")),
            frequency_penalty: Some(raw("-0.1")),
            seed: Some(raw("7")),
            n: Some(2),
        },
        stop: vec!["a".into(), "b".into()],
        user: Some("u".into()),
        logprobs: Some(3),
        stream: true,
        include_usage: true,
        ..asked()
    };
    assert_eq!(read(&with(fields)).unwrap(), expected);
    assert_eq!(read(&with(r#""stop":"a""#)).unwrap().stop, ["a"]);
    assert_eq!(read(&with(r#""logprobs":0"#)).unwrap().logprobs, Some(0));
}

#[test]
fn what_asks_for_nothing_is_left_out() {
    let fields = r#""suffix":null,"echo":false,"best_of":1,"logit_bias":{},"logprobs":null,"max_tokens":null,"stop":null,
        "stream":false,"stream_options":{"include_obfuscation":false},"metadata":null"#;
    assert_eq!(read(&with(fields)).unwrap(), asked());
    assert_eq!(read(&with(r#""suffix":"","echo":null,"best_of":null"#)).unwrap(), asked());
}

#[test]
fn a_prompt_is_a_message_word_for_word() {
    for (prompt, text, path) in [
        (r#""Once""#, "Once", "prompt"),
        (r#"" a\n\n\u00e9 ""#, " a\n\n\u{e9} ", "prompt"),
        (r#""""#, "", "prompt"),
        (r#"["Once"]"#, "Once", "prompt[0]"),
        (r#"[ "" ]"#, "", "prompt[0]"),
    ] {
        let request = read(&format!(r#"{{"model":"m","prompt":{prompt}}}"#)).unwrap();
        assert_eq!(request.messages, [says(Role::User, text)], "{prompt}");
        assert_eq!(request.messages[0].origin.path(0), Some(path), "{prompt}");
    }
}

#[test]
fn what_is_no_conversation_is_refused_with_what_to_do() {
    let tokens = "holds tokens, which only the model that they are of can read: send the text, or ask a deployment that speaks completions itself";
    let several = "holds several prompts, and no conversation begins more than once: send one prompt a call";
    let string = "must be a string, or a list with one string";
    for (prompt, problem) in [
        ("null", "is required"),
        (r#"["a","b"]"#, several),
        (r#"["a",1]"#, several),
        ("[5]", tokens),
        ("[5,6,7]", tokens),
        ("[[5,6]]", tokens),
        ("[[5,6],[7]]", tokens),
        ("[ -1.5]", tokens),
        ("[5,\"a\"]", tokens),
        ("[]", string),
        ("[null]", string),
        ("[{}]", string),
        ("3", string),
        ("{}", string),
    ] {
        let refused = read(&format!(r#"{{"model":"m","prompt":{prompt}}}"#)).unwrap_err();
        assert_eq!((refused.path.as_str(), refused.problem.as_str()), ("prompt", problem), "{prompt}");
    }
    for (body, path) in [
        (r#"{"prompt":"a"}"#.to_owned(), "model"),
        (r#"{"model":"m"}"#.to_owned(), "prompt"),
        (with(r#""logprobs":true"#), "logprobs"),
        (with(r#""max_tokens":-1"#), "max_tokens"),
        (with(r#""max_tokens":0,"echo":true"#), "max_tokens"),
        (with(r#""best_of":"2""#), "best_of"),
        (with(r#""stop":3"#), "stop"),
        (with(r#""temperature":"hot""#), "temperature"),
        ("[]".to_owned(), "body"),
    ] {
        assert_eq!(read(&body).unwrap_err().path, path, "{body}");
    }
}

#[test]
fn what_has_no_place_is_named() {
    for (fields, named) in [
        (r#""suffix":" the end""#, "suffix"),
        (r#""echo":true"#, "echo"),
        (r#""best_of":3"#, "best_of"),
        (r#""n":3,"best_of":2"#, "best_of"),
        (r#""logit_bias":{"50256":-100}"#, "logit_bias"),
        (r#""stream_options":{"continuous_usage_stats":true}"#, "stream_options.continuous_usage_stats"),
        (r#""min_p":0.1"#, "min_p"),
        (r#""messages":[]"#, "messages"),
        (r#""metadata":{"team":"red"}"#, "metadata"),
    ] {
        assert_eq!(read(&with(fields)).unwrap().unmapped, [named], "{fields}");
    }
}
