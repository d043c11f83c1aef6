//! OpenAI Responses: reply, stream, markers, errors.

use serde_json::{Value, json};
use testkit::{Dialect, State, Upstream};

use crate::client::{RESPONSES, post, respond};
use crate::fold::fold;

const USUAL: [&str; 2] = ["response.created", "response.in_progress"];

fn tools() -> Value {
    let function = |name: &str| {
        json!({"type": "function", "name": name, "strict": false,
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}})
    };
    json!([function("f"), {"type": "custom", "name": "patch"},
        {"type": "namespace", "name": "group", "description": "d", "tools": [function("g")]}, {"type": "web_search"}])
}

fn with(more: &Value) -> Value {
    let mut body = json!({"tools": tools()});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// The reply, and the same as a stream: both must say the same.
async fn both(prompt: &str, more: Value) -> (Value, Vec<String>) {
    let reply = post(&Upstream::start().await, RESPONSES, &respond(prompt, more.clone())).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let mut streamed = respond(prompt, more);
    streamed["stream"] = json!(true);
    let got = post(&Upstream::start().await, RESPONSES, &streamed).await;
    let (names, mut last) = fold(&got);
    let mut reply = reply.json();
    // the stream was asked for in more bytes
    for response in [&mut reply, &mut last] {
        for count in ["input_tokens", "total_tokens"] {
            response["usage"][count].take();
        }
    }
    assert_eq!(reply, last, "{prompt}");
    (reply, names)
}

fn kinds(reply: &Value) -> Vec<&str> {
    reply["output"].as_array().unwrap().iter().map(|item| item["type"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_reply_has_all_members() {
    let upstream = Upstream::start().await;
    let more = json!({"instructions": "be brief", "metadata": {"k": "v"}, "temperature": 0.5, "store": false,
        "prompt_cache_key": "k", "text": {"verbosity": "low"}});
    let got = post(&upstream, RESPONSES, &respond("[[say:hi]]", more)).await;
    let reply = got.json();
    assert!(got.body.starts_with(r#"{"id":"resp_"#), "{}", got.body);
    for (member, expect) in [
        ("object", json!("response")),
        ("status", json!("completed")),
        ("error", json!(null)),
        ("incomplete_details", json!(null)),
        ("instructions", json!("be brief")),
        ("metadata", json!({"k": "v"})),
        ("model", json!("m")),
        ("parallel_tool_calls", json!(true)),
        ("previous_response_id", json!(null)),
        ("prompt_cache_key", json!("k")),
        ("reasoning", json!({"effort": null, "summary": null})),
        ("store", json!(false)),
        ("temperature", json!(0.5)),
        ("text", json!({"format": {"type": "text"}, "verbosity": "low"})),
        ("tool_choice", json!("auto")),
        ("tools", json!([])),
        ("top_p", json!(1.0)),
        ("truncation", json!("disabled")),
    ] {
        assert_eq!(reply.get(member), Some(&expect), "{member}");
    }
    let message = &reply["output"][0];
    let text = json!({"type": "output_text", "text": "hi", "annotations": [], "logprobs": []});
    assert_eq!((&message["role"], &message["status"]), (&json!("assistant"), &json!("completed")));
    assert_eq!(message["content"], json!([text]));
    let served = upstream.served().remove(0);
    assert_eq!((served.dialect, served.model.as_deref()), (Some(Dialect::OpenaiResponses), Some("m")));
    let counts = served.usage.unwrap();
    assert_eq!((counts.cache_read, counts.cache_write, counts.output), (11, 7, 1));
    let usage = json!({"input_tokens": counts.input, "output_tokens": 1, "total_tokens": counts.input + 1,
        "input_tokens_details": {"cached_tokens": 11, "cache_write_tokens": 7},
        "output_tokens_details": {"reasoning_tokens": 0}});
    assert_eq!((reply["usage"].clone(), served.usage_json), (usage.clone(), Some(usage)));
}

#[tokio::test]
async fn every_path() {
    let upstream = Upstream::start().await;
    for path in ["/v1/responses", "/responses", "/openai/v1/responses"] {
        assert_eq!(post(&upstream, path, &respond("x", json!({}))).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn texts() {
    let schema = json!({"type": "object", "properties": {"city": {"type": "string"}}});
    let format = json!({"text": {"format": {"type": "json_schema", "name": "n", "schema": schema}}});
    for (prompt, more, text) in [
        ("[[say:hello there]]", json!({}), "hello there"),
        ("[[unicode]]", json!({}), "héllo wörld — 你好 🦀"),
        ("[[long:3]]", json!({}), "w1 w2 w3"),
        ("in 'Rome'", format, r#"{"city":"Rome"}"#),
        ("[[flaky:k:0:500]]", json!({}), "flaky ok"),
    ] {
        let (reply, names) = both(prompt, more).await;
        assert_eq!(reply["output"][0]["content"][0]["text"], text);
        assert_eq!(names[..2], USUAL);
        assert_eq!(names[2..4], ["response.output_item.added", "response.content_part.added"]);
        let end = ["response.output_text.done", "response.content_part.done", "response.output_item.done"];
        assert_eq!(names[names.len() - 4..], [&end[..], &["response.completed"]].concat());
    }
}

#[tokio::test]
async fn reasoning_is_shown_and_sealed_as_asked() {
    let sealed = json!({"include": ["reasoning.encrypted_content"], "reasoning": {"effort": "low"}});
    let shown = json!({"reasoning": {"summary": "auto"}});
    for (prompt, more, summary, seals) in [
        ("x", sealed, false, true),
        ("x", shown, true, false),
        ("[[think]]", json!({"include": ["reasoning.encrypted_content"]}), true, true),
    ] {
        let (reply, names) = both(prompt, more).await;
        assert_eq!(kinds(&reply), ["reasoning", "message"]);
        let item = &reply["output"][0];
        let thought = json!([{"type": "summary_text", "text": "mock thinking"}]);
        assert_eq!(item["summary"], if summary { thought } else { json!([]) });
        assert_eq!(item["encrypted_content"].is_string(), seals);
        assert_eq!(reply["usage"]["output_tokens_details"]["reasoning_tokens"], 3);
        let deltas = names.iter().filter(|name| *name == "response.reasoning_summary_text.delta").count();
        assert_eq!(deltas, if summary { 2 } else { 0 });
    }
    let (reply, names) = both("[[think:raw]]", json!({})).await;
    assert_eq!(reply["output"][0]["content"], json!([{"type": "reasoning_text", "text": "mock thinking"}]));
    assert!(names.contains(&"response.reasoning_text.done".to_owned()));
    let (reply, _) = both("[[before:let me look]] [[tool:f:{}]]", with(&json!({}))).await;
    assert_eq!(kinds(&reply), ["message", "function_call"]);
    let (reply, _) = both("x", json!({"reasoning": {"effort": "none"}})).await;
    assert_eq!(kinds(&reply), ["message"]);
}

#[tokio::test]
async fn calls_of_every_kind() {
    let prompt = r#"[[tool:f:{"b":1, "a":[[2]]}]] [[tool:g:{}]] [[tool:f]] 'Rome' [[custom:patch:*** Begin
+ "x"]] [[tool:patch:{"input":"y"}]]"#;
    let (reply, names) = both(prompt, with(&json!({}))).await;
    let output = reply["output"].as_array().unwrap();
    let said: Vec<_> = output
        .iter()
        .map(|item| {
            let said = item.get("arguments").or_else(|| item.get("input")).unwrap().as_str().unwrap();
            (item["type"].as_str().unwrap(), item["name"].as_str().unwrap(), item["namespace"].as_str(), said)
        })
        .collect();
    let expect = [
        ("function_call", "f", None, r#"{"b":1, "a":[[2]]}"#),
        ("function_call", "g", Some("group"), "{}"),
        ("function_call", "f", None, r#"{"city":"Rome"}"#),
        ("custom_tool_call", "patch", None, "y"),
        ("custom_tool_call", "patch", None, "*** Begin\n+ \"x\""),
    ];
    assert_eq!(said, expect);
    let ids: std::collections::BTreeSet<_> = output.iter().map(|item| item["call_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 5);
    assert!(output.iter().all(|item| item["status"] == "completed"));
    assert!(names.contains(&"response.custom_tool_call_input.done".to_owned()));
    let custom = json!({"tool_choice": {"type": "custom", "name": "patch"}});
    let (reply, _) = both("do 'it'", with(&custom)).await;
    assert_eq!((&reply["output"][0]["type"], &reply["output"][0]["input"]), (&json!("custom_tool_call"), &json!("it")));
}

#[tokio::test]
async fn choices() {
    let only = json!({"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "g"}]});
    for (choice, called) in [
        (json!("required"), Some("f")),
        (json!("none"), None),
        (json!({"type": "function", "name": "g"}), Some("g")),
        (only, Some("g")),
    ] {
        let (reply, _) = both("x", with(&json!({"tool_choice": choice}))).await;
        assert_eq!(reply["output"][0]["name"].as_str(), called, "{choice}");
    }
}

#[tokio::test]
async fn searches_log_probabilities_and_refusals() {
    let include =
        json!({"include": ["web_search_call.action.sources", "message.output_text.logprobs"], "top_logprobs": 2});
    let (reply, names) = both("[[search:crabs]] [[say:a 🦀 it is]]", with(&include)).await;
    assert_eq!(kinds(&reply), ["web_search_call", "message"]);
    let action = &reply["output"][0]["action"];
    assert_eq!((&action["type"], &action["query"]), (&json!("search"), &json!("crabs")));
    assert!(action["sources"][0]["url"].is_string());
    let part = &reply["output"][1]["content"][0];
    let citation = &part["annotations"][0];
    assert_eq!((&citation["type"], &citation["end_index"]), (&json!("url_citation"), &json!(9)));
    let token = &part["logprobs"][0];
    assert_eq!((token["token"].as_str(), token["top_logprobs"].as_array().unwrap().len()), (Some("a 🦀 it is"), 2));
    assert_eq!(token["bytes"].as_array().unwrap().len(), "a 🦀 it is".len());
    assert!(names.contains(&"response.web_search_call.searching".to_owned()));
    assert_eq!(reply["tool_usage"]["web_search"]["num_requests"], 1);
    let (reply, _) = both("[[search:crabs]]", json!({})).await;
    assert_eq!(kinds(&reply), ["message"], "nobody let it search");
    let (reply, names) = both("[[refuse:I will not]]", with(&json!({}))).await;
    assert_eq!(reply["output"][0]["content"], json!([{"type": "refusal", "refusal": "I will not"}]));
    assert!(names.contains(&"response.refusal.done".to_owned()));
}

#[tokio::test]
async fn results_counts_and_second_calls() {
    let upstream = Upstream::start().await;
    let after = |first: &str| {
        json!({"model": "m", "tools": tools(), "input": [{"role": "user", "content": first},
            {"type": "reasoning", "summary": []},
            {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c", "output": "7C"}]})
    };
    let counted = post(&upstream, RESPONSES, &after("[[count]]")).await.json();
    assert_eq!(counted["output"][0]["content"][0]["text"], "TOOL_RESULT: 7C n=3");
    let again = post(&upstream, RESPONSES, &after(r#"[[then:g:{"city":"Rome"}]]"#)).await.json();
    assert_eq!(again["output"][0]["namespace"], "group");
    assert_eq!(again["output"][0]["arguments"], r#"{"city":"Rome"}"#);
}

/// As agents ask for it: whatever was said last is not said again.
#[tokio::test]
async fn a_conversation_is_compacted_and_taken_back() {
    let upstream = Upstream::start().await;
    let asked = |last: Value, stream: bool| {
        json!({"model": "m", "stream": stream, "tools": tools(), "reasoning": {"effort": "low"},
            "input": [{"role": "user", "content": "[[tool:f:{}]] [[error:500]]"}, last]})
    };
    let trigger = json!({"type": "compaction_trigger"});
    let reply = post(&upstream, RESPONSES, &asked(trigger.clone(), false)).await.json();
    assert_eq!(kinds(&reply), ["compaction"]);
    let (names, last) = fold(&post(&upstream, RESPONSES, &asked(trigger, true)).await);
    assert_eq!(kinds(&last), ["compaction"]);
    let item = ["response.output_item.added", "response.compaction.compacting", "response.output_item.done"];
    assert_eq!(names[2..], [&item[..], &["response.completed"]].concat());
    for made in [&reply["output"][0], &last["output"][0]] {
        let mut unnamed = made.clone();
        unnamed.as_object_mut().unwrap().remove("id");
        for compaction in [made, &unnamed] {
            let after = json!({"input": [compaction, {"role": "user", "content": "[[say:on]]"}]});
            let got = post(&upstream, RESPONSES, &respond("", after)).await;
            assert_eq!(got.status, 200, "{}", got.body);
            assert_eq!(got.json()["output"][0]["content"][0]["text"], "on");
        }
    }
}

#[tokio::test]
async fn errors() {
    let upstream = Upstream::start().await;
    for (prompt, status, code) in [
        ("[[error:429]]", 429, json!("rate_limit_exceeded")),
        ("[[error:503]]", 503, json!(null)),
        ("[[flaky:k:1:500]]", 500, json!(null)),
    ] {
        let got = post(&upstream, RESPONSES, &respond(prompt, json!({"stream": true}))).await;
        assert_eq!((got.status.as_u16(), &got.json()["error"]["code"]), (status, &code), "{prompt}");
    }
    let got = post(&upstream, RESPONSES, &respond("x", json!({"max_tokens": 9}))).await;
    let error = json!({"message": "Unknown parameter: 'max_tokens'.", "type": "invalid_request_error",
        "param": "max_tokens", "code": "unknown_parameter"});
    assert_eq!((got.status.as_u16(), &got.json()["error"]), (400, &error));
}

#[tokio::test]
async fn a_stream_that_fails_or_drops() {
    let upstream = Upstream::start().await;
    let got = post(&upstream, RESPONSES, &respond("[[midstream]] some text", json!({"stream": true}))).await;
    let (names, last) = fold(&got);
    assert_eq!(names[names.len() - 3..], ["response.output_text.delta", "error", "response.failed"]);
    assert_eq!((&last["error"]["code"], &last["usage"]), (&json!("server_error"), &json!(null)));
    let served = upstream.wait_for_ended(1).await.unwrap().remove(0);
    assert_eq!((got.whole, served.state, served.terminal_sent), (true, State::Error, false));
    let got = post(&upstream, RESPONSES, &respond("[[cut]] some text", json!({"stream": true}))).await;
    let served = upstream.wait_for_ended(2).await.unwrap().remove(1);
    assert_eq!((got.whole, served.state, served.usage), (false, State::Cut, None));
    assert_eq!(fold(&got).0.last().unwrap(), "response.output_text.delta");
    let slow = post(&upstream, RESPONSES, &respond("[[slow:1]] [[sleep:1]] x", json!({"stream": true}))).await;
    assert_eq!(fold(&slow).1["status"], "completed");
}
