//! Leaving must not be cheaper than staying: what a stream costs when its client goes at a moment of its choosing.

use engine::call::AnswerBody;
use engine::secret::Secret;

use serde_json::{Value, json};
use store::ledger::{AttemptStatus, LedgerRow, Provenance};
use testkit::{Counts, Script};
use wire::Dialect::{
    self, Anthropic, Bedrock, BedrockInvoke, Cohere, CohereV1, Gemini, OpenAiChat, OpenAiCompletions, OpenAiResponses,
};

use crate::kit::{Kit, MASTER, group, plain, price};
use crate::pieces;

fn body(provider: Dialect, prompt: &str) -> Value {
    json!({"model": group(provider), "stream": true, "max_tokens": 200_000, "messages": [{"role": "user", "content": prompt}]})
}

/// Reads until `seen` is in what came, leaves, and returns the row.
async fn leave_when(kit: &Kit, key: &Secret, client: Dialect, body: &Value, seen: &str) -> LedgerRow {
    let (principal, call) = kit.prepare(key, client, body.to_string()).await;
    let id = call.id.clone();
    let AnswerBody::Stream(mut pieces) = kit.engine.serve(principal, call).await.body else { panic!("a stream") };
    let mut read = Vec::new();
    while !String::from_utf8_lossy(&read).contains(seen) {
        read.extend(pieces.recv().await.expect("what was looked for"));
    }
    drop(pieces);
    kit.rows().await.into_iter().find(|row| row.request_id == id).unwrap()
}

/// Clients of InvokeModel are not among them: nothing can be looked for in their frames.
fn pairs() -> impl Iterator<Item = (Dialect, Dialect)> {
    let clients = Dialect::SQUARE.into_iter().chain([OpenAiCompletions, CohereV1]);
    let pairs = clients.flat_map(|client| Dialect::SQUARE.map(|provider| (client, provider)));
    pairs.chain([(OpenAiCompletions, OpenAiCompletions), (OpenAiChat, OpenAiCompletions)])
}

/// Hidden reasoning is known from the usage only, which comes behind everything that a client wants to see.
fn much_hidden() -> Script {
    let counts = Counts { input: 10, output: 100_000, ..Counts::default() };
    Script { counts: Some(counts), between_ms: 5, ..Script::default() }
}

#[tokio::test]
async fn an_answer_that_is_finished_is_charged_as_the_provider_counts_it() {
    let kit = Kit::with(|_| ()).await;
    for (client, provider) in pairs() {
        kit.upstream.script(much_hidden());
        let finished = match client {
            OpenAiChat | OpenAiCompletions => "\"finish_reason\":\"",
            // its last event tells both
            OpenAiResponses => "response.completed",
            Anthropic => "\"stop_reason\":\"",
            Bedrock => "messageStop",
            Gemini => "\"finishReason\":\"",
            // likewise
            Cohere => "message-end",
            CohereV1 => "stream-end",
            BedrockInvoke => panic!("it is not looked for"),
        };
        let row = leave_when(&kit, &Secret::new(MASTER), client, &body(provider, "[[say:hi]]"), finished).await;
        let cell = format!("{client:?} ← {provider:?}: {row:?}");
        assert_eq!((row.provenance, row.tokens.output), (Provenance::Final, 100_000), "{cell}");
    }
}

/// Gemini's end is the end of its stream. What lacks nothing else is whole, also without its client and where the server never closes.
#[tokio::test]
async fn an_answer_that_lacks_only_the_end_of_its_stream_is_finished() {
    let kit = Kit::with(|setup| setup.settings.deadlines.between_events = std::time::Duration::from_mins(5)).await;
    let told = pieces::answer(true, &[json!({"text": "some "}), json!({"text": "words"})], &json!({}));
    for client in Dialect::SQUARE.into_iter().chain([OpenAiCompletions, CohereV1]) {
        kit.upstream.script(Script { stall_after_bytes: Some(told.len()), ..pieces::raw(true, told.clone()) });
        let (_, answer) = kit.begin(client, &body(Gemini, "x")).await;
        let AnswerBody::Stream(mut pieces) = answer.body else { panic!("a stream") };
        let mut read = Vec::new();
        while !String::from_utf8_lossy(&read).contains("words") {
            read.extend(pieces.recv().await.expect("what was looked for"));
        }
    }
    for row in kit.rows().await {
        let told = (row.status, row.provenance, row.tokens.output);
        assert_eq!(told, (AttemptStatus::Success, Provenance::Final, 9), "{row:?}");
    }
}

#[tokio::test]
async fn against_a_budget_a_stream_is_read_on_until_its_cost_is_known() {
    let kit = Kit::with(|_| ()).await;
    let key = kit.key(Some(90_000_000_000)).await;
    for (client, provider) in pairs() {
        kit.upstream.script(much_hidden());
        let row = leave_when(&kit, &key, client, &body(provider, "[[long:30]]"), "w1").await;
        let cell = format!("{client:?} ← {provider:?}: {row:?}");
        assert_eq!((row.provenance, row.tokens.output), (Provenance::Final, 100_000), "{cell}");
    }
}

#[tokio::test]
async fn against_a_budget_what_never_becomes_known_is_charged_at_its_bound() {
    let kit = Kit::with(|setup| setup.settings.deadlines.between_events = std::time::Duration::from_millis(200)).await;
    let key = kit.key(Some(90_000_000_000)).await;
    for (client, provider) in pairs() {
        kit.upstream.script(Script { stall_after_bytes: Some(4000), ..Script::default() });
        let asked = body(provider, "[[long:300]]");
        let row = leave_when(&kit, &key, client, &asked, "w1").await;
        assert_eq!((row.status, row.provenance), (AttemptStatus::Cancelled, Provenance::UpperBound), "{row:?}");
        let held = price()
            .worst_case(&money::Bounds::of(plain::addressed(client, asked.to_string().into()).1.len() as u64, 200_000));
        assert!(row.tokens.output == 200_000 && row.cost.unwrap() <= held, "{row:?}");
    }
    let spent: i64 = kit.rows().await.iter().map(|row| row.cost.unwrap().get()).sum();
    assert_eq!(kit.key_row(&key).await.spend.get(), spent);
}

/// Around a call there is more than its arguments, which is all that is seen of it as text.
#[tokio::test]
async fn only_of_text_alone_what_was_seen_is_a_bound() {
    let kit = Kit::with(|setup| {
        setup.settings.deadlines.between_events = std::time::Duration::from_millis(200);
        setup.catalog = ::money::Catalog::builtin().unwrap();
        let gpt = setup.deployments.iter_mut().find(|deployment| deployment.group == group(OpenAiChat)).unwrap();
        // it does not reason
        gpt.model = "gpt-4o".to_owned();
    })
    .await;
    let key = kit.key(Some(90_000_000_000)).await;
    let piece = json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices":
        [{"index": 0, "delta": {"role": "assistant", "content": "words"}, "finish_reason": null}]});
    let begun = format!("data: {piece}\n\n").into_bytes();
    let tools = json!({"tools": [{"type": "function", "function": {"name": "f"}}]});
    for (tools, output) in [(json!({}), 5), (tools, 1000)] {
        kit.upstream.script(Script { stall_after_bytes: Some(begun.len()), ..pieces::raw(true, begun.clone()) });
        let mut asked = body(OpenAiChat, "x");
        asked["max_tokens"] = 1000.into();
        asked.as_object_mut().unwrap().extend(tools.as_object().unwrap().clone());
        let row = leave_when(&kit, &key, OpenAiChat, &asked, "words").await;
        assert_eq!((row.provenance, row.tokens.output), (Provenance::UpperBound, output), "{row:?}");
    }
}
