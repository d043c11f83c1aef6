//! Tags that clients give their calls: they count, and do not reach a provider that would not know them.

use engine::secret::Secret;
use serde_json::json;
use store::tags::TagRow;
use store::{Actor, Limits, Stamps, Transaction};
use wire::Dialect::{Anthropic, OpenAiChat};

use crate::kit::{CLAUDE, GPT, Got, Kit, MASTER};

const ASKED: &str = r#""messages":[{"role":"user","content":"[[say:x]]"}],"max_tokens":20"#;

async fn ask(kit: &Kit, headers: &[(&'static str, &str)], body: String) -> Got {
    let (principal, mut call) = kit.prepare(&Secret::new(MASTER), OpenAiChat, body).await;
    for (name, value) in headers {
        call.headers.insert(*name, value.parse().unwrap());
    }
    crate::kit::collect(call.id.clone(), kit.engine.serve(principal, call).await).await
}

#[tokio::test]
async fn they_are_on_record_and_a_field_of_ours_is_not_sent_on() {
    let kit = Kit::start().await;
    for (said, sent, expected) in [
        (r#","tags":["red", "blue"]"#, "", &["red", "blue"][..]),
        (r#","tags":null,"x":1.50"#, r#","x":1.50"#, &[]),
        (r#","metadata":{"a":"b"},"tags":[" red ","","red"]"#, r#","metadata":{"a":"b"}"#, &["red"]),
        // the provider's, too: what it makes of it is its business
        (r#","metadata":{"tags":["red"]}"#, r#","metadata":{"tags":["red"]}"#, &["red"]),
    ] {
        let got = ask(&kit, &[], format!(r#"{{"model":"{GPT}",{ASKED}{said}}}"#)).await;
        assert_eq!(got.status, 200, "{said}: {}", got.text());
        let served = String::from_utf8(kit.upstream.last().unwrap().body.to_vec()).unwrap();
        assert_eq!(served, format!(r#"{{"model":"{GPT}-model",{ASKED}{sent}}}"#));
        let row = kit.rows_of(&got.id).await.pop().unwrap();
        assert_eq!(row.detail.unwrap_or_default().tags, expected, "{said}");
    }
}

#[tokio::test]
async fn another_dialect_needs_no_permission_to_lose_them() {
    let kit = Kit::start().await;
    let body = format!(r#"{{"model":"{CLAUDE}",{ASKED},"tags":["red"],"metadata":{{"tags":["blue"]}}}}"#);
    let got = ask(&kit, &[("x-litellm-tags", "green")], body).await;
    assert_eq!(got.status, 200, "{}", got.text());
    assert_eq!(got.header("x-turnpike-dropped"), Some("metadata.tags"));
    assert!(!String::from_utf8_lossy(&kit.upstream.last().unwrap().body).contains("tags"));
    let row = kit.rows_of(&got.id).await.pop().unwrap();
    assert_eq!(row.detail.unwrap().tags, ["green", "red", "blue"]);
}

#[tokio::test]
async fn their_limits_hold() {
    let kit = Kit::start().await;
    let actor = Actor { id: "test".to_owned(), changed_by: None, at: 1 };
    let mut change = Transaction::begin(&kit.db, actor.clone()).await.unwrap();
    let limits = Limits { rpm_limit: Some(0), ..Limits::default() };
    let budget =
        store::budgets::BudgetRow { budget_id: "none".to_owned(), is_own: false, limits, stamps: Stamps::new(&actor) };
    change.insert(&budget).await.unwrap();
    let tag = TagRow {
        name: "red".to_owned(),
        description: None,
        models: Vec::new(),
        budget_id: Some("none".to_owned()),
        spend: ::money::Nanos::ZERO,
        stamps: Stamps::new(&actor),
    };
    change.insert(&tag).await.unwrap();
    change.commit().await.unwrap();
    for (said, status) in
        [(r#","tags":["red"]"#, 429), (r#","metadata":{"tags":["blue","red"]}"#, 429), (r#","tags":["blue"]"#, 200)]
    {
        let got = ask(&kit, &[], format!(r#"{{"model":"{GPT}",{ASKED}{said}}}"#)).await;
        assert_eq!(got.status, status, "{said}: {}", got.text());
    }
}

#[tokio::test]
async fn an_administrator_may_have_clients_say_none() {
    let kit = Kit::with(|setup| setup.settings.demands.no_client_tags = true).await;
    for (headers, said, named) in [
        (&[("x-litellm-tags", "red")][..], "", Some("x-litellm-tags")),
        (&[], r#","tags":["red"]"#, Some("tags")),
        (&[], r#","metadata":{"tags":["red"]}"#, Some("metadata.tags")),
        (&[], r#","metadata":{"tags":"red"}"#, None),
    ] {
        let got = ask(&kit, headers, format!(r#"{{"model":"{GPT}",{ASKED}{said}}}"#)).await;
        assert_eq!(got.status, if named.is_some() { 400 } else { 200 }, "{}", got.text());
        assert_eq!(got.json()["error"]["param"].as_str(), named);
    }
    // what an administrator gave the key is no client's word
    let key = kit.key_with(|row| drop(row.metadata.insert("tags".to_owned(), json!(["red"])))).await;
    let body = format!(r#"{{"model":"{CLAUDE}",{ASKED}}}"#);
    assert_eq!(kit.call_as(&key, Anthropic, body).await.status, 200);
}
