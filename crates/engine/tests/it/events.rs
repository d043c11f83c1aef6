//! Frames of a Bedrock provider that are split, broken, missing or strange: each client is told the truth in its own dialect,
//! and the attempt has its row.

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use store::ledger::{AttemptStatus, Provenance};
use testkit::{FrameFault, FrameFaultKind, Script, UsageMode, When};
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use crate::frames::{self, block_stop, delta};
use crate::kit::{BEDROCK, Got, Kit, Setup, deployment, not_of_the_square, outside};
use crate::seen::{self, Seen};

fn body(prompt: &str) -> Value {
    json!({"model": BEDROCK, "stream": true, "max_tokens": 2000, "messages": [{"role": "user", "content": prompt}]})
}

async fn ask(kit: &Kit, client: Dialect, script: Script, prompt: &str) -> (Got, Seen) {
    kit.upstream.script(script);
    let got = kit.call(client, &body(prompt)).await;
    let seen = seen::read(client, &got);
    (got, seen)
}

/// Reasoning, a text and calls; each client gets the same of it wherever the pieces end.
#[tokio::test]
async fn a_stream_may_be_split_anywhere() {
    let kit = Kit::start().await;
    let thought = |piece: Value| delta(0, &json!({ "reasoningContent": piece }));
    let begins = json!({"contentBlockIndex": 2, "start": {"toolUse": {"toolUseId": "tooluse_1", "name": "clock"}}});
    let events = [
        thought(json!({"text": "hm — "})),
        thought(json!({"text": "so"})),
        thought(json!({"signature": "c2ln"})),
        block_stop(0),
        delta(1, &json!({"text": "你好 🦀"})),
        block_stop(1),
        ("contentBlockStart", begins),
        delta(2, &json!({"toolUse": {"input": "{\"z\":  1"}})),
        delta(2, &json!({"toolUse": {"input": ".50}"}})),
        block_stop(2),
    ];
    let bytes = frames::stream(&events, "tool_use", json!({}));
    for client in Dialect::SQUARE {
        for size in [1, 2, 3, 5, 7, 11, 12, 13, 16, 64, 127, 1000, bytes.len()] {
            let script = Script { chunk_bytes: Some(size), ..frames::raw(true, bytes.clone()) };
            let (got, seen) = ask(&kit, client, script, "x").await;
            let cell = format!("{client:?} in pieces of {size}");
            assert!(seen.complete && seen.error.is_null(), "{cell}: {seen:?}");
            let proof = if client == OpenAiResponses { &seen.sealed.concat() } else { &seen.signature };
            let said = (seen.thinking.as_str(), proof.rsplit(':').next().unwrap(), seen.text.as_str());
            assert_eq!(said, ("hm — so", "c2ln", "你好 🦀"), "{cell}");
            assert_eq!((seen.calls.len(), seen.calls[0].arguments.as_str()), (1, "{\"z\":  1.50}"), "{cell}");
            if client == Bedrock {
                assert_eq!(got.body, bytes, "{cell}");
            }
        }
    }
    for row in kit.assert_one_row_an_attempt().await {
        assert_eq!((row.tokens.input, row.tokens.output, row.provenance), (40, 9, Provenance::Final));
    }
}

/// What a frame does to the stream that it stands in.
#[derive(Clone, Copy, PartialEq)]
enum Does {
    /// It ends it; with this kind in the ledger, and whether another try may help.
    Ends(&'static str, bool),
    /// Nothing: whoever knows it may use it.
    Nothing,
    /// It may be a piece of the answer that cannot be read: an end across dialects, the provider's own bytes on the same one.
    Unreadable,
}

fn faults() -> Vec<(FrameFaultKind, Does)> {
    use FrameFaultKind as Kind;
    let broken = Does::Ends("bad_upstream", true);
    let exception = |name: &str, kind, again| (Kind::Exception(name.to_owned()), Does::Ends(kind, again));
    let error = Kind::Error { code: "InternalFailure".to_owned(), message: "mock exception".to_owned() };
    let mut faults = vec![
        (Kind::HalfPrelude, broken),
        (Kind::Truncated, broken),
        (Kind::BadPreludeCrc, broken),
        (Kind::BadMessageCrc, broken),
        (Kind::UnknownHeaderType, broken),
        (Kind::NoEventType, Does::Unreadable),
        (Kind::UnknownEvent("somethingNew".to_owned()), Does::Nothing),
        exception("throttlingException", "rate_limited", true),
        exception("modelStreamErrorException", "bad_upstream", true),
        exception("internalServerException", "internal", true),
        exception("serviceUnavailableException", "unavailable", true),
        exception("validationException", "invalid_request", false),
        exception("newException", "internal", true),
        (error, Does::Ends("internal", true)),
    ];
    // nothing, less than a prelude, less than the headers, more than there is, more than is taken, as much as can be said
    faults.extend([0, 11, 40, 5_000_000, 16_777_217, u32::MAX].map(|length| (Kind::Length(length), broken)));
    faults
}

/// Where `metadata` stands in the stream of 30 words: behind a start, 13 pieces and two stops.
const METADATA: usize = 16;

/// Two deployments, of which the second is tried when the first one fails.
fn two(setup: &mut Setup) {
    setup.settings.retries = 1;
    setup.deployments.clear();
    for (at, weight) in [(1, 1), (2, 0)] {
        let mut member = deployment(BEDROCK, &setup.base);
        member.id = format!("{BEDROCK}-{at}");
        member.weight = weight;
        setup.deployments.push(member);
    }
}

/// A fault in one place, seen by one client.
struct Cell {
    kind: FrameFaultKind,
    does: Does,
    client: Dialect,
    at: usize,
}

#[tokio::test]
async fn a_fault_before_the_first_byte_is_tried_elsewhere_and_none_after_it() {
    let kit = Kit::with(two).await;
    let mut cells = Vec::new();
    for (kind, does) in faults() {
        for client in Dialect::SQUARE {
            // before anything, in the middle, in the place of the ending, behind it
            cells.extend([0, 4, METADATA, METADATA + 1].map(|at| Cell { kind: kind.clone(), does, client, at }));
        }
    }
    // a beginning or an ending that cannot be read is a missing one: a test of its own
    cells.retain(|cell| cell.does != Does::Unreadable || cell.client != Bedrock || cell.at == 4);
    let numbered = futures_util::stream::iter(cells.iter().enumerate());
    numbered.for_each_concurrent(12, async |(number, cell)| cell.check(&kit, number).await).await;
    kit.assert_one_row_an_attempt().await;
}

impl Cell {
    /// The number leads the script to its call, and to its first attempt only.
    async fn check(&self, kit: &Kit, number: usize) {
        let Self { kind, client, at, .. } = self;
        let name = format!("cell {number}.");
        let when = When { body_contains: Some(name.clone()), ..When::default() };
        let frame_fault = Some(FrameFault { at: *at, kind: kind.clone() });
        // each event comes by itself, so the first one has reached the client before the fault is read
        let script = Script { when, frame_fault, ..Script::default() };
        let (got, seen) = ask(kit, *client, script, &format!("[[long:30]] {name}")).await;
        let rows = kit.rows_of(&got.id).await;
        let cell = format!("{kind:?} at {at}: {client:?}: {seen:?} {rows:?}");
        let Some((kind, again)) = self.ends() else {
            assert!(seen.complete && seen.error.is_null() && rows.len() == 1, "{cell}");
            return;
        };
        assert_eq!((rows[0].status, rows[0].error_kind.as_deref()), (AttemptStatus::Failure, Some(kind)), "{cell}");
        assert!(matches!(rows[0].provenance, Provenance::Partial | Provenance::Estimated), "{cell}");
        if *at == 0 && again {
            assert_eq!((rows.len(), rows[1].status), (2, AttemptStatus::Success), "{cell}");
            assert_eq!((seen.complete, seen.text.split(' ').count()), (true, 30), "{cell}");
        } else {
            assert_eq!((rows.len(), got.stream, seen.complete), (1, *at > 0, false), "{cell}");
            assert!(seen.error["message"].is_string() && seen.error["type"].is_string(), "{cell}");
            assert_eq!(seen.text.is_empty(), *at == 0, "{cell}");
        }
    }

    /// What stands in the ledger of the attempt that the fault ends, and whether another one may help.
    fn ends(&self) -> Option<(&'static str, bool)> {
        let ends = match self.does {
            Does::Ends(kind, again) => Some((kind, again)),
            Does::Unreadable if self.client != Bedrock => Some(("bad_upstream", true)),
            Does::Unreadable | Does::Nothing => None,
        };
        // what stands behind the ending is not read
        ends.filter(|_| self.at <= METADATA)
    }
}

/// The words of an exception, and what AWS's SDKs go by.
#[tokio::test]
async fn an_exception_is_said_in_the_clients_words() {
    let kit = Kit::start().await;
    for (name, openai, code, anthropic, gemini, status) in [
        (
            "throttlingException",
            "throttling_error",
            "rate_limit_exceeded",
            "rate_limit_error",
            "RESOURCE_EXHAUSTED",
            429,
        ),
        (
            "validationException",
            "invalid_request_error",
            "invalid_prompt",
            "invalid_request_error",
            "INVALID_ARGUMENT",
            400,
        ),
        ("modelStreamErrorException", "internal_server_error", "server_error", "api_error", "INTERNAL", 424),
    ] {
        for client in Dialect::SQUARE {
            for at in [0, 4] {
                let kind = FrameFaultKind::Exception(name.to_owned());
                let script = Script { frame_fault: Some(FrameFault { at, kind }), ..Script::default() };
                let (got, seen) = ask(&kit, client, script, "[[long:30]]").await;
                let cell = format!("{name} at {at}: {client:?} {}", got.text());
                assert_eq!(seen.error["message"], "mock exception", "{cell}");
                match client {
                    OpenAiChat => assert_eq!(seen.error["type"], openai, "{cell}"),
                    OpenAiResponses => {
                        assert_eq!(seen.error["type"], openai, "{cell}");
                        // what SDKs and agents go by, in the stream's last event
                        let last = format!(r#""error":{{"code":"{code}""#);
                        assert_eq!(got.text().contains(&last), at > 0, "{cell}");
                    }
                    Anthropic => assert_eq!(seen.error["type"], anthropic, "{cell}"),
                    Bedrock if at > 0 => assert_eq!(seen.error["type"], name, "{cell}"),
                    Bedrock => {
                        let spoken = seen.error["type"].as_str().unwrap();
                        assert!(spoken.eq_ignore_ascii_case(name), "{cell}");
                        assert_eq!(got.status, status, "{cell}");
                    }
                    Gemini => assert_eq!(seen.error["type"], gemini, "{cell}"),
                    // its streams end so whatever happened
                    Cohere if at > 0 => assert_eq!(seen.error["type"], "ERROR", "{cell}"),
                    Cohere => assert_eq!(got.status, status, "{cell}"),
                    outside!() => not_of_the_square(),
                }
            }
        }
    }
}

/// A stream that lacks its first event, its last one, or the figures in it.
#[tokio::test]
async fn what_is_missing() {
    let kit = Kit::start().await;
    let said = [delta(0, &json!({"text": "some words that were said"})), block_stop(0)];
    let whole = frames::stream(&said, "end_turn", json!({}));
    let start = frames::event("messageStart", &json!({"role": "assistant", "p": "abc"})).len();
    for client in Dialect::SQUARE {
        // who speaks another dialect gets a beginning all the same; who speaks this one gets the provider's own bytes
        kit.upstream.script(frames::raw(true, whole[start..].to_vec()));
        let got = kit.call(client, &body("x")).await;
        if client == Bedrock {
            assert_eq!(got.body, whole[start..]);
        } else {
            let seen = seen::read(client, &got);
            assert!(seen.complete && seen.text == "some words that were said", "{client:?}: {}", got.text());
        }

        let without = Script { omit_metadata: true, ..Script::default() };
        let (got, seen) = ask(&kit, client, without, "[[long:30]]").await;
        assert!(!seen.complete && seen.error["message"].is_string(), "{client:?}: {}", got.text());
        let row = kit.rows_of(&got.id).await.pop().unwrap();
        assert_eq!((row.status, row.provenance), (AttemptStatus::Failure, Provenance::Estimated), "{client:?}");
        assert!(row.error_kind.is_some() && row.tokens.prompt() > 0 && row.tokens.output > 9, "{client:?}: {row:?}");

        let unsaid = Script { usage: UsageMode::Absent, ..Script::default() };
        let (got, seen) = ask(&kit, client, unsaid, "[[long:30]]").await;
        assert!(seen.complete || client == Bedrock, "{client:?}: {}", got.text());
        let row = kit.rows_of(&got.id).await.pop().unwrap();
        assert_eq!((row.status, row.provenance), (AttemptStatus::Success, Provenance::Estimated), "{client:?}");
    }
    kit.assert_one_row_an_attempt().await;
}
