//! What a call against a budget may not ask, and what it may still get.

use serde_json::{Value, json};
use wire::Dialect::{Anthropic, OpenAiChat};

use crate::kit::{CLAUDE, GPT, Kit, deployment, price};

#[tokio::test]
async fn what_has_a_price_of_its_own_is_refused_against_a_budget_only() {
    let kit = Kit::with(|_| ()).await;
    let (budgeted, free) = (kit.key(Some(9_000_000_000)).await, kit.key(None).await);
    for (dialect, model, fields, named) in [
        (OpenAiChat, GPT, json!({"service_tier": "priority"}), "service_tier"),
        (OpenAiChat, GPT, json!({"web_search_options": {}}), "web_search_options"),
        (Anthropic, CLAUDE, json!({"speed": "fast"}), "speed"),
        (Anthropic, CLAUDE, json!({"tools": [{"type": "web_search_20260318", "name": "w"}]}), "web_search_20260318"),
    ] {
        let mut asked =
            json!({"model": model, "max_tokens": 9, "messages": [{"role": "user", "content": "[[say:x]]"}]});
        asked.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let before = kit.upstream.served().len();
        let got = kit.call_as(&budgeted, dialect, asked.to_string()).await;
        assert!(got.status == 400 && String::from_utf8_lossy(&got.body).contains(named), "{named}: {got:?}");
        assert_eq!(kit.upstream.served().len(), before, "{named}");
        assert_eq!(kit.call_as(&free, dialect, asked.to_string()).await.status, 200, "{named}");
    }
}

#[tokio::test]
async fn what_one_deployment_is_too_dear_for_another_may_do() {
    let kit = Kit::with(|setup| {
        let base = setup.deployments[0].url.to_string().replace("/v1/chat/completions", "");
        let mut dear = deployment(GPT, &base);
        dear.id = "dear".to_owned();
        dear.max_input_tokens = None;
        let mut costly = price();
        costly.input = money::Rate::parse_usd_per_token("1").unwrap();
        dear.price = Some(costly);
        setup.deployments.push(dear);
    })
    .await;
    let key = kit.key(Some(100_000_000)).await;
    let asked: Value = json!({"model": GPT, "max_tokens": 9, "messages": [{"role": "user", "content": "[[say:x]]"}]});
    for _ in 0..12 {
        let got = kit.call_as(&key, OpenAiChat, asked.to_string()).await;
        assert_eq!(got.status, 200, "{got:?}");
    }
}
