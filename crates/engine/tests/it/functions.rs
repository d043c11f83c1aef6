//! Clients from before OpenAI had tools: they declare functions, and look for a call of one where it stood then.

use serde_json::{Value, json};
use wire::Dialect::{self, OpenAiChat};

use crate::kit::{Got, Kit, group};
use crate::seen;

const ASKED: &str = "[[tool:weather:{\"city\": \"Ulm\"}]]";

fn functions() -> Value {
    let schema = json!({"type": "object", "properties": {"city": {"type": "string"}}});
    json!([{"name": "weather", "description": "Says it.", "parameters": schema}])
}

/// Name and arguments of the call in an answer, and how it ends.
fn called(got: &Got) -> (String, String, Value) {
    let text = got.text();
    if !got.stream {
        let choice = &got.json()["choices"][0];
        assert_eq!(choice["message"].get("tool_calls"), None, "{text}");
        let call = &choice["message"]["function_call"];
        let [name, arguments] = ["name", "arguments"].map(|key| call[key].as_str().unwrap_or_default().to_owned());
        return (name, arguments, choice["finish_reason"].clone());
    }
    let (mut name, mut arguments, mut finish) = (String::new(), String::new(), Value::Null);
    for data in text.lines().filter_map(|line| line.strip_prefix("data: {")) {
        let chunk: Value = serde_json::from_str(&format!("{{{data}")).unwrap();
        let choice = &chunk["choices"][0];
        assert_eq!(choice["delta"].get("tool_calls"), None, "{text}");
        let call = &choice["delta"]["function_call"];
        name.push_str(call["name"].as_str().unwrap_or_default());
        arguments.push_str(call["arguments"].as_str().unwrap_or_default());
        if !choice["finish_reason"].is_null() {
            finish = choice["finish_reason"].clone();
        }
    }
    (name, arguments, finish)
}

#[tokio::test]
async fn old_functions_are_called_at_every_provider() {
    let kit = Kit::start().await;
    for provider in Dialect::SQUARE.into_iter().filter(|provider| *provider != OpenAiChat) {
        for stream in [false, true] {
            let place = |got: &Got| format!("{provider:?}, stream {stream}: {}", got.text());
            let mut asked = json!({"model": group(provider), "stream": stream, "functions": functions(),
                "function_call": "auto", "messages": [{"role": "user", "content": ASKED}]});
            let got = kit.call(OpenAiChat, &asked).await;
            let (name, arguments, finish) = called(&got);
            assert_eq!((name.as_str(), finish), ("weather", json!("function_call")), "{}", place(&got));
            assert_eq!(serde_json::from_str::<Value>(&arguments).unwrap(), json!({"city": "Ulm"}), "{}", place(&got));
            assert_eq!(got.header("x-turnpike-dropped"), None, "{}", place(&got));

            let turns = asked["messages"].as_array_mut().unwrap();
            let call = json!({"name": name, "arguments": arguments});
            turns.push(json!({"role": "assistant", "content": null, "function_call": call}));
            turns.push(json!({"role": "function", "name": "weather", "content": "7C"}));
            let got = kit.call(OpenAiChat, &asked).await;
            assert_eq!(seen::read(OpenAiChat, &got).text, "TOOL_RESULT: 7C", "{}", place(&got));
            assert_eq!(got.header("x-turnpike-dropped"), None, "{}", place(&got));
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// Providers that can be told so are asked for one call only.
#[tokio::test]
async fn one_call_is_asked_for() {
    let kit = Kit::start().await;
    for (provider, place, value) in [
        (Dialect::OpenAiResponses, "/parallel_tool_calls", json!(false)),
        (Dialect::Anthropic, "/tool_choice/disable_parallel_tool_use", json!(true)),
    ] {
        let asked = json!({"model": group(provider), "functions": functions(),
            "messages": [{"role": "user", "content": "[[tool:weather:{}]][[tool:weather:{}]]"}]});
        let got = kit.call(OpenAiChat, &asked).await;
        assert_eq!(called(&got).0, "weather", "{}", got.text());
        let sent = kit.upstream.last().unwrap().json();
        assert_eq!(sent.pointer(place), Some(&value), "{sent}");
    }
}

/// On the same dialect the provider is told what the client wrote, and the client what the provider did.
#[tokio::test]
async fn a_provider_of_the_same_dialect_gets_functions_as_they_came() {
    let kit = Kit::start().await;
    let asked = json!({"model": group(OpenAiChat), "functions": functions(), "function_call": "none",
        "messages": [{"role": "user", "content": "[[say:x]]"}]});
    assert_eq!(kit.call(OpenAiChat, &asked).await.status, 200);
    let sent = kit.upstream.last().unwrap().json();
    assert_eq!((&sent["functions"], &sent["function_call"]), (&functions(), &json!("none")), "{sent}");
}
