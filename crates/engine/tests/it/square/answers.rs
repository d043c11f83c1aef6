//! What only Bedrock answers: its reasons to stop, what a guardrail found, citations, reasoning that nobody else can read,
//! cache writes by lifetime.

use serde_json::{Value, json};
use store::ledger::Provenance;
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::asks::say;
use super::ends::End;
use super::{Cell, addressed, ask, note};
use crate::frames::{self, block_stop, delta};
use crate::kit::{Kit, not_of_the_square, outside};

/// An answer in both its forms.
struct Answer {
    name: &'static str,
    content: Value,
    events: Vec<(&'static str, Value)>,
    stop: &'static str,
    /// Further members of a whole answer, and of a stream's `metadata`.
    beside: Value,
    check: fn(&Cell),
}

fn said(name: &'static str, stop: &'static str, check: fn(&Cell)) -> Answer {
    let events = vec![delta(0, &json!({"text": "hi"})), block_stop(0)];
    Answer { name, content: json!([{"text": "hi"}]), events, stop, beside: json!({}), check }
}

impl Answer {
    fn body(&self, stream: bool) -> Vec<u8> {
        if stream {
            return frames::stream(&self.events, self.stop, self.beside.clone());
        }
        let mut body = json!({"output": {"message": {"role": "assistant", "content": self.content}},
            "stopReason": self.stop, "metrics": {"latencyMs": 5}, "usage": frames::USAGE.parse::<Value>().unwrap()});
        body.as_object_mut().unwrap().extend(self.beside.as_object().cloned().unwrap());
        body.to_string().into_bytes()
    }
}

/// Bedrock's reason, and what it says.
const STOPS: &[(&str, End)] = &[
    ("end_turn", End::Done),
    ("tool_use", End::Calls),
    ("max_tokens", End::Length),
    ("stop_sequence", End::Sequence),
    ("guardrail_intervened", End::Guarded),
    ("content_filtered", End::Filtered),
    ("malformed_model_output", End::MalformedOutput),
    ("malformed_tool_use", End::MalformedCall),
    ("model_context_window_exceeded", End::Window),
];

fn trace() -> Value {
    json!({"guardrail": {"inputAssessment": {"g-1": {"topicPolicy": {"topics": []}}}}})
}

/// Clients of other dialects get it under the name that LiteLLM gives it, but for those of Cohere, whose answers have no place
/// for it.
fn traced(cell: &Cell) {
    let text = cell.got.text().into_owned();
    assert_eq!(text.contains(r#""inputAssessment":{"g-1""#), cell.client != Cohere, "{text}");
    if cell.client == Bedrock {
        assert_eq!(cell.seen.trace, trace());
    }
}

fn citation() -> Value {
    json!({"title": "notes", "source": "notes.pdf", "sourceContent": [{"text": "as they wrote"}],
        "location": {"documentPage": {"documentIndex": 0, "start": 2, "end": 3}}})
}

/// OpenAI's own annotations are of web pages only: other places stand where LiteLLM puts them, in both dialects.
fn cited(cell: &Cell) {
    assert_eq!(cell.seen.text, "so it is");
    match cell.client {
        OpenAiChat | OpenAiResponses => {
            assert!(cell.got.text().contains("as they wrote"), "{}", cell.got.text());
        }
        Anthropic => {
            let [citation] = &cell.seen.citations[..] else { panic!("{:?}", cell.seen) };
            assert_eq!(
                (&citation["type"], &citation["cited_text"]),
                (&json!("page_location"), &json!("as they wrote"))
            );
            assert_eq!((&citation["start_page_number"], &citation["end_page_number"]), (&json!(2), &json!(3)));
        }
        Bedrock => assert_eq!(cell.seen.citations, [citation()]),
        Gemini => {
            let found = json!({"retrievedContext": {"uri": "notes.pdf", "title": "notes", "text": "as they wrote"}});
            assert_eq!(cell.seen.citations, [found]);
        }
        Cohere => {
            let document = json!({"title": "notes", "url": "notes.pdf", "text": "as they wrote"});
            let source = json!({"type": "document", "id": "doc:0", "document": document});
            let cited = json!({"start": 0, "end": 8, "text": "so it is", "sources": [source], "content_index": 0,
                "type": "TEXT_CONTENT"});
            assert_eq!(cell.seen.citations, [cited]);
        }
        outside!() => not_of_the_square(),
    }
}

/// What proves reasoning, in disguise.
pub(super) fn proof(kind: &str, data: &str) -> Vec<String> {
    vec![format!("turnpike:{kind}:{data}")]
}

fn redacted(cell: &Cell) {
    assert_eq!(cell.seen.text, "hi");
    match cell.client {
        OpenAiResponses => assert_eq!(cell.seen.sealed, proof("redacted", "AAEC")),
        Gemini | Cohere => assert_eq!(cell.seen.signature, proof("redacted", "AAEC").concat()),
        OpenAiChat | Anthropic | Bedrock => assert_eq!(cell.seen.redacted, "AAEC"),
        outside!() => not_of_the_square(),
    }
}

fn thought(cell: &Cell) {
    assert_eq!(cell.seen.thinking, "hm, so");
    match cell.client {
        OpenAiResponses => assert_eq!(cell.seen.sealed, proof("signed", "c2ln")),
        Gemini => assert_eq!(cell.seen.signature, proof("signed", "c2ln").concat()),
        OpenAiChat | Anthropic | Bedrock | Cohere => assert_eq!(cell.seen.signature, "c2ln"),
        outside!() => not_of_the_square(),
    }
}

/// The parts of what went into the cache keep their lifetimes, and their prices.
fn cached(cell: &Cell) {
    let tokens = cell.row.as_ref().unwrap().tokens;
    assert_eq!((tokens.input, tokens.cache_read, tokens.cache_write_5m, tokens.cache_write_1h), (40, 6, 2, 5));
    let seen = |field| cell.seen.tokens(field);
    match cell.client {
        OpenAiChat => assert_eq!(seen("/prompt_tokens"), 53),
        OpenAiResponses => assert_eq!(seen("/input_tokens_details/cache_write_tokens"), 7),
        Anthropic => assert_eq!(seen("/cache_creation/ephemeral_1h_input_tokens"), 5),
        Bedrock => assert_eq!(cell.seen.usage["cacheDetails"][0], json!({"ttl": "1h", "inputTokens": 5})),
        Gemini => assert_eq!(seen("/promptTokenCount"), 53),
        Cohere => assert_eq!(seen("/tokens/input_tokens"), 53),
        outside!() => not_of_the_square(),
    }
}

fn answers() -> Vec<Answer> {
    let reasoning = |piece: Value| delta(0, &json!({ "reasoningContent": piece }));
    let usage = json!({"usage": {"inputTokens": 40, "outputTokens": 9, "totalTokens": 62, "cacheReadInputTokens": 6,
        "cacheWriteInputTokens": 7,
        "cacheDetails": [{"ttl": "1h", "inputTokens": 5}, {"ttl": "5m", "inputTokens": 2}]}});
    vec![
        Answer { beside: json!({"trace": trace()}), ..said("trace", "guardrail_intervened", traced) },
        Answer {
            content: json!([{"citationsContent": {"content": [{"text": "so it is"}], "citations": [citation()]}}]),
            events: vec![
                delta(0, &json!({"text": "so it is"})),
                delta(0, &json!({"citation": citation()})),
                block_stop(0),
            ],
            ..said("citation", "end_turn", cited)
        },
        Answer {
            content: json!([{"reasoningContent": {"redactedContent": "AAEC"}}, {"text": "hi"}]),
            events: vec![
                reasoning(json!({"redactedContent": "AAEC"})),
                block_stop(0),
                delta(1, &json!({"text": "hi"})),
                block_stop(1),
            ],
            ..said("redacted reasoning", "end_turn", redacted)
        },
        Answer {
            content: json!([{"reasoningContent": {"reasoningText": {"text": "hm, so", "signature": "c2ln"}}}]),
            events: vec![
                reasoning(json!({"text": "hm, "})),
                reasoning(json!({"text": "so"})),
                reasoning(json!({"signature": "c2ln"})),
                block_stop(0),
            ],
            ..said("signed reasoning", "end_turn", thought)
        },
        Answer { beside: usage, ..said("cache writes", "end_turn", cached) },
    ]
}

async fn each(kit: &Kit, answer: &Answer, clients: &[Dialect], check: impl Fn(&Cell)) -> Vec<String> {
    let mut failed = Vec::new();
    for client in clients.iter().copied() {
        for stream in [false, true] {
            kit.upstream.script(frames::raw(stream, answer.body(stream)));
            let body = addressed(say(client, "x", json!({})), client, Bedrock, stream);
            let cell = ask(kit, &body, client, Bedrock, stream).await;
            note(&mut failed, answer.name, &cell, |cell| {
                assert_eq!((cell.got.status, cell.got.stream), (200, stream), "{}", cell.got.text());
                assert!(cell.seen.complete && cell.seen.error.is_null(), "{:?}", cell.seen);
                assert_eq!(cell.row.as_ref().unwrap().provenance, Provenance::Final);
                check(cell);
            });
        }
    }
    failed
}

#[tokio::test]
async fn every_reason_to_stop() {
    let kit = Kit::start().await;
    let mut failed = Vec::new();
    for (word, end) in STOPS {
        let answer = said(word, word, |_| {});
        failed.extend(
            each(&kit, &answer, &Dialect::ALL, |cell| {
                assert_eq!((cell.seen.text.as_str(), cell.seen.stop.as_str()), ("hi", end.word(cell.client)));
            })
            .await,
        );
    }
    assert!(failed.is_empty(), "{failed:#?}");
    kit.assert_one_row_an_attempt().await;
}

#[tokio::test]
async fn what_only_bedrock_answers_reaches_every_client() {
    let kit = Kit::start().await;
    let mut failed = Vec::new();
    for answer in answers() {
        failed.extend(each(&kit, &answer, &Dialect::SQUARE, answer.check).await);
    }
    assert!(failed.is_empty(), "{failed:#?}");
    kit.assert_one_row_an_attempt().await;
}
