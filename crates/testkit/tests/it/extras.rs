//! What the other dialects can say beside text: free-form calls, searches, log probabilities, hidden thoughts, pictures.

use serde_json::{Value, json};
use testkit::{Classes, Counts, Script, Upstream};

use crate::client::{CHAT, CONVERSE, CONVERSE_STREAM, MESSAGES, RESPONSES, chat, converse, message, post, respond};
use crate::event_stream::{Message, messages};

fn streamed(mut body: Value) -> Value {
    body["stream"] = json!(true);
    body
}

fn joined(events: &[Value], pointer: &str) -> String {
    events.iter().filter_map(|event| event.pointer(pointer)?.as_str()).collect()
}

#[tokio::test]
async fn chat_calls_custom_tools() {
    let upstream = Upstream::start().await;
    let function = json!({"name": "f", "parameters": {"type": "object", "required": ["b"],
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}});
    let tools = json!([{"type": "custom", "custom": {"name": "patch"}}, {"type": "function", "function": function}]);
    let body = chat("[[custom:patch:a \"b\" \nc]] [[custom:f:free]]", json!({"tools": tools}));
    let reply = post(&upstream, CHAT, &body).await.json();
    let calls = &reply["choices"][0]["message"]["tool_calls"];
    assert_eq!(
        (&calls[0]["type"], &calls[0]["custom"]),
        (&json!("custom"), &json!({"name": "patch", "input": "a \"b\" \nc"}))
    );
    assert_eq!(calls[1]["function"], json!({"name": "f", "arguments": r#"{"b":"free"}"#}));
    let events = post(&upstream, CHAT, &streamed(body)).await.events();
    assert_eq!(joined(&events, "/choices/0/delta/tool_calls/0/custom/input"), "a \"b\" \nc");
    assert_eq!(joined(&events, "/choices/0/delta/tool_calls/0/custom/name"), "patch");
    let only = json!({"type": "allowed_tools", "allowed_tools": {"mode": "required",
        "tools": [{"type": "custom", "custom": {"name": "patch"}}]}});
    let reply = post(&upstream, CHAT, &chat("'x'", json!({"tools": tools, "tool_choice": only}))).await.json();
    assert_eq!(reply["choices"][0]["message"]["tool_calls"][0]["custom"]["input"], "x");
}

#[tokio::test]
async fn chat_gives_log_probabilities_when_asked() {
    let upstream = Upstream::start().await;
    let body = chat("[[say:hello there]]", json!({"logprobs": true, "top_logprobs": 3, "n": 2}));
    let reply = post(&upstream, CHAT, &body).await.json();
    for choice in [0, 1] {
        let tokens = reply["choices"][choice]["logprobs"]["content"].as_array().unwrap();
        assert_eq!((tokens.len(), &tokens[0]["token"], &tokens[1]["token"]), (2, &json!("hello the"), &json!("re")));
        assert_eq!(tokens[0]["top_logprobs"].as_array().unwrap().len(), 3);
    }
    let events = post(&upstream, CHAT, &streamed(body)).await.events();
    let spoken = events
        .iter()
        .filter(|event| event["choices"][0]["delta"]["content"].as_str().is_some_and(|text| !text.is_empty()));
    for event in spoken {
        let choice = &event["choices"][0];
        assert_eq!(choice["logprobs"]["content"][0]["token"], choice["delta"]["content"]);
    }
    let bare = post(&upstream, CHAT, &chat("x", json!({"logprobs": true}))).await.json();
    assert_eq!(bare["choices"][0]["logprobs"]["content"][0]["top_logprobs"], json!([]));
    let plain = post(&upstream, CHAT, &chat("x", json!({}))).await.json();
    assert_eq!(plain["choices"][0]["logprobs"], Value::Null);
}

#[tokio::test]
async fn chat_searches_and_refuses() {
    let upstream = Upstream::start().await;
    let body = chat("[[search:q]] [[say:found it]]", json!({"web_search_options": {}}));
    let reply = post(&upstream, CHAT, &body).await.json();
    let citation = &reply["choices"][0]["message"]["annotations"][0];
    assert_eq!((&citation["type"], &citation["url_citation"]["end_index"]), (&json!("url_citation"), &json!(8)));
    let events = post(&upstream, CHAT, &streamed(body)).await.events();
    assert_eq!(joined(&events, "/choices/0/delta/annotations/0/url_citation/url"), "https://example.com/found");
    let reply = post(&upstream, CHAT, &chat("[[refuse:no]]", json!({}))).await.json();
    let said = &reply["choices"][0]["message"];
    assert_eq!((&said["content"], &said["refusal"]), (&Value::Null, &json!("no")));
    let events = post(&upstream, CHAT, &chat("[[refuse:no]]", json!({"stream": true}))).await.events();
    assert_eq!(joined(&events, "/choices/0/delta/refusal"), "no");
}

#[tokio::test]
async fn chat_counts_classes() {
    let upstream = Upstream::start().await;
    let classes =
        Classes { reasoning: 1, input_audio: 2, input_image: 3, output_audio: 4, output_image: 5, cache_write_1h: 0 };
    upstream.script(Script { classes, ..Script::default() });
    let usage = post(&upstream, CHAT, &chat("x", json!({}))).await.json()["usage"].take();
    let (input, output) = (&usage["prompt_tokens_details"], &usage["completion_tokens_details"]);
    assert_eq!((&input["audio_tokens"], &input["image_tokens"]), (&json!(2), &json!(3)));
    assert_eq!(
        (&output["audio_tokens"], &output["image_tokens"], &output["reasoning_tokens"]),
        (&json!(4), &json!(5), &json!(1))
    );
    let usage = post(&upstream, CHAT, &chat("x", json!({}))).await.json()["usage"].take();
    assert!(usage["prompt_tokens_details"].get("image_tokens").is_none());
}

#[tokio::test]
async fn text_before_calls() {
    let upstream = Upstream::start().await;
    let prompt = "[[before:let me look]] [[tool:f:{}]]";
    let schema = json!({"type": "object"});
    let tools = json!([{"type": "function", "function": {"name": "f", "parameters": schema}}]);
    let body = chat(prompt, json!({"tools": tools}));
    let said = post(&upstream, CHAT, &body).await.json()["choices"][0]["message"].take();
    assert_eq!((&said["content"], &said["tool_calls"][0]["function"]["name"]), (&json!("let me look"), &json!("f")));
    let events = post(&upstream, CHAT, &streamed(body)).await.events();
    assert_eq!(joined(&events, "/choices/0/delta/content"), "let me look");
    let body = message(prompt, json!({"tools": [{"name": "f", "input_schema": schema}]}));
    let reply = post(&upstream, MESSAGES, &body).await.json();
    let kinds: Vec<_> = reply["content"].as_array().unwrap().iter().map(|block| &block["type"]).collect();
    assert_eq!(kinds, ["text", "tool_use"]);
}

#[tokio::test]
async fn what_stays_in_the_cache_for_an_hour() {
    let upstream = Upstream::start().await;
    let counts = Counts { input: 9, output: 1, cache_read: 0, cache_write: 7 };
    let classes = Classes { cache_write_1h: 5, ..Classes::default() };
    let script = Script { counts: Some(counts), classes, ..Script::default() };
    upstream.script(script.clone());
    let usage = post(&upstream, MESSAGES, &message("x", json!({}))).await.json()["usage"].take();
    let split = json!({"ephemeral_5m_input_tokens": 2, "ephemeral_1h_input_tokens": 5});
    assert_eq!((&usage["cache_creation"], &usage["cache_creation_input_tokens"]), (&split, &json!(7)));
    upstream.script(script);
    let usage = post(&upstream, CONVERSE, &converse("x", json!({}))).await.json()["usage"].take();
    let split = json!([{"inputTokens": 2, "ttl": "5m"}, {"inputTokens": 5, "ttl": "1h"}]);
    assert_eq!((&usage["cacheDetails"], &usage["cacheWriteInputTokens"]), (&split, &json!(7)));
}

#[tokio::test]
async fn anthropic_searches() {
    let upstream = Upstream::start().await;
    let tools = json!([{"type": "web_search_20250305", "name": "web_search"}]);
    let body = message("[[search:crabs]] [[say:found it]]", json!({"tools": tools}));
    let reply = post(&upstream, MESSAGES, &body).await.json();
    let [call, found, text] = reply["content"].as_array().unwrap().as_slice() else { panic!("{reply}") };
    assert_eq!((&call["type"], &call["input"]), (&json!("server_tool_use"), &json!({"query": "crabs"})));
    assert_eq!((&found["type"], &found["tool_use_id"]), (&json!("web_search_tool_result"), &call["id"]));
    assert_eq!((&text["text"], &text["citations"][0]["url"]), (&json!("found it"), &found["content"][0]["url"]));
    assert_eq!(reply["usage"]["server_tool_use"]["web_search_requests"], 1);
    assert_eq!(reply["stop_reason"], "end_turn");
    let events = post(&upstream, MESSAGES, &streamed(body)).await.events();
    assert_eq!(joined(&events, "/content_block/type"), "server_tool_useweb_search_tool_resulttext");
    assert_eq!(joined(&events, "/delta/partial_json"), r#"{"query":"crabs"}"#);
    assert_eq!(joined(&events, "/delta/citation/url"), "https://example.com/found");
    assert_eq!(joined(&events, "/delta/text"), "found it");
    let reply = post(&upstream, MESSAGES, &message("[[search:crabs]]", json!({}))).await.json();
    assert_eq!(reply["content"].as_array().unwrap().len(), 1, "nobody let it search");
}

/// Handed back, it goes on where it paused.
#[tokio::test]
async fn anthropic_pauses_in_the_middle_of_a_search() {
    let upstream = Upstream::start().await;
    let tools = json!({"tools": [{"type": "web_search_20250305", "name": "web_search"}]});
    let prompt = "[[search:crabs]] [[pause]] [[say:found it]]";
    let asked = message(prompt, tools.clone());
    let first = post(&upstream, MESSAGES, &asked).await.json();
    let [call] = first["content"].as_array().unwrap().as_slice() else { panic!("{first}") };
    assert_eq!((&call["type"], &first["stop_reason"]), (&json!("server_tool_use"), &json!("pause_turn")));
    let events = post(&upstream, MESSAGES, &streamed(asked.clone())).await.events();
    assert_eq!(joined(&events, "/content_block/type"), "server_tool_use");
    assert_eq!(joined(&events, "/delta/stop_reason"), "pause_turn");
    let mut again = asked;
    again["messages"].as_array_mut().unwrap().push(json!({"role": "assistant", "content": first["content"]}));
    let second = post(&upstream, MESSAGES, &again).await.json();
    let [found, text] = second["content"].as_array().unwrap().as_slice() else { panic!("{second}") };
    assert_eq!((&found["tool_use_id"], &text["text"]), (&call["id"], &json!("found it")));
    assert_eq!(second["stop_reason"], "end_turn");
    // the others have no such reason
    let got = post(&upstream, RESPONSES, &respond(prompt, json!({"tools": [{"type": "web_search"}]}))).await.json();
    assert_eq!((&got["status"], &got["output"][1]["type"]), (&json!("completed"), &json!("message")));
}

#[tokio::test]
async fn hidden_thoughts() {
    let upstream = Upstream::start().await;
    let body = message("[[redacted]] [[say:x]]", json!({}));
    let reply = post(&upstream, MESSAGES, &body).await.json();
    assert_eq!(reply["content"][0], json!({"type": "redacted_thinking", "data": "cmVkYWN0ZWQtbW9jaw=="}));
    let events = post(&upstream, MESSAGES, &streamed(body)).await.events();
    assert_eq!(joined(&events, "/content_block/data"), "cmVkYWN0ZWQtbW9jaw==");
    let body = converse("[[redacted]] [[say:x]]", json!({}));
    let reply = post(&upstream, CONVERSE, &body).await.json();
    let hidden = json!({"reasoningContent": {"redactedContent": "cmVkYWN0ZWQtbW9jaw=="}});
    assert_eq!(reply["output"]["message"]["content"], json!([hidden, {"text": "x"}]));
    let events: Vec<_> = messages(&post(&upstream, CONVERSE_STREAM, &body).await).iter().map(Message::json).collect();
    assert_eq!(joined(&events, "/delta/reasoningContent/redactedContent"), "cmVkYWN0ZWQtbW9jaw==");
}

#[tokio::test]
async fn bedrock_shows_pictures_and_cites() {
    let upstream = Upstream::start().await;
    let tools = json!({"toolConfig": {"tools": [{"systemTool": {"name": "nova_grounding"}}]}});
    let body = converse("[[image]] [[search:q]] [[say:hello there]]", tools);
    let reply = post(&upstream, CONVERSE, &body).await.json();
    let cited = &reply["output"]["message"]["content"][0]["citationsContent"];
    assert_eq!(cited["content"], json!([{"text": "hello there"}]));
    assert_eq!(cited["citations"][0]["location"]["web"]["url"], "https://example.com/found");
    let picture = &reply["output"]["message"]["content"][1]["image"];
    assert_eq!(picture, &json!({"format": "png", "source": {"bytes": "iVBORw0KGgo="}}));
    let events: Vec<_> = messages(&post(&upstream, CONVERSE_STREAM, &body).await).iter().map(Message::json).collect();
    assert_eq!(joined(&events, "/delta/text"), "hello there");
    assert_eq!(joined(&events, "/delta/citation/location/web/url"), "https://example.com/found");
    assert_eq!(joined(&events, "/start/image/format"), "png");
    assert_eq!(joined(&events, "/delta/image/source/bytes"), "iVBORw0KGgo=");
}
