//! OpenAI's text completions: how many answers are asked for.

use super::*;

fn completions(body: &str) -> Result<Envelope, EnvelopeError> {
    read(Dialect::OpenAiCompletions, None, body.as_bytes())
}

#[test]
fn every_prompt_and_every_candidate_is_an_answer() {
    for (fields, n) in [
        (r#""prompt":"a""#, 1),
        (r#""prompt":"a","n":2"#, 2),
        (r#""prompt":"a","n":2,"best_of":5"#, 5),
        (r#""best_of":1,"prompt":"a","n":2"#, 2),
        (r#""prompt":["a"]"#, 1),
        (r#""n":2,"prompt":["a","b","c"]"#, 6),
        (r#""prompt":[1,2,3]"#, 1),
        (r#""prompt":[[1,2],[3]],"best_of":4"#, 8),
        (r#""prompt":[]"#, 1),
    ] {
        let envelope = completions(&format!(r#"{{"model":"m",{fields},"max_tokens":9}}"#)).unwrap();
        let prompts = if fields.contains("\"c\"") { 3 } else { 1 + u64::from(fields.contains("[3]")) };
        assert_eq!(envelope.prompts, prompts, "{fields}");
        assert_eq!((envelope.n, envelope.ceiling(), envelope.has_references), (n, Some(9), false), "{fields}");
    }
}

/// Scoring a prompt generates nothing.
#[test]
fn a_ceiling_may_be_0() {
    let envelope = completions(r#"{"model":"m","prompt":"a","echo":true,"logprobs":1,"max_tokens":0}"#).unwrap();
    assert_eq!((envelope.ceiling(), envelope.n), (Some(0), 1));
    for ceiling in ["-0", "0.0", "-1", "\"0\""] {
        let refused = completions(&format!(r#"{{"model":"m","prompt":"a","max_tokens":{ceiling}}}"#)).unwrap_err();
        assert!(matches!(refused, EnvelopeError::WrongType { field: "max_tokens", .. }), "{ceiling}: {refused}");
    }
    let chat = read(Dialect::OpenAiChat, None, br#"{"model":"m","messages":[],"max_tokens":0}"#).unwrap_err();
    assert!(matches!(chat, EnvelopeError::WrongType { field: "max_tokens", .. }), "{chat}");
}

/// Windows hold more tokens than other lists may have items.
#[test]
fn tokens_are_bound_by_the_body_only() {
    let tokens = |count: usize| vec!["7"; count].join(", ");
    for (prompt, prompts) in [
        (format!("[{}]", tokens(MAX_NODES + 1)), 1),
        (format!("[ [{}],[1],\n[ {} ]]", tokens(MAX_NODES + 1), tokens(MAX_NODES + 1)), 3),
    ] {
        let envelope = completions(&format!(r#"{{"prompt":{prompt},"model":"m"}}"#)).unwrap();
        assert_eq!((envelope.prompts, envelope.n), (prompts, prompts));
    }
    let many = |item: &str| vec![item; MAX_ITEMS + 1].join(",");
    for (dialect, fields) in [
        (Dialect::OpenAiCompletions, format!(r#""prompt":[{}]"#, many(r#""a""#))),
        (Dialect::OpenAiCompletions, format!(r#""prompt":[{}]"#, many("[1]"))),
        (Dialect::OpenAiCompletions, format!(r#""prompt":[{}]"#, many("null"))),
        (Dialect::OpenAiCompletions, format!(r#""prompt":[1,2],"stop":[{}]"#, many("1"))),
        (Dialect::OpenAiCompletions, format!(r#""x":{{"prompt":[{}]}}"#, many("1"))),
        (Dialect::OpenAiChat, format!(r#""prompt":[{}]"#, many("1"))),
    ] {
        let refused = read(dialect, None, format!(r#"{{"model":"m",{fields}}}"#).as_bytes()).unwrap_err();
        assert_eq!(refused, EnvelopeError::TooManyItems);
    }
    for prompt in ["[1,,2]", "[1 2]", "[1,2", "[,]"] {
        let refused = completions(&format!(r#"{{"model":"m","prompt":{prompt}}}"#)).unwrap_err();
        assert!(matches!(refused, EnvelopeError::Syntax(_)), "{prompt}: {refused}");
    }
}

#[test]
fn a_prompt_is_required() {
    for (fields, expected) in [
        ("", EnvelopeError::Missing("prompt")),
        (r#","prompt":null"#, EnvelopeError::Missing("prompt")),
        (r#","prompt":3"#, EnvelopeError::WrongType { field: "prompt", expected: "a string or a list" }),
        (r#","prompt":"a","best_of":129"#, EnvelopeError::WrongType { field: "best_of", expected: "at most 128" }),
    ] {
        assert_eq!(completions(&format!(r#"{{"model":"m"{fields}}}"#)).unwrap_err(), expected, "{fields}");
    }
}

#[test]
fn prompts_that_are_no_text_are_priced_apart() {
    let envelope = completions(r#"{"model":"m","prompt":"a","prompt_embeds":["AAAA"]}"#).unwrap();
    assert_eq!(envelope.priced_apart.names(), ["prompt_embeds"]);
}
