//! Reasoning that comes back: what this upstream gave is taken, what another gave is refused.

use serde_json::{Value, json};
use testkit::{Script, Upstream};

use crate::client::{CONVERSE, MESSAGES, RESPONSES, converse, message, post, respond};

fn handed_back(path: &str, block: &Value) -> Value {
    match path {
        MESSAGES => message(
            "x",
            json!({"messages": [{"role": "user", "content": "a"},
            {"role": "assistant", "content": [block]}, {"role": "user", "content": "b"}]}),
        ),
        CONVERSE => converse(
            "x",
            json!({"messages": [{"role": "user", "content": [{"text": "a"}]},
            {"role": "assistant", "content": [block]}, {"role": "user", "content": [{"text": "b"}]}]}),
        ),
        _ => {
            respond("x", json!({"input": [{"role": "user", "content": "a"}, block, {"role": "user", "content": "b"}]}))
        }
    }
}

/// What is thought when asked to, hidden if the dialect can.
async fn thought(upstream: &Upstream, path: &str) -> Vec<Value> {
    let mut found = Vec::new();
    for prompt in ["[[think]]", "[[redacted]]", "[[search:q]]"] {
        let body = match path {
            MESSAGES => message(prompt, json!({"tools": [{"type": "web_search_20250305", "name": "web_search"}]})),
            CONVERSE => converse(prompt, json!({})),
            _ => respond(prompt, json!({"include": ["reasoning.encrypted_content"]})),
        };
        let reply = post(upstream, path, &body).await.json();
        let blocks = match path {
            MESSAGES => &reply["content"],
            CONVERSE => &reply["output"]["message"]["content"],
            _ => &reply["output"],
        };
        found.extend(blocks.as_array().unwrap().clone());
    }
    found
}

#[tokio::test]
async fn what_was_given_is_taken_back() {
    let upstream = Upstream::start().await;
    for path in [MESSAGES, CONVERSE, RESPONSES] {
        let blocks = thought(&upstream, path).await;
        assert!(blocks.len() > 3);
        for block in &blocks {
            let got = post(&upstream, path, &handed_back(path, block)).await;
            assert_eq!(got.status, 200, "{block}: {}", got.body);
        }
    }
}

#[tokio::test]
async fn what_another_gave_is_refused() {
    let upstream = Upstream::start().await;
    let thinking = |signature: &str| json!({"type": "thinking", "thinking": "t", "signature": signature});
    let page = json!({"type": "web_search_result", "url": "u", "title": "t", "encrypted_content": "other"});
    let reasoning =
        |signature: &str| json!({"reasoningContent": {"reasoningText": {"text": "t", "signature": signature}}});
    let sealed =
        |id: &str, data: &str| json!({"type": "reasoning", "id": id, "summary": [], "encrypted_content": data});
    let compacted = |data: &str| json!({"type": "compaction", "id": "cmp_1", "encrypted_content": data});
    for (path, block, message) in [
        (MESSAGES, thinking("enc-mock:rs_1"), "messages.1.content.0: Invalid `signature` in `thinking` block"),
        (MESSAGES, thinking(""), "messages.1.content.0: Invalid `signature` in `thinking` block"),
        (
            MESSAGES,
            json!({"type": "thinking", "thinking": "t"}),
            "messages.1.content.0.thinking.signature: Field required",
        ),
        (
            MESSAGES,
            json!({"type": "redacted_thinking", "data": "enc-mock:rs_1"}),
            "messages.1.content.0: Invalid `data` in `redacted_thinking` block",
        ),
        (
            MESSAGES,
            json!({"type": "web_search_tool_result", "tool_use_id": "s", "content": [page]}),
            "messages.1.content.0: Invalid `encrypted_content` in `search_result` block",
        ),
        (
            CONVERSE,
            reasoning("enc-mock:rs_1"),
            "The model returned the following errors: messages.1.content.0: Invalid",
        ),
        (
            CONVERSE,
            json!({"reasoningContent": {"redactedContent": "enc-mock:rs_1"}}),
            "request.messages.1.content.0.reasoningContent.redactedContent: must be base64",
        ),
        (RESPONSES, sealed("rs_1", "sig-mock"), "The encrypted content for item rs_1 could not be verified."),
        (RESPONSES, sealed("rs_1", "enc-mock:rs_2"), "The encrypted content for item rs_1 could not be verified."),
        (RESPONSES, sealed("rs_1", "enc-mock:cmp_1"), "The encrypted content for item rs_1 could not be verified."),
        (RESPONSES, compacted("gAAAA"), "The encrypted content for item cmp_1 could not be verified."),
        (RESPONSES, compacted("enc-mock:cmp_2"), "The encrypted content for item cmp_1 could not be verified."),
    ] {
        let body = handed_back(path, &block);
        let got = post(&upstream, path, &body).await;
        let said = got.json();
        let said = said.get("message").unwrap_or(&said["error"]["message"]).as_str().unwrap().to_owned();
        assert_eq!(got.status, 400, "{block}");
        assert!(said.starts_with(message), "{said}");
        if path == RESPONSES {
            assert_eq!(got.json()["error"]["code"], "invalid_encrypted_content");
        }
        upstream.script(Script { any_proof: true, ..Script::default() });
        let hidden = said.contains("base64");
        assert_eq!(post(&upstream, path, &body).await.status, if hidden { 400 } else { 200 }, "{block}");
    }
}

/// A service that keeps its answers knows its reasoning by the id.
#[tokio::test]
async fn reasoning_without_a_proof_is_looked_for() {
    let upstream = Upstream::start().await;
    let absent = "not found. Items are not persisted when `store` is set to false. Try again with `store` set to true";
    for (kept, hidden, status) in [(true, false, 200), (false, false, 404), (false, true, 200)] {
        let include = if hidden { json!(["reasoning.encrypted_content"]) } else { json!([]) };
        let asked = respond("[[think]]", json!({"store": kept, "include": include}));
        let thought = post(&upstream, RESPONSES, &asked).await.json()["output"][0].take();
        let mut body = handed_back(RESPONSES, &thought);
        body["store"] = json!(false);
        let got = post(&upstream, RESPONSES, &body).await;
        assert_eq!(
            (got.status.as_u16(), got.body.contains(absent)),
            (status, status == 404),
            "{thought}: {}",
            got.body
        );
    }
    for (item, id) in [
        (json!({"type": "reasoning", "id": "rs_x", "summary": []}), "rs_x"),
        (json!({"type": "item_reference", "id": "msg_x"}), "msg_x"),
    ] {
        let got = post(&upstream, RESPONSES, &handed_back(RESPONSES, &item)).await;
        let error = json!({"message": format!("Item with id '{id}' not found."), "type": "invalid_request_error",
            "param": "input", "code": null});
        assert_eq!((got.status.as_u16(), &got.json()["error"]), (404, &error));
    }
}

#[tokio::test]
async fn a_signature_may_be_missing_where_models_of_others_think() {
    let upstream = Upstream::start().await;
    let block = json!({"reasoningContent": {"reasoningText": {"text": "t"}}});
    assert_eq!(post(&upstream, CONVERSE, &handed_back(CONVERSE, &block)).await.status, 200);
    let without_id = json!({"type": "reasoning", "summary": [], "encrypted_content": "enc-mock:rs_9"});
    assert_eq!(post(&upstream, RESPONSES, &handed_back(RESPONSES, &without_id)).await.status, 200);
}
