//! A refusal may repeat the client's words, but not megabytes of them.

use serde_json::{Value, json};
use wire::Dialect;

use crate::kit::{Kit, group};
use crate::seen;

/// Requests in which a word of that length is wrong, for whatever dialect reads them.
fn wrong(word: &str) -> Vec<Value> {
    let user = |content: Value| json!([{"role": "user", "content": content}]);
    let block = json!([{"type": word, "text": "x"}]);
    let unknown_member = json!([{"text": "x", word: {"a": 1}}]);
    vec![
        json!({"messages": [{"role": word, "content": "x"}]}),
        json!({"messages": user(block)}),
        json!({"messages": user(unknown_member)}),
        json!({"messages": user("x".into()), word: 1}),
        json!({"messages": user("x".into()), "tool_choice": word}),
        json!({"messages": user("x".into()), "tool_choice": {"type": word}}),
        json!({"messages": user("x".into()), "tools": [{"type": word, "name": word}]}),
        json!({"messages": user("x".into()), "response_format": {"type": word}, "text": {"format": {"type": word}}}),
        json!({"messages": user("x".into()), "temperature": word, "inferenceConfig": {"temperature": word}}),
        json!({"messages": word}),
        json!({"model": word, "messages": user("x".into())}),
    ]
}

#[tokio::test]
async fn a_refusal_is_short_whatever_it_repeats() {
    let kit = Kit::start().await;
    let word = "w".repeat(1 << 20);
    let mut refused = 0;
    for client in Dialect::SQUARE {
        for provider in Dialect::SQUARE.into_iter().filter(|provider| *provider != client) {
            for mut asked in wrong(&word) {
                // a model's name of that length would be one in the URL
                if asked.get("model").is_none() {
                    asked["model"] = group(provider).into();
                }
                let listed = asked["messages"].is_array();
                if !listed && client == Dialect::Bedrock {
                    continue;
                }
                let got = kit.call(client, &asked).await;
                let length = got.body.len() + got.headers.iter().map(|(_, value)| value.len()).sum::<usize>();
                assert!(length < 8 << 10, "{client:?} → {provider:?}: {}", got.text().get(..400).unwrap_or_default());
                let told = seen::read(client, &got).error["message"].is_string();
                assert_eq!(told, got.status >= 400, "{client:?} → {provider:?}: {}", got.text());
                refused += usize::from(told);
            }
        }
    }
    assert!(refused > 80, "{refused}");
}
