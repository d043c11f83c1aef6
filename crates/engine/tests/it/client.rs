//! Clients that leave or do not read: nothing of the accounting goes with them, and nothing piles up behind them.

use std::sync::Arc;
use std::time::Duration;

use engine::call::AnswerBody;
use engine::secret::Secret;
use providers::OnDisconnect;
use serde_json::{Value, json};
use store::ledger::{AttemptStatus, LedgerRow, Provenance};
use testkit::{Script, Served, State};
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use crate::kit::{GPT, Got, Kit, MASTER, Setup, deployment, group};
use crate::{contents, frames, pieces, responses, seen};

fn body(provider: Dialect, stream: bool, prompt: &str) -> Value {
    json!({"model": group(provider), "stream": stream, "max_tokens": 9000, "messages": [{"role": "user", "content": prompt}]})
}

fn on_disconnect(policy: OnDisconnect) -> impl FnOnce(&mut Setup) {
    move |setup| {
        for deployment in &mut setup.deployments {
            Arc::make_mut(&mut deployment.provider).on_disconnect = policy;
        }
    }
}

/// Where the client is when it leaves.
#[derive(Clone, Copy, Debug)]
enum Leaves {
    BeforeHead,
    InMidStream,
}

/// The client leaves; returns what became of the exchange at the upstream and in the ledger.
async fn leave(kit: &Kit, client: Dialect, body: &Value, leaves: Leaves) -> (Served, LedgerRow) {
    let count = kit.upstream.count() + 1;
    let (principal, call) = kit.prepare(&Secret::new(MASTER), client, body.to_string()).await;
    let id = call.id.clone();
    let mut answer = Box::pin(kit.engine.serve(principal, call));
    match leaves {
        Leaves::BeforeHead => tokio::select! {
            _ = &mut answer => panic!("answered too early"),
            log = kit.upstream.wait_for(|log| log.len() == count) => drop(log.unwrap()),
        },
        Leaves::InMidStream => {
            let AnswerBody::Stream(mut pieces) = answer.as_mut().await.body else { panic!("a stream") };
            pieces.recv().await.unwrap();
        }
    }
    drop(answer);
    let served = kit.upstream.wait_for_ended(count).await.unwrap().pop().unwrap();
    let rows = kit.rows().await;
    assert_eq!(rows.len(), count);
    (served, rows.into_iter().find(|row| row.request_id == id).unwrap())
}

#[tokio::test]
async fn a_provider_that_stops_billing_is_cancelled() {
    let kit = Kit::with(on_disconnect(OnDisconnect::Cancel)).await;
    for client in Dialect::ALL {
        for provider in Dialect::SQUARE {
            for (leaves, prompt) in
                [(Leaves::BeforeHead, "[[sleep:60000]]"), (Leaves::InMidStream, "[[slow:20]][[long:3000]]")]
            {
                let cell = format!("{client:?} ← {provider:?} {leaves:?}");
                let (served, row) = leave(&kit, client, &body(provider, true, prompt), leaves).await;
                assert_eq!((served.state, row.status), (State::ClientGone, AttemptStatus::Cancelled), "{cell}");
                assert!(matches!(row.provenance, Provenance::Partial | Provenance::Estimated), "{cell}: {row:?}");
                assert!(row.tokens.prompt() > 0 && row.tokens.output < served.measured.output, "{cell}: {row:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_provider_that_bills_the_whole_answer_is_read_to_the_end() {
    let kit = Kit::with(on_disconnect(OnDisconnect::Drain(Duration::from_secs(20)))).await;
    for client in Dialect::ALL {
        for provider in Dialect::SQUARE {
            for leaves in [Leaves::BeforeHead, Leaves::InMidStream] {
                let cell = format!("{client:?} ← {provider:?} {leaves:?}");
                let prompt = "[[sleep:30]][[slow:1]][[long:30]]";
                let (served, row) = leave(&kit, client, &body(provider, true, prompt), leaves).await;
                final_and_whole(&cell, &served, &row);
            }
        }
    }
}

/// AWS goes on billing when nobody reads: the catalogue's row says so.
#[tokio::test]
async fn a_stream_of_bedrock_is_read_to_the_end() {
    let kit = Kit::start().await;
    let asked = body(Bedrock, true, "[[slow:1]][[long:30]]");
    let (served, row) = leave(&kit, Bedrock, &asked, Leaves::InMidStream).await;
    final_and_whole("the row's own policy", &served, &row);
}

#[tokio::test]
async fn no_more_than_a_bounded_number_of_streams_is_read_on() {
    const MOST: usize = 256;
    let kit = Kit::with(|setup| {
        on_disconnect(OnDisconnect::Drain(Duration::from_secs(20)))(setup);
        setup.settings.deadlines.between_events = Duration::from_secs(20);
    })
    .await;
    for _ in 0..=MOST {
        kit.upstream.script(Script { stall_after_bytes: Some(900), ..Script::default() });
        let (_, answer) = kit.begin(OpenAiChat, &body(OpenAiChat, true, "[[long:300]]")).await;
        let AnswerBody::Stream(mut pieces) = answer.body else { panic!("a stream") };
        pieces.recv().await.unwrap();
    }
    let gone = |log: &[Served]| log.iter().filter(|served| served.state == State::ClientGone).count();
    let log = kit.upstream.wait_for(|log| gone(log) == 1).await.unwrap();
    assert_eq!((log.len(), gone(&log)), (MOST + 1, 1));
    kit.engine.stop();
    assert!(kit.rows().await.iter().all(|row| row.status == AttemptStatus::Cancelled));
}

/// Only its end tells what a whole answer costs, so it is read whatever the policy is.
#[tokio::test]
async fn a_whole_answer_is_read_to_the_end() {
    for policy in [OnDisconnect::Cancel, OnDisconnect::Drain(Duration::from_secs(20))] {
        let kit = Kit::with(on_disconnect(policy)).await;
        for provider in Dialect::SQUARE {
            let asked = body(provider, false, "[[sleep:50]][[long:50]]");
            let (served, row) = leave(&kit, OpenAiChat, &asked, Leaves::BeforeHead).await;
            final_and_whole(&format!("{provider:?} {policy:?}"), &served, &row);
        }
    }
}

fn final_and_whole(cell: &str, served: &Served, row: &LedgerRow) {
    assert_eq!(served.state, State::Complete, "{cell}");
    assert_eq!((row.status, row.provenance), (AttemptStatus::Success, Provenance::Final), "{cell}: {row:?}");
    assert_eq!(row.tokens.output, served.measured.output, "{cell}");
}

/// Reading on behind the client's back has an end, and what the provider does then is not held against it.
#[tokio::test]
async fn a_drain_is_not_endless() {
    let kit = Kit::with(on_disconnect(OnDisconnect::Drain(Duration::from_millis(50)))).await;
    for client in Dialect::SQUARE {
        for provider in Dialect::SQUARE {
            kit.upstream.script(Script { stall_after_bytes: Some(4000), ..Script::default() });
            let (served, row) = leave(&kit, client, &body(provider, true, "[[long:300]]"), Leaves::InMidStream).await;
            assert_eq!((served.state, row.status), (State::ClientGone, AttemptStatus::Cancelled), "{row:?}");
            assert!(matches!(row.provenance, Provenance::Partial | Provenance::Estimated), "{row:?}");
        }
    }
}

#[tokio::test]
async fn nothing_more_is_tried_for_a_client_that_left() {
    for stream in [false, true] {
        let kit = Kit::with(|setup| {
            setup.settings.retries = 5;
            let base = setup.base.clone();
            for id in ["other", "third"] {
                let mut more = deployment(GPT, &base);
                more.id = id.to_owned();
                setup.deployments.push(more);
            }
            on_disconnect(OnDisconnect::Drain(Duration::from_secs(20)))(setup);
        })
        .await;
        for _ in 0..8 {
            kit.upstream.script(Script { delay_ms: 20, status: Some(500), ..Script::default() });
            let (served, row) = leave(&kit, OpenAiChat, &body(OpenAiChat, stream, "x"), Leaves::BeforeHead).await;
            assert_eq!((served.status, row.attempt), (Some(500), 1));
        }
    }
}

/// The text stands in its pieces only: nothing says what is done.
fn long_responses() -> Vec<u8> {
    let message =
        json!({"id": "msg_1", "type": "message", "status": "in_progress", "role": "assistant", "content": []});
    let part = json!({"type": "output_text", "text": "", "annotations": [], "logprobs": []});
    let mut events = responses::begun();
    events.push(json!({"type": "response.output_item.added", "output_index": 0, "item": message}));
    events
        .push(json!({"type": "response.content_part.added", "output_index": 0, "item_id": "msg_1", "content_index": 0,
        "part": part}));
    let delta = json!({"type": "response.output_text.delta", "output_index": 0, "item_id": "msg_1", "content_index": 0,
        "delta": "x".repeat(1024)});
    events.extend(std::iter::repeat_n(delta, 16 << 10));
    let done = responses::object("completed", &[], &json!({"usage": responses::USAGE.parse::<Value>().unwrap()}));
    events.push(json!({"type": "response.completed", "response": done}));
    responses::numbered(&events)
}

/// 16 MiB of a stream.
fn long_stream(provider: Dialect) -> Script {
    if provider == Bedrock {
        let (name, payload) = frames::delta(0, &json!({"text": "x".repeat(1024)}));
        let frame = frames::event(name, &payload);
        let start = frames::event("messageStart", &json!({"role": "assistant"}));
        let (stop, payload) = frames::block_stop(0);
        let end = [frames::event(stop, &payload), frames::ending("end_turn", json!({}))].concat();
        return frames::raw(true, [start, frame.repeat(16 << 10), end].concat());
    }
    if provider == OpenAiResponses {
        return responses::raw(true, long_responses());
    }
    if provider == Gemini {
        let frame = pieces::one(&pieces::piece(&[json!({"text": "x".repeat(1024)})], &json!({})));
        let end = pieces::answer(true, &[], &json!({}));
        return pieces::raw(true, [frame.repeat(16 << 10).into_bytes(), end].concat());
    }
    if provider == Cohere {
        let content =
            |kind: &str, content: Value| json!({"type": kind, "index": 0, "delta": {"message": {"content": content}}});
        let start = [contents::begun(), vec![content("content-start", json!({"type": "text", "text": ""}))]].concat();
        let frame = contents::one(&content("content-delta", json!({"text": "x".repeat(1024)})));
        let usage: Value = contents::USAGE.parse().unwrap();
        let end = [
            json!({"type": "content-end", "index": 0}),
            json!({"type": "message-end", "delta": {"finish_reason": "COMPLETE", "usage": usage}}),
        ];
        let body = [contents::told(&start), frame.repeat(16 << 10).into_bytes(), contents::told(&end)].concat();
        return contents::raw(true, body);
    }
    let frame =
        format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{}\"}}}}]}}\n\n", "x".repeat(1024));
    let usage = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":9,"total_tokens":18}}"#;
    let body = format!("{}data: {usage}\n\ndata: [DONE]\n\n", frame.repeat(16 << 10));
    Script { raw_body: Some(body.into_bytes()), ..Script::default() }
}

/// The provider waits for a client that does not read: what is kept for it is bounded. When it reads on, all is there.
#[tokio::test]
async fn a_slow_client_holds_up_its_provider() {
    let kit = Kit::start().await;
    for (client, provider) in [
        (OpenAiChat, OpenAiChat),
        (Anthropic, OpenAiChat),
        (Bedrock, OpenAiChat),
        (Bedrock, Bedrock),
        (OpenAiChat, Bedrock),
        (OpenAiResponses, OpenAiChat),
        (OpenAiResponses, OpenAiResponses),
        (OpenAiChat, OpenAiResponses),
        (Gemini, OpenAiChat),
        (Gemini, Gemini),
        (OpenAiChat, Gemini),
        (Cohere, OpenAiChat),
        (Cohere, Cohere),
        (OpenAiChat, Cohere),
    ] {
        kit.upstream.script(long_stream(provider));
        let (id, answer) = kit.begin(client, &body(provider, true, "x")).await;
        let AnswerBody::Stream(mut pieces) = answer.body else { panic!("a stream") };
        let mut sent = 0;
        let stalled = loop {
            let more = |log: &[Served]| log.last().is_some_and(|served| served.bytes_sent > sent);
            match kit.upstream.wait_for_within(Duration::from_millis(300), more).await {
                Ok(log) => sent = log.last().unwrap().bytes_sent,
                Err(stalled) => break stalled.served.last().cloned().unwrap(),
            }
        };
        assert_eq!(stalled.state, State::Begun, "all {sent} bytes were taken");
        let mut kept = 0;
        while let Ok(piece) = pieces.try_recv() {
            kept += piece.len();
        }
        assert!(kept <= 80 << 10, "{kept} bytes wait for the client");
        let mut all = kept;
        while let Some(piece) = pieces.recv().await {
            all += piece.len();
        }
        assert!(all > 16 << 20, "{all}");
        let row = kit.rows_of(&id).await.pop().unwrap();
        assert_eq!((row.status, row.provenance, row.tokens.output), (AttemptStatus::Success, Provenance::Final, 9));
    }
}

/// The time of a call is over while its client does not read: it is told, however far behind it is.
#[tokio::test]
async fn a_client_that_is_too_slow_sees_why() {
    for (client, total, stop) in [
        (OpenAiChat, 600, false),
        (OpenAiChat, 60_000, true),
        (Anthropic, 60_000, true),
        (OpenAiResponses, 600, false),
        (OpenAiResponses, 60_000, true),
        (Bedrock, 600, false),
        (Bedrock, 60_000, true),
        (Gemini, 600, false),
        (Gemini, 60_000, true),
        (Cohere, 600, false),
        (Cohere, 60_000, true),
    ] {
        let kit = Kit::with(|setup| setup.settings.deadlines.total = Duration::from_millis(total)).await;
        kit.upstream.script(long_stream(OpenAiChat));
        let (id, answer) = kit.begin(client, &body(OpenAiChat, true, "x")).await;
        let AnswerBody::Stream(pieces) = answer.body else { panic!("a stream") };
        if stop {
            kit.upstream.wait_for(|log| log[0].bytes_sent > 1 << 20).await.unwrap();
            kit.engine.stop();
        }
        kit.engine.tasks.drained().await;
        let body = crate::kit::drain(pieces).await;
        let got = Got { id: id.clone(), status: 200, headers: Vec::new(), stream: true, body };
        let seen = seen::read(client, &got);
        assert!(!seen.complete && seen.error["message"].is_string(), "{client:?}: {:?}", seen.error);
        let row = kit.rows_of(&id).await.pop().unwrap();
        let expected = if stop { AttemptStatus::Failure } else { AttemptStatus::Cancelled };
        assert_eq!(row.status, expected);
    }
}
