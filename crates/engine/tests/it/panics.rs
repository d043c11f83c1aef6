//! A defect of ours in the middle of a call: one call fails, its client is told, its hold comes back, its attempt has a row.

use std::sync::Arc;

use providers::Transport;
use serde_json::json;
use store::ledger::{AttemptStatus, Provenance};
use wire::Dialect::OpenAiChat;

use crate::kit::{GPT, Kit};
use crate::seen;

#[tokio::test]
async fn a_panic_ends_one_call_only() {
    let kit = Kit::with(|setup| {
        let mut broken = setup.deployments[0].clone();
        broken.group = "broken".to_owned();
        Arc::make_mut(&mut broken.provider).transport =
            Transport::Local { answer: |_| panic!("on purpose"), embed: |_| panic!("on purpose") };
        setup.deployments.push(broken);
    })
    .await;
    let budget = 900_000_000;
    let key = kit.key(Some(budget)).await;
    for client in wire::Dialect::ALL {
        for stream in [false, true] {
            let ask = |model: &str| json!({"model": model, "max_tokens": 9, "stream": stream, "messages": [{"role": "user", "content": "x"}]});
            let got = kit.call_as(&key, client, ask("broken").to_string()).await;
            let seen = seen::read(client, &got);
            assert_eq!((got.status, got.stream), (500, false), "{}", got.text());
            assert!(seen.error["message"].is_string() && !got.text().contains("on purpose"), "{}", got.text());
            let row = kit.rows_of(&got.id).await.pop().unwrap();
            assert_eq!((row.status, row.error_kind.as_deref()), (AttemptStatus::Failure, Some("internal")));
            // how far it got nobody knows, so it is not free
            assert_eq!(row.provenance, Provenance::Estimated);
        }
    }
    let alive = kit.call(OpenAiChat, &json!({"model": GPT, "messages": [{"role": "user", "content": "x"}]})).await;
    assert_eq!(alive.status, 200);
    let row = kit.key_row(&key).await;
    assert_eq!(kit.left(&key).await, budget - row.spend.get());
}
