//! Bedrock's InvokeModel. With bodies for Claude its clients reach each provider of the square; bodies for other models go to Bedrock
//! as they came, and nobody but the model reads them.

mod breaking;
mod sealed;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::call::Task;
use engine::secret::Secret;
use serde_json::{Value, json};
use store::ledger::{AttemptStatus, LedgerRow, Provenance};
use testkit::{Counts, Script};
use wire::Dialect::{self, Anthropic, Bedrock, BedrockInvoke};
use wire::envelope::Address;

use crate::guests;
use crate::kit::{BEDROCK, Got, INVOKE, Kit, MASTER, collect, deployment, group, price};
use crate::seen::{self, Seen};
use crate::square::asks::tools::{ODD, with_tools};
use crate::square::cells;

/// A model on Bedrock that is no Claude.
const TITAN: &str = "titan";

fn titan(setup: &mut crate::kit::Setup) {
    let mut titan = deployment(INVOKE, &setup.base);
    (titan.id, titan.group, titan.model) = ("titan-1".into(), TITAN.into(), "amazon.titan-text-v1:0".into());
    setup.deployments.push(titan);
}

async fn invoke(kit: &Kit, model: &str, stream: bool, body: &str) -> Got {
    kit.call_at(&Secret::new(MASTER), BedrockInvoke, model, stream, body.to_owned()).await
}

#[expect(clippy::needless_pass_by_value, reason = "all callers write the fields where they call")]
fn claude(prompt: &str, fields: Value) -> Value {
    let mut body = json!({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 8192,
        "messages": [{"role": "user", "content": prompt}]});
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn every_provider_answers() {
    let told = |seen: &Seen| {
        let cached = seen.tokens("/cache_read_input_tokens") + seen.tokens("/cache_creation_input_tokens");
        (seen.tokens("/input_tokens") + cached, seen.tokens("/output_tokens"))
    };
    guests::are_answered(BedrockInvoke, told).await;
}

/// Arguments keep their bytes on both ways, at providers of the square and at a Claude on Bedrock itself.
#[tokio::test]
async fn calls_thoughts_and_results_come_and_go() {
    let kit = Kit::start().await;
    let thinking = json!({"type": "enabled", "budget_tokens": 1024});
    for (_, provider, stream) in
        cells(&[BedrockInvoke]).chain([false, true].map(|stream| (BedrockInvoke, BedrockInvoke, stream)))
    {
        let mut fields = with_tools(Anthropic);
        fields["thinking"] = thinking.clone();
        let asked = claude(&format!("[[tool:weather:{ODD}]]"), fields);
        let got = invoke(&kit, group(provider), stream, &asked.to_string()).await;
        let seen = seen::read(BedrockInvoke, &got);
        let place = format!("{provider:?}, stream {stream}: {}", got.text());
        let [call] = &seen.calls[..] else { panic!("{place}") };
        assert_eq!((call.name.as_str(), call.arguments.as_str()), ("weather", ODD), "{place}");
        assert_eq!((seen.thinking.as_str(), seen.stop.as_str()), ("mock thinking", "tool_use"), "{place}");

        let thought = json!({"type": "thinking", "thinking": seen.thinking, "signature": seen.signature});
        let made = format!(r#"{{"type":"tool_use","id":"{}","name":"weather","input":{ODD}}}"#, call.id);
        let result = json!({"type": "tool_result", "tool_use_id": call.id, "content": "7C"});
        let turns = format!(
            r#"[{},{{"role":"assistant","content":[{thought},{made}]}},{{"role":"user","content":[{result}]}}]"#,
            asked["messages"][0]
        );
        let mut next = asked.clone();
        next["messages"] = "TURNS".into();
        let next = next.to_string().replace("\"TURNS\"", &turns);
        let got = invoke(&kit, group(provider), stream, &next).await;
        let place = format!("{provider:?}, stream {stream}: {}", got.text());
        assert_eq!(seen::read(BedrockInvoke, &got).text, "TOOL_RESULT: 7C", "{place}");
        assert_eq!(got.header("x-turnpike-dropped"), None, "{place}");
    }
    kit.assert_one_row_an_attempt().await;
}

/// The model stands in the URL, so there is nothing to edit; nor is there in what comes back.
#[tokio::test]
async fn a_body_for_a_claude_on_bedrock_goes_on_byte_for_byte() {
    let kit = Kit::start().await;
    let asked = r#"{ "max_tokens": 50,"anthropic_version":"bedrock-2023-05-31" ,"messages":[{"role":"user","content":"[[say:a\u0062c]]"}],"top_k":3, "temperature":0.50}"#;
    for stream in [false, true] {
        let extra: serde_json::Map<_, _> =
            serde_json::from_str(r#"{"x_new":{"deep":[1,null]},"note":"\u00e9"}"#).unwrap();
        kit.upstream.script(Script { extra, chunk_bytes: Some(7), ..Script::default() });
        let got = invoke(&kit, INVOKE, stream, asked).await;
        let served = kit.upstream.last().unwrap();
        assert_eq!(served.body, asked);
        let operation = if stream { "invoke-with-response-stream" } else { "invoke" };
        assert_eq!(served.path, format!("/model/anthropic.claude-invoke-model/{operation}"));
        let kind = if stream { "application/vnd.amazon.eventstream" } else { "application/json" };
        assert_eq!((served.header("accept"), got.header("content-type")), (Some(kind), Some(kind)));
        let inner = stream.then_some("application/json");
        assert_eq!(got.header("x-amzn-bedrock-content-type"), inner);
        let seen = seen::read(BedrockInvoke, &got);
        assert_eq!((seen.text.as_str(), seen.complete), ("abc", true), "{}", got.text());
        if !stream {
            assert_eq!(got.json()["x_new"], json!({"deep": [1, null]}));
        }
        counted(&kit, &got).await;
    }
}

/// The row has the upstream's figures, and a whole answer's headers have the row's.
async fn counted(kit: &Kit, got: &Got) -> LedgerRow {
    let row = kit.rows_of(&got.id).await.pop().unwrap();
    let measured = kit.upstream.last().unwrap().measured;
    assert_eq!((row.status, row.provenance), (AttemptStatus::Success, Provenance::Final), "{}", got.text());
    assert_eq!((row.tokens.input, row.tokens.output), (measured.input, measured.output), "{}", got.text());
    let told = |name: &str| got.header(name).map(|count| count.parse::<u64>().unwrap());
    let expected = [measured.input, measured.output].map(|count| (!got.stream).then_some(count));
    let names = ["x-amzn-bedrock-input-token-count", "x-amzn-bedrock-output-token-count"];
    assert_eq!(names.map(told), expected, "{:?}", got.headers);
    row
}

/// What is answered by another dialect has Bedrock's headers, too.
#[tokio::test]
async fn an_answer_in_another_dialect_has_the_headers() {
    let kit = Kit::start().await;
    for (_, provider, stream) in cells(&[BedrockInvoke]) {
        let got = invoke(&kit, group(provider), stream, &claude("[[say:x]]", json!({})).to_string()).await;
        counted(&kit, &got).await;
        assert_eq!(got.header("x-amzn-bedrock-invocation-latency").is_some(), !stream, "{provider:?}");
        let inner = stream.then_some("application/json");
        assert_eq!(got.header("x-amzn-bedrock-content-type"), inner, "{provider:?}");
    }
}

/// A body for Claude at another of Bedrock's models: that one would not know what it means, but Converse does.
#[tokio::test]
async fn a_body_for_claude_goes_by_converse_to_what_is_no_claude() {
    let kit = Kit::with(titan).await;
    for stream in [false, true] {
        let got = invoke(&kit, TITAN, stream, &claude("[[say:hi]]", json!({})).to_string()).await;
        assert_eq!(seen::read(BedrockInvoke, &got).text, "hi", "{}", got.text());
        let served = kit.upstream.last().unwrap();
        let operation = if stream { "converse-stream" } else { "converse" };
        assert_eq!(served.path, format!("/model/amazon.titan-text-v1%3A0/{operation}"));
        counted(&kit, &got).await;
    }
}

/// Headers that say how a request is to be answered: on the same dialect they go on, elsewhere there is no place for them.
#[tokio::test]
async fn settings_in_headers_go_on_or_are_named() {
    const SETTING: (&str, &str) = ("x-amzn-bedrock-trace", "ENABLED");
    for drop_params in [false, true] {
        let kit = Kit::with(|setup| {
            titan(setup);
            setup.settings.drop_params = drop_params;
        })
        .await;
        let (budgeted, free) = (kit.key(Some(9_000_000_000)).await, kit.key(None).await);
        for (key, model, dropped, served) in [
            (&free, INVOKE, None, true),
            (&free, TITAN, drop_params.then_some(SETTING.0), drop_params),
            (&free, group(Dialect::OpenAiChat), drop_params.then_some(SETTING.0), drop_params),
            (&free, BEDROCK, drop_params.then_some(SETTING.0), drop_params),
            // a guardrail has a price of its own
            (&budgeted, INVOKE, None, false),
        ] {
            let place = format!("{model}, drop_params {drop_params}");
            let before = kit.upstream.count();
            let address = Address { model: model.to_owned(), stream: false };
            let body = claude("[[say:x]]", json!({})).to_string();
            let (principal, mut call) = kit.prepare_raw(key, BedrockInvoke, Some(address), body.into()).await;
            call.headers.insert(SETTING.0, SETTING.1.parse().unwrap());
            call.headers.insert("x-amz-security-token", "of-the-client".parse().unwrap());
            let got = collect(call.id.clone(), kit.engine.serve(principal, call).await).await;
            assert_eq!(got.status, if served { 200 } else { 400 }, "{place}: {}", got.text());
            assert_eq!(got.header("x-turnpike-dropped"), dropped, "{place}: {}", got.text());
            let asked = kit.upstream.served();
            assert_eq!(asked.len() - before, usize::from(served), "{place}");
            if served {
                let sent = asked.last().unwrap();
                assert_eq!(sent.header(SETTING.0), dropped.is_none().then_some(SETTING.1), "{place}");
                assert_eq!(sent.header("x-amz-security-token"), None, "{place}");
            } else {
                assert!(got.text().contains(SETTING.0), "{place}: {}", got.text());
            }
        }
    }
}

/// What cannot be signed, or stands there twice, is the client's mistake.
#[tokio::test]
async fn an_odd_setting_in_headers_is_refused_by_its_name() {
    const SETTING: &str = "x-amzn-bedrock-trace";
    let kit = Kit::start().await;
    for values in [&[b"caf\xe9".as_slice()][..], &[b"ENABLED", b"DISABLED"]] {
        let address = Address { model: INVOKE.to_owned(), stream: false };
        let body = claude("[[say:x]]", json!({})).to_string();
        let (principal, mut call) =
            kit.prepare_raw(&Secret::new(MASTER), BedrockInvoke, Some(address), body.into()).await;
        for value in values {
            call.headers.append(SETTING, http::HeaderValue::from_bytes(value).unwrap());
        }
        let got = collect(call.id.clone(), kit.engine.serve(principal, call).await).await;
        assert!(got.status == 400 && got.text().contains(SETTING), "{}", got.text());
    }
    assert_eq!(kit.upstream.count(), 0);
}

/// The only edit that a budget makes.
#[tokio::test]
async fn a_ceiling_is_lowered_in_the_clients_own_bytes() {
    let kit = Kit::start().await;
    for stream in [false, true] {
        let key = kit.key(Some(700_000)).await;
        let asked = r#"{"anthropic_version":"bedrock-2023-05-31","max_tokens": 100000 ,"messages":[{"role":"user","content":"[[say:hi]]"}]}"#;
        let got = kit.call_at(&key, BedrockInvoke, INVOKE, stream, asked).await;
        assert_eq!(got.status, 200, "{}", got.text());
        let served = kit.upstream.last().unwrap();
        let ceiling = served.json()["max_tokens"].as_u64().unwrap();
        assert_eq!(served.body, asked.replace("100000", &ceiling.to_string()));
        let worst = price().worst_case(&money::Bounds::of(asked.len() as u64, ceiling)).get();
        assert!(worst <= 700_000 && worst + 2000 > 700_000, "{ceiling} costs {worst}");
        let row = counted(&kit, &got).await;
        assert_eq!(kit.key_row(&key).await.spend, row.cost.unwrap());
    }
}

/// Errors of Bedrock's own, before the first chunk and behind it.
#[tokio::test]
async fn an_error_of_bedrock_itself_reaches_the_client() {
    let kit = Kit::start().await;
    for stream in [false, true] {
        kit.upstream.script(Script { status: Some(429), ..Script::default() });
        let got = invoke(&kit, INVOKE, stream, &claude("x", json!({})).to_string()).await;
        assert_eq!((got.status, got.header("x-amzn-errortype")), (429, Some("ThrottlingException")), "{}", got.text());
    }
    for prompt in ["[[midstream]] and more words", "[[cut]] and more words"] {
        let got = invoke(&kit, INVOKE, true, &claude(prompt, json!({})).to_string()).await;
        let seen = seen::read(BedrockInvoke, &got);
        assert!(!seen.text.is_empty() && !seen.complete && seen.error["message"].is_string(), "{}", got.text());
        let row = kit.rows_of(&got.id).await.pop().unwrap();
        assert_eq!(row.status, AttemptStatus::Failure, "{row:?}");
        assert!(row.tokens.prompt() > 0 && row.tokens.output > 0, "{row:?}");
    }
    kit.assert_one_row_an_attempt().await;
}

/// A question for the tokens of a body, in base64: who counts is asked in a dialect of its own, others are estimated.
#[tokio::test]
async fn the_tokens_of_a_body_are_counted() {
    let kit = Kit::start().await;
    let body = claude("how long is a piece of string?", json!({}));
    for (model, path) in [
        (INVOKE, Some("/model/anthropic.claude-invoke-model/count-tokens")),
        (BEDROCK, Some("/model/bedrock-model/count-tokens")),
        (group(Anthropic), Some("/v1/messages/count_tokens")),
        (group(Dialect::OpenAiResponses), Some("/responses/input_tokens")),
        (group(Dialect::OpenAiChat), None),
        (group(Dialect::Cohere), None),
    ] {
        let before = kit.upstream.count();
        let asked = json!({"input": {"invokeModel": {"body": STANDARD.encode(body.to_string())}}});
        let address = Address { model: model.to_owned(), stream: false };
        let asked = asked.to_string().into();
        let (principal, mut call) = kit.prepare_raw(&Secret::new(MASTER), Bedrock, Some(address), asked).await;
        call.task = Task::Count;
        let got = collect(call.id.clone(), kit.engine.count(principal, call).await).await;
        assert!(got.status == 200 && got.json()["inputTokens"].as_u64().unwrap() > 1, "{model}: {}", got.text());
        let source = if path.is_some() { "provider" } else { "estimated" };
        assert_eq!(got.header("x-turnpike-token-count"), Some(source), "{model}");
        let served = kit.upstream.served().into_iter().nth(before).map(|served| served.path);
        assert_eq!(served.as_deref(), path, "{model}");
    }
    assert!(kit.rows().await.is_empty(), "counting is not on record");
}

/// Classes that Bedrock's own counts do not tell apart are Claude's.
#[tokio::test]
async fn claudes_own_counts_are_the_better_ones() {
    let kit = Kit::start().await;
    for stream in [false, true] {
        let counts = Counts { input: 1000, output: 57, cache_read: 300, cache_write: 20 };
        kit.upstream.script(Script { counts: Some(counts), ..Script::default() });
        let got = invoke(&kit, INVOKE, stream, &claude("x", json!({})).to_string()).await;
        let tokens = kit.rows_of(&got.id).await.pop().unwrap().tokens;
        assert_eq!((tokens.input, tokens.output), (1000, 57), "{}", got.text());
        assert_eq!((tokens.cache_read, tokens.cache_write_5m), (300, 20), "{}", got.text());
    }
}

/// The two ways to a Claude on Bedrock, by what the client speaks.
#[tokio::test]
async fn a_client_of_converse_is_answered_by_converse() {
    let kit = Kit::start().await;
    for (client, operation) in [(Bedrock, "converse"), (BedrockInvoke, "invoke"), (Anthropic, "converse")] {
        let asked = json!({"model": INVOKE, "max_tokens": 99, "messages": [{"role": "user", "content": "[[say:hi]]"}]});
        let got = kit.call(client, &asked).await;
        assert_eq!(seen::read(client, &got).text, "hi", "{}", got.text());
        assert!(kit.upstream.last().unwrap().path.ends_with(operation), "{client:?}");
    }
}
