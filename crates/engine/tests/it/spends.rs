//! What a key has spent, as the instance that served it says: until somebody, here or elsewhere, sets it to less.

use ::money::Nanos;
use engine::secret::Secret;
use serde_json::json;
use store::keys::{self, KeyRow};
use store::ledger::{self, Correction};
use store::{Actor, Touched, Transaction, balances};
use wire::Dialect::OpenAiChat;

use crate::kit::{GPT, Kit};

fn actor() -> Actor {
    Actor { id: "test".to_owned(), changed_by: None, at: 1 }
}

/// A call of the key, and what the answer says that the key has spent by then.
async fn call(kit: &Kit, key: &Secret) -> Nanos {
    let body = json!({"model": GPT, "max_tokens": 20, "messages": [{"role": "user", "content": "[[say:x]]"}]});
    let got = kit.call_as(key, OpenAiChat, body.to_string()).await;
    assert_eq!(got.status, 200, "{}", got.text());
    kit.engine.poster.flushed().await.unwrap();
    Nanos::parse_usd(got.header("x-litellm-key-spend").unwrap()).unwrap()
}

async fn reset(kit: &Kit, key: &Secret) -> Vec<Touched> {
    let before = kit.key_row(key).await;
    let after = KeyRow { spend: Nanos::ZERO, forgiven: before.spend, ..before.clone() };
    let mut change = Transaction::begin(&kit.db, actor()).await.unwrap();
    keys::reset_spend(&mut change, &before, &after).await.unwrap();
    change.commit().await.unwrap()
}

async fn reset_all(kit: &Kit) -> Vec<Touched> {
    let mut change = Transaction::begin(&kit.db, actor()).await.unwrap();
    balances::forgive_keys_and_teams(&mut change).await.unwrap();
    change.commit().await.unwrap()
}

/// Every row costs nothing after all.
async fn correct(kit: &Kit) -> Vec<Touched> {
    let rows = kit.rows().await;
    let correction =
        |row| Correction { row, before: 0, cost: Nanos::ZERO.saturating_sub(row.cost.unwrap()), price_version: "v2" };
    let corrections: Vec<_> = rows.iter().map(correction).collect();
    let mut change = Transaction::begin(&kit.db, actor()).await.unwrap();
    ledger::adjust(&mut change, GPT, &corrections).await.unwrap();
    change.commit().await.unwrap()
}

#[tokio::test]
async fn news_of_a_reset_or_a_correction_are_heard() {
    for how in ["one", "all", "correction"] {
        let kit = Kit::start().await;
        let key = kit.key(None).await;
        let cost = call(&kit, &key).await;
        assert_eq!(call(&kit, &key).await, cost.saturating_add(cost));
        let touched = match how {
            "one" => reset(&kit, &key).await,
            "all" => reset_all(&kit).await,
            _ => correct(&kit).await,
        };
        let row = kit.key_row(&key).await;
        assert_eq!(row.spend, Nanos::ZERO, "{how}");
        assert_eq!(row.forgiven.is_positive(), how != "correction", "what was spent in all is known");
        kit.engine.directory.forget(&touched);
        assert_eq!(kit.engine.directory.spent(&row), Nanos::ZERO, "{how}");
        assert_eq!(call(&kit, &key).await, cost, "{how}");
    }
}
