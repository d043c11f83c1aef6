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
