//! How many tokens a request is: asked of the provider that would answer it, in its own dialect, or estimated. It costs nothing.

use bytes::Bytes;
use engine::call::Task;
use engine::secret::Secret;
use serde_json::{Value, json};
use testkit::{Script, When};
use wire::Dialect;
use wire::Dialect::{Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};
use wire::edit::FieldPath;
use wire::envelope::Address;

use crate::kit::{
    BEDROCK, BOTH, CLAUDE, COHERE, GEMINI, GPT, Got, Kit, MASTER, RESPONSES, collect, deployment, not_of_the_square,
    outside,
};
use crate::seen;

const SOURCE: &str = "x-turnpike-token-count";

async fn count_as(kit: &Kit, key: &Secret, dialect: Dialect, body: &Value) -> Got {
    let (principal, mut call) = kit.prepare(key, dialect, body.to_string()).await;
    call.task = Task::Count;
    if dialect == Bedrock {
        call.body = [&br#"{"input":{"converse":"#[..], &call.body, b"}}"].concat().into();
    }
    let id = call.id.clone();
    collect(id, kit.engine.count(principal, call).await).await
}

async fn count(kit: &Kit, dialect: Dialect, body: &Value) -> Got {
    count_as(kit, &Secret::new(MASTER), dialect, body).await
}

fn asked(model: &str, text: &str) -> Value {
    json!({"model": model, "messages": [{"role": "user", "content": text}]})
}

fn told(dialect: Dialect, got: &Got) -> u64 {
    let body = got.json();
    let (name, extra) = match dialect {
        OpenAiChat | Cohere => panic!("nobody asks so"),
        OpenAiResponses => ("input_tokens", 2),
        Anthropic => ("input_tokens", 1),
        Bedrock => ("inputTokens", 1),
        Gemini => ("totalTokens", 1),
        outside!() => not_of_the_square(),
    };
    assert_eq!((got.status, body.as_object().map(serde_json::Map::len)), (200, Some(extra)), "{got:?}");
    body[name].as_u64().unwrap()
}

/// The bodies of the questions that the upstream was asked at that path.
fn questions(kit: &Kit, path: &str) -> Vec<Bytes> {
    let served = kit.upstream.served().into_iter();
    served.filter(|served| served.path.split('?').next() == Some(path)).map(|served| served.body).collect()
}

#[tokio::test]
async fn every_client_is_told_by_every_provider_that_counts() {
    let kit = Kit::start().await;
    for client in [OpenAiResponses, Anthropic, Bedrock, Gemini] {
        for (model, path) in [
            (CLAUDE, "/v1/messages/count_tokens"),
            (RESPONSES, "/responses/input_tokens"),
            (BOTH, "/responses/input_tokens"),
            (BEDROCK, "/model/bedrock-model/count-tokens"),
            (GEMINI, "/v1beta/models/gemini-3-model:countTokens"),
        ] {
            let before = questions(&kit, path).len();
            let got = count(&kit, client, &asked(model, "how long is a piece of string?")).await;
            assert!(told(client, &got) > 1, "{client:?} {model}");
            assert_eq!(got.header(SOURCE), Some("provider"), "{client:?} {model}");
            let asked = questions(&kit, path);
            assert_eq!(asked.len(), before + 1, "{client:?} {model}");
            if model == GEMINI {
                let question: Value = serde_json::from_slice(asked.last().unwrap()).unwrap();
                assert_eq!(question["generateContentRequest"]["model"], "models/gemini-3-model", "{client:?}");
            }
        }
        for model in [GPT, COHERE] {
            let got = count(&kit, client, &asked(model, "how long is a piece of string?")).await;
            assert!((8..20).contains(&told(client, &got)), "{client:?} {model} {got:?}");
            assert_eq!(got.header(SOURCE), Some("estimated"), "{client:?} {model}");
        }
    }
    assert!(kit.rows().await.is_empty(), "counting is not on record");
}

#[tokio::test]
async fn the_clients_own_bytes_go_to_its_own_dialect() {
    let kit = Kit::start().await;
    let body = json!({"model": CLAUDE, "messages": [{"role": "user", "content": "hi"}], "speed": "standard"});
    let (principal, mut call) = kit.prepare(&Secret::new(MASTER), Anthropic, body.to_string()).await;
    call.task = Task::Count;
    call.headers.insert("anthropic-beta", "token-counting-2024-11-01".parse().unwrap());
    call.query = Some("beta=true".to_owned());
    let got = collect(call.id.clone(), kit.engine.count(principal, call).await).await;
    assert_eq!(got.status, 200, "{got:?}");
    let served = kit.upstream.served();
    let last = served.last().unwrap();
    let expected = body.to_string().replace(r#""anthropic""#, r#""anthropic-model""#);
    assert_eq!((last.body.as_ref(), last.path.as_str()), (expected.as_bytes(), "/v1/messages/count_tokens?beta=true"));
    assert_eq!(last.header("anthropic-beta"), Some("token-counting-2024-11-01"));
}

#[tokio::test]
async fn across_dialects_only_what_counters_take_is_asked() {
    let kit = Kit::start().await;
    let mut body = asked(CLAUDE, "hi");
    body["max_output_tokens"] = json!(7);
    body["temperature"] = json!(0.5);
    body["instructions"] = json!("be brief");
    let got = count(&kit, OpenAiResponses, &body).await;
    assert_eq!(got.status, 200, "{got:?}");
    let question: Value = serde_json::from_slice(&questions(&kit, "/v1/messages/count_tokens")[0]).unwrap();
    let mut names: Vec<_> = question.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["messages", "model", "system"]);
    assert_eq!(question["model"], "anthropic-model");
}

#[tokio::test]
async fn what_nobody_counts_is_estimated_and_what_is_wrong_is_told() {
    let path = "/v1/messages/count_tokens";
    for (status, expected) in
        [(404, None), (405, None), (500, None), (529, None), (403, None), (400, Some(400)), (429, Some(429))]
    {
        let kit = Kit::start().await;
        let when = When { path: Some(path.to_owned()), ..When::default() };
        kit.upstream.script(Script { when, status: Some(status), ..Script::default() });
        let got = count(&kit, Anthropic, &asked(CLAUDE, "hi")).await;
        match expected {
            None => assert_eq!((told(Anthropic, &got), got.header(SOURCE)), (5, Some("estimated")), "{status}"),
            Some(expected) => {
                assert_eq!((got.status, got.json()["type"].as_str()), (expected, Some("error")), "{got:?}");
            }
        }
        assert_eq!(questions(&kit, path).len(), 1, "{status}");
    }
}

#[tokio::test]
async fn one_other_deployment_is_asked() {
    let path = "/v1/messages/count_tokens";
    let kit = Kit::with(|setup| {
        for id in ["second", "third"] {
            let deployment = deployment(CLAUDE, &setup.base);
            setup.deployments.push(engine::models::Deployment { id: id.to_owned(), ..deployment });
        }
    })
    .await;
    let push = || {
        let when = When { path: Some(path.to_owned()), ..When::default() };
        kit.upstream.script(Script { when, status: Some(500), ..Script::default() });
    };
    push();
    let got = count(&kit, Anthropic, &asked(CLAUDE, "hi")).await;
    assert_eq!((got.header(SOURCE), questions(&kit, path).len()), (Some("provider"), 2), "{got:?}");
    push();
    push();
    let got = count(&kit, Anthropic, &asked(CLAUDE, "hi")).await;
    assert_eq!((got.header(SOURCE), questions(&kit, path).len()), (Some("estimated"), 4), "{got:?}");
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_not_waited_for() {
    let kit = Kit::with(|setup| {
        let gone = "http://127.0.0.1:1";
        setup.deployments = vec![deployment(CLAUDE, gone)];
    })
    .await;
    let got = count(&kit, Bedrock, &asked(CLAUDE, "hi")).await;
    assert_eq!((told(Bedrock, &got), got.header(SOURCE)), (5, Some("estimated")));
}

#[tokio::test]
async fn who_may_not_call_a_model_may_not_count_for_it() {
    let kit = Kit::start().await;
    let empty = kit.key(Some(0)).await;
    let got = count_as(&kit, &empty, Anthropic, &asked(CLAUDE, "hi")).await;
    assert_eq!(got.status, 200, "counting is free: {got:?}");
    for (dialect, body, status) in [
        (Anthropic, asked("nothing", "hi"), 404),
        (OpenAiResponses, asked("nothing", "hi"), 404),
        (Gemini, asked("nothing", "hi"), 404),
        (Anthropic, json!({"model": CLAUDE, "messages": "hi"}), 400),
        (Anthropic, json!({"model": CLAUDE, "messages": [], "api_base": "http://x"}), 400),
    ] {
        assert_eq!(count(&kit, dialect, &body).await.status, status, "{body}");
    }
}

#[tokio::test]
async fn what_is_dropped_of_calls_is_dropped_of_their_count() {
    let kit = Kit::with(|setup| {
        for deployment in &mut setup.deployments {
            deployment.drop_fields = vec![FieldPath::parse("system").unwrap()];
        }
    })
    .await;
    let mut body = asked(CLAUDE, "hi");
    body["system"] = json!("long instructions");
    let got = count(&kit, Anthropic, &body).await;
    assert_eq!((got.status, got.header("x-turnpike-dropped")), (200, Some("system")), "{got:?}");
    let question: Value = serde_json::from_slice(&questions(&kit, "/v1/messages/count_tokens")[0]).unwrap();
    assert_eq!(question.get("system"), None);
}

/// Who counts is asked about the request; what stands around it is told nobody.
#[tokio::test]
async fn what_a_question_has_beside_the_request_is_named() {
    let kit = Kit::start().await;
    for (client, model, asked, named) in [
        (Bedrock, BEDROCK, r#"{"input":{"converse":{"messages":[]},"x":1},"y":2}"#, Some("input.x, y")),
        (Bedrock, GPT, r#"{"input":{"converse":{"messages":[],"z":3},"x":1}}"#, Some("input.x, z")),
        (Bedrock, BEDROCK, r#"{"input":{"converse":{"messages":[]},"invokeModel":null}}"#, None),
        (Gemini, GEMINI, r#"{"generateContentRequest":{"contents":[]},"x":1}"#, Some("x")),
    ] {
        let texts = if client == Bedrock { "content" } else { "parts" };
        let asked = asked.replace("[]", &format!(r#"[{{"role":"user","{texts}":[{{"text":"hi"}}]}}]"#));
        let address = Address { model: model.to_owned(), stream: false };
        let (principal, mut call) =
            kit.prepare_raw(&Secret::new(MASTER), client, Some(address), asked.clone().into()).await;
        call.task = Task::Count;
        let got = collect(call.id.clone(), kit.engine.count(principal, call).await).await;
        assert_eq!((got.status, got.header("x-turnpike-dropped")), (200, named), "{asked}: {}", got.text());
    }
}

/// The settings that change what is sent, in calls.
#[tokio::test]
async fn configured_fields_are_cut_out_and_named() {
    let kit = Kit::with(|setup| {
        for deployment in &mut setup.deployments {
            let paths = ["top_p", "messages[*].name", "metadata.team", "user"];
            deployment.drop_fields = paths.map(|path| FieldPath::parse(path).unwrap()).into();
        }
    })
    .await;
    let body = json!({"top_p": 0.5, "model": GPT, "messages": [{"role": "user", "name": "me", "content": "[[say:x]]"}],
        "metadata": {"team": "a", "kept": "b"}, "max_tokens": 99});
    for (model, dropped) in
        [(GPT, "top_p, messages[*].name, metadata.team"), (RESPONSES, "top_p, messages[*].name, metadata.team")]
    {
        let mut body = body.clone();
        body["model"] = json!(model);
        let got = kit.call(OpenAiChat, &body).await;
        assert_eq!((got.status, got.header("x-turnpike-dropped")), (200, Some(dropped)), "{got:?}");
        let sent: Value = serde_json::from_slice(&kit.upstream.served().last().unwrap().body).unwrap();
        assert_eq!((sent.get("top_p"), &sent["metadata"]), (None, &json!({"kept": "b"})), "{sent}");
        assert!(!sent.to_string().contains(r#""name""#), "{sent}");
    }
}

#[tokio::test]
async fn a_conversation_is_repaired_where_that_is_wanted_and_named() {
    for (wanted, status) in [(false, 400), (true, 200)] {
        let kit = Kit::with(|setup| {
            for deployment in &mut setup.deployments {
                deployment.modify_params = wanted;
            }
        })
        .await;
        let body = json!({"model": BEDROCK, "max_tokens": 9, "messages": [
            {"role": "assistant", "content": "hello"}, {"role": "user", "content": "[[say:x]]"}]});
        let got = kit.call(OpenAiChat, &body).await;
        let named = wanted.then_some("modified:messages[0] (user message put in front)");
        assert_eq!((got.status, got.header("x-turnpike-dropped")), (status, named), "{got:?}");
    }
}

#[tokio::test]
async fn a_refusal_names_what_the_client_sent() {
    let kit = Kit::start().await;
    for (client, model, field, value, named) in [
        (OpenAiChat, CLAUDE, "seed", json!(7), "seed"),
        (OpenAiChat, BEDROCK, "presence_penalty", json!(1), "presence_penalty"),
        (Anthropic, GPT, "top_k", json!(7), "top_k"),
        (Gemini, GPT, "generationConfig", json!({"topK": 7}), "generationConfig.topK"),
        (Gemini, CLAUDE, "generationConfig", json!({"seed": 7}), "generationConfig.seed"),
        (OpenAiChat, GEMINI, "logit_bias", json!({"7": 1}), "logit_bias"),
        (OpenAiChat, CLAUDE, "n", json!(2), "n"),
        (OpenAiChat, COHERE, "n", json!(2), "n"),
        (OpenAiChat, COHERE, "temperature", json!(1.5), "temperature (above 1)"),
        (Cohere, GPT, "k", json!(7), "k"),
        (Cohere, CLAUDE, "seed", json!(7), "seed"),
        (Cohere, GEMINI, "safety_mode", json!("OFF"), "safety_mode"),
    ] {
        let mut body = asked(model, "[[say:x]]");
        body["max_tokens"] = json!(9);
        body[field] = value;
        let got = kit.call(client, &body).await;
        let error = seen::read(client, &got).error;
        let message = error["message"].as_str().unwrap_or_default();
        let said = message.contains(&format!("for: {named}.")) || message.contains(&format!("'{named}'"));
        assert!(got.status == 400 && said, "{got:?}");
    }
}
