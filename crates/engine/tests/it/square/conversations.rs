//! A conversation that goes on: what a client got is handed back in the next turn, as an agent does, and must arrive.

use engine::secret::Secret;
use serde_json::{Value, json};
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::asks::say;
use super::asks::tools::{ODD, search, with_tools};
use super::turns::{goes_on, results};
use super::{addressed, cells};
use crate::kit::{Kit, MASTER, not_of_the_square, outside};
use crate::seen::{self, Seen};

/// Nothing is dropped on the way: the kit would refuse it.
#[tokio::test]
async fn calls_thoughts_and_results_go_back_to_the_provider() {
    let kit = Kit::start().await;
    let master = Secret::new(MASTER);
    for (client, provider, stream) in cells(&Dialect::SQUARE) {
        let cell = format!("{client:?} ← {provider:?}, stream {stream}");
        let body = addressed(first_turn(client), client, provider, stream);
        let got = kit.call(client, &body).await;
        let seen = seen::read(client, &got);
        // an effort alone makes nobody think aloud there, and Responses and Gemini tell what was thought to who asks to see it
        let silent = match provider {
            OpenAiResponses | Gemini => client == OpenAiChat,
            Bedrock => matches!(client, OpenAiChat | OpenAiResponses | Gemini),
            OpenAiChat | Anthropic | Cohere => false,
            outside!() => not_of_the_square(),
        };
        let thought = if silent { "" } else { "mock thinking" };
        assert_eq!((seen.calls.len(), seen.thinking.as_str()), (2, thought), "{cell}: {}", got.text());

        let behind = results(client, &seen.calls, &["7C", "noon"]);
        let got = kit.call_as(&master, client, goes_on(client, body, &seen, &behind)).await;
        assert_eq!(got.status, 200, "{cell}: {}", got.text());
        assert_eq!(seen::read(client, &got).text, "TOOL_RESULT: 7C | noon", "{cell}");
        let served = kit.upstream.last().unwrap();
        match provider {
            OpenAiChat => to_openai(&served.json(), &seen),
            OpenAiResponses => to_responses(&served.json(), &seen),
            Anthropic => to_anthropic(&served.json(), &seen),
            Bedrock => to_bedrock(&served.json(), &seen),
            Gemini => to_gemini(&served.json(), &seen),
            Cohere => to_cohere(&served.json(), &seen),
            outside!() => not_of_the_square(),
        }
        let raw = String::from_utf8(served.body.to_vec()).unwrap();
        let sent = [format!("\"input\":{ODD}"), format!("\"args\":{ODD}"), json!(ODD).to_string()];
        assert!(sent.iter().any(|sent| raw.contains(sent)), "{cell}: {raw}");
    }
    kit.assert_one_row_an_attempt().await;
}

fn first_turn(client: Dialect) -> Value {
    let thinking = json!({"thinking": {"type": "enabled", "budget_tokens": 1024}});
    let mut fields = with_tools(client);
    match client {
        OpenAiChat => fields["reasoning_effort"] = "low".into(),
        OpenAiResponses => {
            fields["reasoning"] = json!({"effort": "low", "summary": "auto"});
            fields["include"] = json!(["reasoning.encrypted_content"]);
        }
        Anthropic => fields["thinking"] = thinking["thinking"].clone(),
        Bedrock => fields["additionalModelRequestFields"] = thinking,
        Gemini => {
            let told = json!({"thinkingLevel": "LOW", "includeThoughts": true});
            fields["generationConfig"] = json!({"thinkingConfig": told});
        }
        Cohere => fields["thinking"] = json!({"type": "enabled", "token_budget": 1024}),
        outside!() => not_of_the_square(),
    }
    say(client, format!("[[tool:weather:{ODD}]] [[tool:clock:{{}}]]"), fields)
}

fn to_openai(sent: &Value, seen: &Seen) {
    let messages = sent["messages"].as_array().unwrap();
    for (at, call) in seen.calls.iter().enumerate() {
        assert_eq!(messages[1]["tool_calls"][at]["id"], json!(call.id));
        assert_eq!(messages[2 + at]["tool_call_id"], json!(call.id));
    }
    assert_eq!(messages[1]["reasoning_content"], json!("mock thinking"));
}

fn to_cohere(sent: &Value, seen: &Seen) {
    let messages = sent["messages"].as_array().unwrap();
    for (at, call) in seen.calls.iter().enumerate() {
        assert_eq!(messages[1]["tool_calls"][at]["id"], json!(call.id));
        assert_eq!(messages[2 + at]["tool_call_id"], json!(call.id));
    }
    assert_eq!(messages[1]["content"], json!([{"type": "thinking", "thinking": "mock thinking"}]));
}

/// The seal is the one that the client was given, as it is or in disguise; the upstream refuses any but its own.
fn to_responses(sent: &Value, seen: &Seen) {
    let items = sent["input"].as_array().unwrap();
    let reasoning = items.iter().find(|item| item["type"] == "reasoning").expect("reasoning");
    let said = if seen.thinking.is_empty() { Value::Null } else { json!("mock thinking") };
    assert_eq!(reasoning["summary"][0]["text"], said, "{reasoning}");
    let seal = reasoning["encrypted_content"].as_str().unwrap();
    let given = seen.sealed.first().unwrap_or(&seen.signature);
    assert!(!seal.is_empty() && given.ends_with(seal), "{given} for {seal}");
    let of = |kind: &str| -> Vec<_> {
        items.iter().filter(|item| item["type"] == kind).map(|item| item["call_id"].clone()).collect()
    };
    let ids: Vec<_> = seen.calls.iter().map(|call| json!(call.id)).collect();
    assert_eq!(of("function_call"), ids);
    assert_eq!(of("function_call_output"), ids);
}

/// Thinking comes back first and signed, as the provider demands.
fn to_anthropic(sent: &Value, seen: &Seen) {
    let messages = sent["messages"].as_array().unwrap();
    let thinking = json!({"type": "thinking", "thinking": "mock thinking", "signature": "sig-mock"});
    assert_eq!(messages[1]["content"][0], thinking);
    for (at, call) in seen.calls.iter().enumerate() {
        assert_eq!(messages[1]["content"][1 + at]["id"], json!(call.id));
        assert_eq!(messages[2]["content"][at]["tool_use_id"], json!(call.id));
    }
}

/// Likewise. What was not thought aloud is not handed back.
fn to_bedrock(sent: &Value, seen: &Seen) {
    let messages = sent["messages"].as_array().unwrap();
    let thought = usize::from(!seen.thinking.is_empty());
    if thought == 1 {
        let text = json!({"text": "mock thinking", "signature": "sig-mock"});
        assert_eq!(messages[1]["content"][0], json!({"reasoningContent": {"reasoningText": text}}));
    }
    for (at, call) in seen.calls.iter().enumerate() {
        assert_eq!(messages[1]["content"][thought + at]["toolUse"]["toolUseId"], json!(call.id));
        assert_eq!(messages[2]["content"][at]["toolResult"]["toolUseId"], json!(call.id));
    }
}

/// The proof stands at the first call, which Gemini gave one whether it thought aloud or not.
fn to_gemini(sent: &Value, seen: &Seen) {
    let of = |at: usize, kind: &str| -> Vec<_> {
        let parts = sent["contents"][at]["parts"].as_array().unwrap().iter();
        parts.filter(|part| part.get(kind).is_some()).cloned().collect()
    };
    let (calls, results) = (of(1, "functionCall"), of(2, "functionResponse"));
    assert_eq!(calls[0]["thoughtSignature"], "Z2VtaW5pLW1vY2s=", "{sent}");
    for (at, call) in seen.calls.iter().enumerate() {
        assert_eq!(calls[at]["functionCall"]["id"], json!(call.id), "{sent}");
        assert_eq!(results[at]["functionResponse"]["id"], json!(call.id), "{sent}");
    }
}

/// What stands in for a custom tool, for a group's tool and for a name that does not fit is the client's own in every turn.
#[tokio::test]
async fn calls_of_stand_ins_go_back_as_what_they_stand_for() {
    use super::asks::tools::{custom, namespace, oddly_named};
    let kit = Kit::start().await;
    for (ask, clients) in [
        (custom as fn(Dialect) -> Value, &[OpenAiChat, OpenAiResponses][..]),
        (namespace, &[OpenAiResponses]),
        (oddly_named, &Dialect::SQUARE),
    ] {
        for (client, provider, stream) in cells(&Dialect::SQUARE).filter(|(client, ..)| clients.contains(client)) {
            let cell = format!("{client:?} ← {provider:?}, stream {stream}");
            // on the same dialect nobody stands in: the provider itself says what it makes of the name
            if client == provider {
                continue;
            }
            let body = addressed(ask(client), client, provider, stream);
            let got = kit.call(client, &body).await;
            let seen = seen::read(client, &got);
            assert_eq!(seen.calls.len(), 1, "{cell}: {}", got.text());
            let name = called(provider, &kit.upstream.last().unwrap().json());

            let behind = results(client, &seen.calls, &["done"]);
            let got = kit.call_as(&Secret::new(MASTER), client, goes_on(client, body, &seen, &behind)).await;
            assert_eq!(seen::read(client, &got).text, "TOOL_RESULT: done", "{cell}: {}", got.text());
            let sent = kit.upstream.last().unwrap().json();
            assert_eq!(called(provider, &sent), name, "{cell}");
            let said = sent.to_string();
            assert!(said.matches(&json!(name).to_string()).count() >= 2, "{cell}: {said}");
        }
    }
}

/// The first tool's name as the provider got it.
fn called(provider: Dialect, sent: &Value) -> Value {
    let tool = &sent["tools"][0];
    match provider {
        OpenAiChat if tool["type"] == "custom" => &tool["custom"]["name"],
        OpenAiChat | Cohere => &tool["function"]["name"],
        OpenAiResponses if tool["type"] == "namespace" => &tool["tools"][0]["name"],
        OpenAiResponses | Anthropic => &tool["name"],
        Bedrock => &sent["toolConfig"]["tools"][0]["toolSpec"]["name"],
        Gemini => &sent["tools"][0]["functionDeclarations"][0]["name"],
        outside!() => not_of_the_square(),
    }
    .clone()
}

/// What is said before calls stays before them. Cohere has a place of its own for it, in whole answers and in what goes back.
#[tokio::test]
async fn what_is_said_before_calls_goes_back_with_them() {
    let kit = Kit::start().await;
    for (client, provider, stream) in cells(&Dialect::SQUARE) {
        let cell = format!("{client:?} ← {provider:?}, stream {stream}");
        let asked = say(client, "[[before:let me look]] [[tool:clock:{}]]", with_tools(client));
        let body = addressed(asked, client, provider, stream);
        let got = kit.call(client, &body).await;
        let seen = seen::read(client, &got);
        assert_eq!((seen.text.as_str(), seen.calls.len()), ("let me look", 1), "{cell}: {}", got.text());
        // a proof of Gemini's stands between the two
        if client == Cohere && provider != Gemini && !stream {
            assert_eq!(got.json()["message"]["tool_plan"], "let me look", "{cell}: {}", got.text());
        }
        let behind = results(client, &seen.calls, &["noon"]);
        let got = kit.call_as(&Secret::new(MASTER), client, goes_on(client, body, &seen, &behind)).await;
        assert_eq!(seen::read(client, &got).text, "TOOL_RESULT: noon", "{cell}: {}", got.text());
        let sent = kit.upstream.last().unwrap().json();
        assert_eq!(sent.to_string().matches("let me lo").count(), 2, "{cell}: {sent}");
        if provider == Cohere {
            assert_eq!(sent["messages"][1]["tool_plan"], "let me look", "{cell}: {sent}");
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// A search that one provider made is no reason for another to refuse the next turn.
#[tokio::test]
async fn a_search_is_handed_back_to_every_provider() {
    let kit = Kit::start().await;
    let prompt = json!({"role": "user", "content": "[[say:on]]"});
    for stream in [false, true] {
        for maker in [OpenAiResponses, Anthropic, Gemini] {
            let asked = addressed(search(OpenAiResponses), OpenAiResponses, maker, stream);
            let got = kit.call(OpenAiResponses, &asked).await;
            let seen = seen::read(OpenAiResponses, &got);
            assert_eq!(seen.searches, ["ferns"], "{maker:?}: {}", got.text());
            for provider in Dialect::SQUARE {
                let asked = addressed(say(OpenAiResponses, "so?", json!({})), OpenAiResponses, provider, stream);
                let body = goes_on(OpenAiResponses, asked, &seen, &prompt.to_string());
                let got = kit.call_as(&Secret::new(MASTER), OpenAiResponses, body).await;
                let said = seen::read(OpenAiResponses, &got).text;
                assert_eq!((got.status, said.as_str()), (200, "on"), "{maker:?}, {provider:?}: {}", got.text());
            }
        }
    }
}
