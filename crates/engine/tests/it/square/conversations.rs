//! A conversation that goes on: what a client got is handed back in the next turn, as an agent does, and must arrive.

use engine::secret::Secret;
use serde_json::{Value, json};
use wire::Dialect::{self, Anthropic, Bedrock, OpenAiChat};

use super::asks::{ODD, say, with_tools};
use super::{addressed, cells};
use crate::kit::{Kit, MASTER};
use crate::seen::{self, Called, Seen};

#[tokio::test]
async fn calls_thoughts_and_results_go_back_to_the_provider() {
    let kit = Kit::start().await;
    let master = Secret::new(MASTER);
    for (client, provider, stream) in cells() {
        let cell = format!("{client:?} ← {provider:?}, stream {stream}");
        let body = addressed(first_turn(client), client, provider, stream);
        let got = kit.call(client, &body).await;
        let seen = seen::read(client, &got);
        // an effort alone makes nobody think aloud there
        let thought = if (client, provider) == (OpenAiChat, Bedrock) { "" } else { "mock thinking" };
        assert_eq!((seen.calls.len(), seen.thinking.as_str()), (2, thought), "{cell}: {}", got.text());

        let got = kit.call_as(&master, client, next_turn(client, body, &seen)).await;
        assert_eq!(got.status, 200, "{cell}: {}", got.text());
        assert_eq!(seen::read(client, &got).text, "TOOL_RESULT: 7C | noon", "{cell}");
        let served = kit.upstream.served().pop().unwrap();
        match provider {
            OpenAiChat => to_openai(&served.json(), &seen.calls),
            Anthropic => to_anthropic(&served.json(), &seen.calls),
            Bedrock => to_bedrock(&served.json(), &seen),
        }
        let raw = String::from_utf8(served.body.to_vec()).unwrap();
        assert!(raw.contains(&format!("\"input\":{ODD}")) || raw.contains(&json!(ODD).to_string()), "{cell}: {raw}");
    }
    kit.assert_one_row_an_attempt().await;
}

fn first_turn(client: Dialect) -> Value {
    let thinking = json!({"thinking": {"type": "enabled", "budget_tokens": 1024}});
    let mut fields = with_tools(client);
    match client {
        OpenAiChat => fields["reasoning_effort"] = "low".into(),
        Anthropic => fields["thinking"] = thinking["thinking"].clone(),
        Bedrock => fields["additionalModelRequestFields"] = thinking,
    }
    say(client, format!("[[tool:weather:{ODD}]] [[tool:clock:{{}}]]"), fields)
}

/// The body with the answer and the results behind it; as text, since a tree of values would reformat the arguments.
fn next_turn(client: Dialect, mut body: Value, seen: &Seen) -> String {
    let asked = body["messages"][0].take();
    let said = handed_back(client, seen);
    let results = results(client, &seen.calls);
    body["messages"] = json!("MESSAGES");
    body.to_string().replace("\"MESSAGES\"", &format!("[{asked},{said},{results}]"))
}

/// The assistant's message as an SDK puts it together.
fn handed_back(client: Dialect, seen: &Seen) -> String {
    let Seen { thinking, signature, .. } = seen;
    let signed = json!({"type": "thinking", "thinking": thinking, "signature": signature});
    match client {
        OpenAiChat => {
            let calls = seen.calls.iter().map(|call| {
                json!({"id": call.id, "type": "function",
                    "function": {"name": call.name, "arguments": call.arguments}})
            });
            let mut message = json!({"role": "assistant", "content": null, "tool_calls": calls.collect::<Vec<_>>()});
            if !thinking.is_empty() {
                message["reasoning_content"] = json!(thinking);
            }
            if !signature.is_empty() {
                message["thinking_blocks"] = json!([signed]);
            }
            message.to_string()
        }
        Anthropic => {
            let calls = seen.calls.iter().map(|Called { id, name, arguments }| {
                format!(r#",{{"type":"tool_use","id":"{id}","name":"{name}","input":{arguments}}}"#)
            });
            format!(r#"{{"role":"assistant","content":[{signed}{}]}}"#, calls.collect::<String>())
        }
        Bedrock => {
            let mut text = json!({"text": thinking});
            if !signature.is_empty() {
                text["signature"] = json!(signature);
            }
            let calls = seen.calls.iter().map(|Called { id, name, arguments }| {
                format!(r#",{{"toolUse":{{"toolUseId":"{id}","name":"{name}","input":{arguments}}}}}"#)
            });
            let reasoning = json!({"reasoningContent": {"reasoningText": text}});
            format!(r#"{{"role":"assistant","content":[{reasoning}{}]}}"#, calls.collect::<String>())
        }
    }
}

fn results(client: Dialect, calls: &[Called]) -> String {
    let said = calls.iter().zip(["7C", "noon"]);
    let said: Vec<_> = said
        .map(|(call, said)| match client {
            OpenAiChat => json!({"role": "tool", "tool_call_id": call.id, "content": said}).to_string(),
            Anthropic => json!({"type": "tool_result", "tool_use_id": call.id, "content": said}).to_string(),
            Bedrock => json!({"toolResult": {"toolUseId": call.id, "content": [{"text": said}]}}).to_string(),
        })
        .collect();
    match client {
        OpenAiChat => said.join(","),
        Anthropic | Bedrock => format!(r#"{{"role":"user","content":[{}]}}"#, said.join(",")),
    }
}

fn to_openai(sent: &Value, calls: &[Called]) {
    let messages = sent["messages"].as_array().unwrap();
    for (at, call) in calls.iter().enumerate() {
        assert_eq!(messages[1]["tool_calls"][at]["id"], json!(call.id));
        assert_eq!(messages[2 + at]["tool_call_id"], json!(call.id));
    }
    assert_eq!(messages[1]["reasoning_content"], json!("mock thinking"));
}

/// Thinking comes back first and signed, as the provider demands.
fn to_anthropic(sent: &Value, calls: &[Called]) {
    let messages = sent["messages"].as_array().unwrap();
    let thinking = json!({"type": "thinking", "thinking": "mock thinking", "signature": "sig-mock"});
    assert_eq!(messages[1]["content"][0], thinking);
    for (at, call) in calls.iter().enumerate() {
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

/// Reasoning that only its provider can read goes back to it as it came, in whatever words the client keeps it.
#[tokio::test]
async fn redacted_reasoning_goes_back() {
    let kit = Kit::with(|setup| setup.settings.drop_params = true).await;
    let data = "AAEC";
    for (client, provider, stream) in cells() {
        let said = match client {
            OpenAiChat => json!({"role": "assistant", "content": "hm",
                "thinking_blocks": [{"type": "redacted_thinking", "data": data}]}),
            Anthropic => json!({"role": "assistant", "content":
                [{"type": "redacted_thinking", "data": data}, {"type": "text", "text": "hm"}]}),
            Bedrock => json!({"role": "assistant", "content":
                [{"reasoningContent": {"redactedContent": data}}, {"text": "hm"}]}),
        };
        let mut body = say(client, "[[say:on]]", json!({}));
        let prompt = body["messages"][0].clone();
        body["messages"] = json!([{"role": "user", "content": "x"}, said, prompt]);
        let got = kit.call(client, &addressed(body, client, provider, stream)).await;
        let cell = format!("{client:?} ← {provider:?}, stream {stream}");
        assert_eq!((got.status, seen::read(client, &got).text.as_str()), (200, "on"), "{cell}: {}", got.text());
        let sent = kit.upstream.served().pop().unwrap().json();
        let back = &sent["messages"][1]["content"][0];
        match provider {
            Anthropic => assert_eq!(back, &json!({"type": "redacted_thinking", "data": data}), "{cell}"),
            Bedrock => assert_eq!(back, &json!({"reasoningContent": {"redactedContent": data}}), "{cell}"),
            // it has no place for it: named
            OpenAiChat if client != OpenAiChat => {
                let named = got.header("x-turnpike-dropped").unwrap_or_default();
                assert!(named.contains("redacted_thinking"), "{cell}: {named}");
            }
            OpenAiChat => {}
        }
    }
}
