//! An administrator takes back what calls under way are made with, and asks for their end.

use serde_json::json;
use store::ledger::AttemptStatus;
use store::{CALLS, Touched};
use testkit::Script;
use wire::Dialect;

use crate::kit::{CLAUDE, GPT, Kit, collect, hash};
use crate::seen;

#[tokio::test]
async fn the_streams_of_the_key_end_with_an_error_and_no_others() {
    let kit = Kit::start().await;
    let (revoked, other) = (kit.key(None).await, kit.key(None).await);
    let mut open = Vec::new();
    for client in Dialect::ALL {
        for (is_meant, key) in [(true, &revoked), (false, &other)] {
            kit.upstream.script(Script { stall_after_bytes: Some(4000), ..Script::default() });
            let body = json!({"model": GPT, "stream": true, "max_tokens": 500,
                "messages": [{"role": "user", "content": "[[long:300]]"}]});
            let (principal, call) = kit.prepare(key, client, body.to_string()).await;
            let id = call.id.clone();
            open.push((client, is_meant, id, kit.engine.serve(principal, call).await));
        }
    }
    let ended = Touched { seq: 1, table: CALLS.to_owned(), id: format!("keys/{}@1", hash(&revoked).as_str()) };
    kit.engine.directory.forget(&[ended]);
    let mut going_on = Vec::new();
    for (client, is_meant, id, answer) in open {
        if !is_meant {
            going_on.push(answer);
            continue;
        }
        let got = collect(id, answer).await;
        let seen = seen::read(client, &got);
        assert!(got.stream && !seen.text.is_empty() && !seen.complete, "{}", got.text());
        assert!(seen.error["message"].as_str().unwrap().contains("taken back"), "{}", got.text());
    }
    assert_eq!(kit.engine.tasks.running(), going_on.len());
    drop(going_on);
    for row in kit.assert_one_row_an_attempt().await {
        let expected =
            if row.payer.key_hash == Some(hash(&revoked)) { AttemptStatus::Failure } else { AttemptStatus::Cancelled };
        assert_eq!(row.status, expected, "{row:?}");
    }
}

#[tokio::test]
async fn a_call_that_begins_afterwards_is_not_meant() {
    let kit = Kit::start().await;
    let key = kit.key(None).await;
    let ended = Touched { seq: 1, table: CALLS.to_owned(), id: format!("keys/{}@1", hash(&key).as_str()) };
    kit.engine.directory.forget(&[ended]);
    let body = json!({"model": CLAUDE, "max_tokens": 50, "messages": [{"role": "user", "content": "hi"}]});
    assert_eq!(kit.call_as(&key, Dialect::Anthropic, body.to_string()).await.status, 200);
}
