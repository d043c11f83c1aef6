//! What cannot be said to Anthropic.

use super::writing::{body, call, cites, image, request, says, texts, written};
use crate::chat::*;
use crate::json::Raw;

#[test]
fn what_anthropic_cannot_say_is_named() {
    let zero = || Some(Raw::parse("0").unwrap());
    let thinking = Part::Thinking(Thinking::Plain { text: "hm".to_owned(), signature: None });
    let sealed = Part::Thinking(Thinking::Sealed { id: None, text: "hm".to_owned(), data: "d".to_owned() });
    let marked = |ttl: &str| Part::Text {
        text: "x".to_owned(),
        citations: Vec::new(),
        cache: Some(CacheMark { ttl: Some(ttl.to_owned()) }),
    };
    let empty_marked = Part::Text { text: String::new(), citations: Vec::new(), cache: Some(CacheMark { ttl: None }) };
    let schema = Raw::parse("{}").unwrap();
    let ada = Message { name: Some("ada".to_owned()), ..says(Role::User, "Hi") };
    let detailed = image(MediaSource::Url("u".to_owned()), "high");
    let base = || request(vec![says(Role::User, "Hi")]);
    let cases = vec![
        (Request { sampling: Sampling { seed: zero(), ..Sampling::default() }, ..base() }, "sampling.seed"),
        (
            Request { sampling: Sampling { temperature: Raw::parse("1.01").ok(), ..Sampling::default() }, ..base() },
            "sampling.temperature (above 1)",
        ),
        (
            Request { sampling: Sampling { presence_penalty: zero(), ..Sampling::default() }, ..base() },
            "sampling.presence_penalty",
        ),
        (
            Request { sampling: Sampling { frequency_penalty: zero(), n: Some(1), ..Sampling::default() }, ..base() },
            "sampling.frequency_penalty",
        ),
        (Request { output: OutputFormat::JsonObject, ..base() }, "response_format"),
        (
            Request {
                output: OutputFormat::JsonSchema {
                    name: None,
                    description: Some("d".to_owned()),
                    schema: schema.clone(),
                    strict: None,
                },
                ..base()
            },
            "response_format.description",
        ),
        (Request { metadata: vec![("team".to_owned(), "x".to_owned())], ..base() }, "metadata.team"),
        (Request { guardrail: Some(schema.clone()), ..base() }, "guardrail"),
        (request(vec![Message::new(Role::Assistant, vec![cites(None)])]), "messages[0].parts[0].citations[0]"),
        (
            request(vec![Message::new(Role::Assistant, vec![cites(Some(Location::Web { url: "u".to_owned() }))])]),
            "messages[0].parts[0].citations[0]",
        ),
        (
            request(vec![Message::new(
                Role::User,
                vec![cites(Some(Location::Blocks { document: 0, start: 0, end: 1 }))],
            )]),
            "messages[0].parts[0].citations[0]",
        ),
        (Request { service_tier: Some("flex".to_owned()), ..base() }, "service_tier"),
        (Request { verbosity: Some("low".to_owned()), ..base() }, "verbosity"),
        (Request { logprobs: Some(0), ..base() }, "logprobs"),
        (Request { openai: vec![("prompt_cache_key", schema.clone())], ..base() }, "prompt_cache_key"),
        (request(vec![Message::new(Role::User, vec![marked("12h")])]), "messages[0].parts[0].cache.ttl"),
        (
            request(vec![Message::new(
                Role::User,
                vec![Part::ToolResult(ToolResult {
                    call_id: "a".to_owned(),
                    parts: vec![marked("30m")],
                    is_error: false,
                    cache: None,
                })],
            )]),
            "messages[0].parts[0].parts[0].cache.ttl",
        ),
        (
            Request {
                tools: vec![Tool {
                    name: "f".to_owned(),
                    cache: Some(CacheMark { ttl: Some("24h".to_owned()) }),
                    ..Tool::default()
                }],
                ..base()
            },
            "tools[0].cache.ttl",
        ),
        (
            request(vec![Message::new(Role::Assistant, vec![sealed])]),
            "messages[0].parts[0].thinking (sealed by another provider)",
        ),
        (request(vec![ada]), "messages[0].name"),
        (request(vec![Message::new(Role::User, vec![detailed])]), "messages[0].parts[0].detail"),
        (request(vec![Message::new(Role::User, vec![empty_marked])]), "messages[0].parts[0].cache (empty text)"),
        (request(vec![Message::new(Role::Assistant, vec![thinking])]), "messages[0].parts[0].thinking (no signature)"),
    ];
    for (request, path) in cases {
        assert_eq!(written(&request).unwrap().1, [path]);
    }
    let said = Request { verbosity: Some("medium".to_owned()), ..base() };
    assert_eq!(body(&said), body(&base()));
}

#[test]
fn what_would_change_the_meaning_is_refused() {
    let of = |part: Part| request(vec![Message::new(Role::User, vec![part])]);
    let sound = Media { source: MediaSource::Url("u".to_owned()), detail: None, name: None };
    let s3 = MediaSource::S3 { media_type: "image/png".to_owned(), uri: "s3://b/k".to_owned(), owner: None };
    let stored = Media { source: s3, detail: None, name: None };
    let nested = ToolResult { call_id: "a".to_owned(), parts: vec![call("b", "{}")], is_error: false, cache: None };
    let cases = [
        (of(Part::Audio { media: sound.clone() }), "messages[0].parts[0]"),
        (of(Part::Video { media: sound }), "messages[0].parts[0]"),
        (of(Part::document(stored.clone(), None)), "messages[0].parts[0]"),
        (of(Part::Image { media: stored, cache: None }), "messages[0].parts[0]"),
        (of(Part::Image { media: texts(&["x"]), cache: None }), "messages[0].parts[0]"),
        (of(image(MediaSource::Text("x".to_owned()), "auto")), "messages[0].parts[0]"),
        (of(image(MediaSource::FileId("gs://b/k".to_owned()), "auto")), "messages[0].parts[0]"),
        (of(call("a", "{\"n\":")), "messages[0].parts[0].arguments"),
        (of(call("a", "[1]")), "messages[0].parts[0].arguments"),
        (of(Part::ToolResult(nested)), "messages[0].parts[0].parts[0]"),
        (request(vec![Message::new(Role::System, vec![call("a", "{}")])]), "messages[0].parts[0]"),
        (Request { sampling: Sampling { n: Some(2), ..Sampling::default() }, ..request(vec![]) }, "sampling.n"),
        (
            Request {
                reasoning: Some(Reasoning { budget_tokens: Some(100), ..Reasoning::default() }),
                ..request(vec![])
            },
            "reasoning.budget_tokens",
        ),
    ];
    for (request, path) in cases {
        assert_eq!(written(&request).unwrap_err().path, path);
    }
}
