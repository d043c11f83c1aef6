//! Gemini on either side of every other dialect: what is said, what is called, what it costs and what goes wrong.

use bytes::Bytes;
use engine::secret::Secret;
use serde_json::{Value, json};
use store::ledger::{AttemptStatus, Provenance};
use testkit::{Counts, Script};
use wire::Dialect::{self, Anthropic, Bedrock, Gemini, OpenAiChat, OpenAiResponses};
use wire::envelope::Address;

use crate::kit::{GEMINI, Got, Kit, MASTER, PROVIDER_KEY, collect, group, price};
use crate::seen;

/// Every pair that has it.
fn pairs() -> impl Iterator<Item = (Dialect, Dialect)> {
    let all = Dialect::ALL.into_iter();
    all.flat_map(|client| Dialect::ALL.map(|provider| (client, provider)))
        .filter(|pair| pair.0 == Gemini || pair.1 == Gemini)
}

fn body(provider: Dialect, prompt: &str, stream: bool) -> Value {
    json!({"model": group(provider), "max_tokens": 99, "stream": stream,
        "messages": [{"role": "user", "content": prompt}]})
}

/// A call of a Gemini client, with the body byte for byte.
async fn generate(kit: &Kit, key: &Secret, model: &str, stream: bool, body: impl Into<Bytes>) -> Got {
    let address = Address { model: model.to_owned(), stream };
    let (principal, call) = kit.prepare_raw(key, Gemini, Some(address), body.into()).await;
    let id = call.id.clone();
    collect(id, kit.engine.serve(principal, call).await).await
}

#[tokio::test]
async fn every_pair_says_the_same_and_charges_what_was_counted() {
    let kit = Kit::start().await;
    for (client, provider) in pairs() {
        for stream in [false, true] {
            let cell = format!("{client:?} ← {provider:?}, stream {stream}");
            let counts = Counts { input: 1000, output: 57, cache_read: 300, cache_write: 0 };
            kit.upstream.script(Script { counts: Some(counts), ..Script::default() });
            let got = kit.call(client, &body(provider, "[[say:h\u{e9}llo there, you]]", stream)).await;
            let seen = seen::read(client, &got);
            assert_eq!((got.status, got.stream, seen.text.as_str()), (200, stream, "h\u{e9}llo there, you"), "{cell}");
            assert!(seen.complete && seen.error.is_null(), "{cell}: {seen:?}");
            let (served, row) = (kit.upstream.served().pop().unwrap(), kit.rows_of(&got.id).await.pop().unwrap());
            assert_eq!(served.model.as_deref(), Some(format!("{}-model", group(provider)).as_str()), "{cell}");
            if provider == Gemini {
                let (operation, key) = (served.path.rsplit(':').next(), served.header("x-goog-api-key"));
                let expected = if stream { "streamGenerateContent?alt=sse" } else { "generateContent" };
                assert_eq!((operation, key), (Some(expected), Some(PROVIDER_KEY)), "{cell}");
            }
            assert_eq!((row.status, row.provenance), (AttemptStatus::Success, Provenance::Final), "{cell}");
            let apart = if matches!(provider, Anthropic | Bedrock) { 300 } else { 0 };
            assert_eq!((row.tokens.prompt(), row.tokens.output), (1000 + apart, 57), "{cell}");
            assert_eq!(row.cost, Some(price().cost(&row.tokens)), "{cell}");
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// The tool as each dialect declares it.
fn declared(client: Dialect) -> Value {
    let schema = json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
    match client {
        OpenAiChat => json!([{"type": "function", "function": {"name": "look", "parameters": schema}}]),
        OpenAiResponses => json!([{"type": "function", "name": "look", "parameters": schema, "strict": false}]),
        Anthropic => json!([{"name": "look", "input_schema": schema}]),
        Bedrock => json!([{"toolSpec": {"name": "look", "inputSchema": {"json": schema}}}]),
        Gemini => json!([{"functionDeclarations": [{"name": "look", "parametersJsonSchema": schema}]}]),
    }
}

/// The second turn: the call as it was answered, and its result.
fn answered(client: Dialect, seen: &seen::Seen) -> Vec<Value> {
    let call = &seen.calls[0];
    let input: Value = serde_json::from_str(&call.arguments).unwrap();
    let (id, name) = (call.id.as_str(), call.name.as_str());
    match client {
        OpenAiChat => vec![
            json!({"role": "assistant", "content": null, "tool_calls": [
                {"id": id, "type": "function", "function": {"name": name, "arguments": call.arguments}}]}),
            json!({"role": "tool", "tool_call_id": id, "content": "sun"}),
        ],
        OpenAiResponses => vec![
            json!({"type": "function_call", "call_id": id, "name": name, "arguments": call.arguments}),
            json!({"type": "function_call_output", "call_id": id, "output": "sun"}),
        ],
        Anthropic => vec![
            json!({"role": "assistant", "content": [{"type": "tool_use", "id": id, "name": name, "input": input}]}),
            json!({"role": "user", "content": [{"type": "tool_result", "tool_use_id": id, "content": "sun"}]}),
        ],
        Bedrock => vec![
            json!({"role": "assistant", "content": [{"toolUse": {"toolUseId": id, "name": name, "input": input}}]}),
            json!({"role": "user", "content": [{"toolResult": {"toolUseId": id, "content": [{"text": "sun"}]}}]}),
        ],
        Gemini => {
            let mut said = json!({"functionCall": {"id": id, "name": name, "args": input}});
            if !seen.signature.is_empty() {
                said["thoughtSignature"] = seen.signature.as_str().into();
            }
            vec![
                json!({"role": "assistant", "content": [said]}),
                json!({"role": "user", "content": [
                    {"functionResponse": {"id": id, "name": name, "response": {"output": "sun"}}}]}),
            ]
        }
    }
}

#[tokio::test]
async fn a_call_and_its_result_go_there_and_back() {
    let kit = Kit::start().await;
    for (client, provider) in pairs() {
        for stream in [false, true] {
            let cell = format!("{client:?} → {provider:?}, stream {stream}");
            let mut asked = body(provider, r#"[[tool:look:{"city": "Rome"}]]"#, stream);
            match client {
                Bedrock => asked["toolConfig"] = json!({"tools": declared(client)}),
                _ => asked["tools"] = declared(client),
            }
            let got = kit.call(client, &asked).await;
            let seen = seen::read(client, &got);
            assert_eq!(got.status, 200, "{cell}: {}", got.text());
            let [called] = &seen.calls[..] else { panic!("{cell}: {}", got.text()) };
            assert_eq!((called.name.as_str(), called.id.is_empty()), ("look", false), "{cell}");
            assert_eq!(serde_json::from_str::<Value>(&called.arguments).unwrap(), json!({"city": "Rome"}), "{cell}");
            let turn = asked["messages"].as_array_mut().unwrap();
            // a text says the same in blocks
            if matches!(client, Bedrock | Gemini) {
                turn[0]["content"] = json!([{"text": turn[0]["content"]}]);
            }
            turn.extend(answered(client, &seen));
            let got = kit.call(client, &asked).await;
            let seen = seen::read(client, &got);
            assert_eq!((got.status, seen.text.as_str()), (200, "TOOL_RESULT: sun"), "{cell}: {}", got.text());
            assert!(seen.complete, "{cell}");
        }
    }
}

#[tokio::test]
async fn errors_are_told_in_the_clients_words() {
    let kit = Kit::start().await;
    for (client, provider) in pairs() {
        for (status, word) in [(400, "INVALID_ARGUMENT"), (429, "RESOURCE_EXHAUSTED"), (503, "UNAVAILABLE")] {
            for stream in [false, true] {
                let cell = format!("{client:?} ← {provider:?} {status}, stream {stream}");
                let got = kit.call(client, &body(provider, &format!("[[error:{status}]]"), stream)).await;
                let seen = seen::read(client, &got);
                assert_eq!((got.status, got.stream), (status, false), "{cell}: {}", got.text());
                assert!(
                    seen.error["message"].as_str().is_some_and(|said| said.contains("mock error")),
                    "{cell}: {seen:?}"
                );
                if client == Gemini {
                    assert_eq!((&seen.error["status"], &seen.error["code"]), (&json!(word), &json!(status)), "{cell}");
                }
            }
        }
        for broken in ["[[midstream]]", "[[cut]]"] {
            let cell = format!("{client:?} ← {provider:?} {broken}");
            let got = kit.call(client, &body(provider, &format!("{broken} aaaaaaaaaaaaaaaaaaaa"), true)).await;
            let seen = seen::read(client, &got);
            assert!(got.status == 200 && seen.error["message"].is_string(), "{cell}: {}", got.text());
            let row = kit.rows_of(&got.id).await.pop().unwrap();
            assert_ne!(row.status, AttemptStatus::Success, "{cell}");
        }
    }
}

#[tokio::test]
async fn a_ceiling_is_set_where_the_client_wrote_it_or_wrote_none() {
    let kit = Kit::start().await;
    let contents = r#""contents":[{"role":"user","parts":[{"text":"[[say:hi]]"}]}]"#;
    for (fields, sent) in [
        ("", r#"{"generationConfig":{"maxOutputTokens":N},"contents""#),
        (r#","generationConfig":{ }"#, r#""generationConfig":{"maxOutputTokens":N }"#),
        (r#","generationConfig":{"topP":0.50}"#, r#""generationConfig":{"maxOutputTokens":N,"topP":0.50}"#),
        (r#","generation_config":null"#, r#""generation_config":{"maxOutputTokens":N}"#),
        (r#","generationConfig":{"maxOutputTokens":null}"#, r#""generationConfig":{"maxOutputTokens":N}"#),
        (r#","generationConfig":{"maxOutputTokens": 100000 }"#, r#""generationConfig":{"maxOutputTokens": N }"#),
        (r#","generation_config":{"max_output_tokens":100000}"#, r#""generation_config":{"max_output_tokens":N}"#),
    ] {
        let key = kit.key(Some(700_000)).await;
        let got = generate(&kit, &key, GEMINI, false, format!("{{{contents}{fields}}}")).await;
        let served = kit.upstream.served().pop().unwrap();
        let body = String::from_utf8(served.body.to_vec()).unwrap();
        let digits =
            |text: &str| text.split(|letter: char| !letter.is_ascii_digit()).find_map(|n| n.parse::<u64>().ok());
        let name = if fields.contains("max_output_tokens") { "max_output_tokens\"" } else { "maxOutputTokens\"" };
        let ceiling = digits(body.split(name).nth(1).unwrap()).unwrap();
        assert!((1..=350).contains(&ceiling), "{fields}: {body}");
        assert!(body.contains(&sent.replace('N', &ceiling.to_string())), "{fields}: {body}");
        assert_eq!(got.status, 200, "{fields}: {}", got.text());
    }
}

#[tokio::test]
async fn the_same_dialect_keeps_the_bytes_and_names_the_model() {
    let kit = Kit::start().await;
    let key = Secret::new(MASTER);
    let asked = r#"{"contents":[{"parts":[{"text":"[[say:a\u0062c]]"}]}], "generationConfig" : {"topP":0.50} ,"labels":{"a":"1"}}"#;
    for stream in [false, true] {
        generate(&kit, &key, GEMINI, stream, asked).await;
        assert_eq!(kit.upstream.served().pop().unwrap().body, asked.as_bytes());
    }
    let named = |model: &str| format!(r#"{{"model":"{model}",{}"#, asked.trim_start_matches('{'));
    for said in ["gemini", "models/gemini"] {
        generate(&kit, &key, GEMINI, false, named(said)).await;
        assert_eq!(kit.upstream.served().pop().unwrap().body, named("models/gemini-model").as_bytes());
    }
}

#[tokio::test]
async fn tokens_are_counted_by_it_and_for_it() {
    let kit = Kit::start().await;
    for (client, provider) in pairs().filter(|(_, provider)| *provider != OpenAiChat) {
        let cell = format!("{client:?} → {provider:?}");
        let asked = body(provider, "how long?", false).to_string();
        let (principal, mut question) = kit.prepare(&Secret::new(MASTER), client, asked).await;
        if client == Bedrock {
            question.body = [&br#"{"input":{"converse":"#[..], &question.body, b"}}"].concat().into();
        }
        let got = collect(question.id.clone(), kit.engine.count(principal, question).await).await;
        assert_eq!(
            (got.status, got.header("x-turnpike-token-count")),
            (200, Some("provider")),
            "{cell}: {}",
            got.text()
        );
        if client == Gemini {
            assert!(got.json()["totalTokens"].as_u64().is_some_and(|tokens| tokens > 0), "{cell}: {}", got.text());
        }
        if provider == Gemini {
            let served = kit.upstream.served().pop().unwrap();
            assert_eq!(served.json()["generateContentRequest"]["model"], "models/gemini-model", "{cell}");
        }
    }
    assert!(kit.rows().await.is_empty());
}

/// What Gemini's clients say stands in `contents`: of that, too, dropping may leave nothing.
#[tokio::test]
async fn nothing_left_to_say_is_refused_by_name() {
    let kit = Kit::with(|setup| setup.settings.drop_params = true).await;
    let code =
        json!({"contents": [{"role": "user", "parts": [{"executableCode": {"language": "PYTHON", "code": "1"}}]}]});
    for provider in [OpenAiChat, OpenAiResponses, Anthropic, Bedrock] {
        let before = kit.upstream.served().len();
        let got = generate(&kit, &Secret::new(MASTER), group(provider), false, code.to_string()).await;
        let said = seen::read(Gemini, &got).error["message"].to_string();
        assert_eq!(got.status, 400, "{provider:?}: {}", got.text());
        assert!(said.contains("Nothing is left") && said.contains("contents[0]"), "{provider:?}: {said}");
        assert_eq!(kit.upstream.served().len(), before, "{provider:?}");
    }
}
