//! Bedrock on both sides: bytes that stay as they are, the ceiling and the model that do not, and what is never sent on.

use engine::secret::Secret;
use serde_json::{Value, json};
use store::ledger::Provenance;
use testkit::Script;
use wire::Dialect::{Anthropic, Bedrock, OpenAiChat};
use wire::envelope::Address;

use crate::frames::{self, block_stop, delta};
use crate::kit::{BEDROCK, CLAUDE, GPT, Got, Kit, MASTER, PROVIDER_KEY, collect, deployment, price};
use crate::seen;

const ARN: &str = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.x-v1:0";

fn master() -> Secret {
    Secret::new(MASTER)
}

/// Bodies that no decoder of ours would take. The upstream refuses some of them, but it has seen them.
#[tokio::test]
async fn a_body_goes_on_byte_for_byte() {
    let kit = Kit::start().await;
    for body in [
        r#"{"messages":[{"role":"martian","content":[{"smell":{"of":1.50}}]}]}"#,
        "{ \"messages\" : [ {\"role\":\"user\",\"content\":[{\"text\":\"\\u0041\"}]} ] ,\n\t\"xFuture\": {\"a\":[1e2, -0]} }",
        r#"{"messages":[{"role":"user","content":[{"text":"x","model":"inner"}]}],"model":"a member of theirs","stream":9}"#,
        r#"{"inferenceConfig":{"temperature":1.0,"maxTokens":9 ,"x":null},"system":7,"messages":[]}"#,
        r#"{"promptVariables":{"a":{"text":"b"}}}"#,
    ] {
        for stream in [false, true] {
            kit.converse(&master(), BEDROCK, stream, body).await;
            let served = kit.upstream.last().unwrap();
            assert_eq!((&served.body[..], served.stream), (body.as_bytes(), stream), "{body}");
        }
    }
}

#[tokio::test]
async fn an_answer_comes_back_byte_for_byte() {
    let kit = Kit::start().await;
    let whole = br#" {"output":{"message":{"role":"assistant","content":[{"new":{"deep":[1.0,null]}}],"x":"\u00e9"}},
        "usage":{"inputTokens":4, "outputTokens":2,"totalTokens":6,"x":1},"stopReason":"brand_new","metrics":{"latencyMs":1}}"#;
    let unknown = |payload: &str| {
        frames::frame(&[(":message-type", "event"), (":event-type", "new"), ("x", "y")], payload.as_bytes())
    };
    let said = [delta(0, &json!({"brandNew": {"a": 1}})), delta(0, &json!({"text": "hi"})), block_stop(0)];
    let stream =
        [unknown("not JSON \u{e9}"), frames::stream(&said, "end_turn", json!({"p": "abcdefgh", "x": [1]}))].concat();
    for (streamed, body) in [(false, whole.to_vec()), (true, stream)] {
        kit.upstream.script(frames::raw(streamed, body.clone()));
        let asked = r#"{"messages":[{"role":"user","content":[{"text":"x"}]}]}"#;
        let got = kit.converse(&master(), BEDROCK, streamed, asked).await;
        assert_eq!((got.status, got.stream, &got.body[..]), (200, streamed, &body[..]), "{}", got.text());
        let row = kit.rows_of(&got.id).await.pop().unwrap();
        assert_eq!(row.provenance, Provenance::Final);
    }
}

/// Status, exception and body of a refusal are the provider's, whatever the body holds beside the message. What it says of our
/// own credential is not for clients.
#[tokio::test]
async fn a_refusal_comes_back_as_it_was_said() {
    let kit = Kit::start().await;
    for (status, name) in [
        (400, "ValidationException"),
        (400, "ServiceQuotaExceededException"),
        (404, "ResourceNotFoundException"),
        (408, "ModelTimeoutException"),
        (424, "ModelErrorException"),
        (429, "ThrottlingException"),
        (429, "ModelNotReadyException"),
        (500, "InternalServerException"),
        (503, "ServiceUnavailableException"),
        (403, "AccessDeniedException"),
    ] {
        let body = format!(r#"{{ "message":"said by {name}", "originalStatusCode":500.0, "resourceName":"r" }}"#);
        for (stream, client) in [(false, Bedrock), (true, Bedrock), (false, OpenAiChat), (true, Anthropic)] {
            // the namespace and the URL that stand around names are not the name
            let word = format!("com.amazon.coral#{name}:http://internal.amazon.com/x");
            let mut script = frames::raw(false, body.clone().into_bytes());
            script.headers.insert("x-amzn-errortype".to_owned(), word);
            kit.upstream.script(Script { status: Some(status), ..script });
            let asked = json!({"model": BEDROCK, "stream": stream, "max_tokens": 9,
                "messages": [{"role": "user", "content": "x"}]});
            let got = kit.call(client, &asked).await;
            let cell = format!("{name} to {client:?}: {}", got.text());
            assert_eq!((got.status, got.stream), (status, false), "{cell}");
            assert_eq!(got.text().contains("said by"), status != 403, "{cell}");
            if client == Bedrock {
                assert_eq!(got.header("x-amzn-errortype"), Some(name), "{cell}");
                assert_eq!(got.text() == body, status != 403, "{cell}");
            } else {
                let error = seen::read(client, &got).error;
                assert!(error["message"].is_string() && error["type"].is_string(), "{cell}");
            }
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// What only Bedrock can take is served by the deployment that is Bedrock's, whichever is chosen first.
#[tokio::test]
async fn a_deployment_that_cannot_carry_a_body_leaves_it_to_one_that_can() {
    let kit = Kit::with(|setup| {
        for (provider, weight) in [(CLAUDE, 1), (GPT, 1), (BEDROCK, 0)] {
            let mut member = deployment(provider, &setup.base);
            member.group = "all".to_owned();
            member.weight = weight;
            setup.deployments.push(member);
        }
    })
    .await;
    let place = json!({"s3Location": {"uri": "s3://bucket/cat.png"}});
    let content = json!([{"text": "[[say:hi]]"}, {"image": {"format": "png", "source": place}}]);
    let asked = json!({"messages": [{"role": "user", "content": content}]}).to_string();
    for stream in [false, true] {
        let got = kit.converse(&master(), "all", stream, asked.clone()).await;
        assert_eq!(seen::read(Bedrock, &got).text, "hi", "{}", got.text());
        assert_eq!(kit.upstream.last().unwrap().body, asked);
    }
    assert_eq!(kit.assert_one_row_an_attempt().await.len(), 2);
}

/// The URL names the group; the provider is asked for its own model, and gets nothing else of the client.
#[tokio::test]
async fn the_model_of_the_url_is_the_deployments() {
    let kit = Kit::with(|setup| {
        let bedrock = setup.deployments.iter_mut().find(|deployment| deployment.group == BEDROCK).unwrap();
        bedrock.model = ARN.to_owned();
        bedrock.group = "my/own:1".to_owned();
    })
    .await;
    for stream in [false, true] {
        let address = Address { model: "my/own:1".to_owned(), stream };
        let body = r#"{"messages":[{"role":"user","content":[{"text":"[[say:x]]"}]}]}"#;
        let (principal, mut call) = kit.prepare_raw(&master(), Bedrock, Some(address), body.into()).await;
        for (name, value) in [
            ("authorization", "AWS4-HMAC-SHA256 Credential=sk-client/x"),
            ("x-amz-date", "20260101T000000Z"),
            ("x-amz-security-token", "of-the-client"),
            ("x-amzn-bedrock-trace", "enabled"),
            ("amz-sdk-invocation-id", "1"),
            ("cookie", "a=b"),
        ] {
            call.headers.insert(name, value.parse().unwrap());
        }
        call.query = Some("x=1".to_owned());
        let id = call.id.clone();
        let got = collect(id, kit.engine.serve(principal, call).await).await;
        assert_eq!(seen::read(Bedrock, &got).text, "x", "{}", got.text());
        let served = kit.upstream.last().unwrap();
        let operation = if stream { "converse-stream" } else { "converse" };
        let encoded = ARN.replace(':', "%3A").replace('/', "%2F");
        assert_eq!((served.path, served.model.as_deref()), (format!("/model/{encoded}/{operation}"), Some(ARN)));
        assert_eq!(served.headers["authorization"], format!("Bearer {PROVIDER_KEY}"));
        let ours =
            ["accept", "authorization", "content-length", "content-type", "host", "user-agent", "x-turnpike-attempt"];
        assert_eq!(served.headers.keys().collect::<Vec<_>>(), ours);
        assert_eq!(served.body, body);
    }
}

/// Where the ceiling of a budget stands: `N` in what is sent.
#[tokio::test]
async fn a_ceiling_is_the_only_edit() {
    let kit = Kit::start().await;
    let messages = r#""messages": [{"role":"user","content":[{"text":"[[say:hi]]"}]}]"#;
    for (asked, sent) in [
        (format!("{{ {messages} }}"), format!(r#"{{"inferenceConfig":{{"maxTokens":N}}, {messages} }}"#)),
        (
            format!(r#"{{{messages},"inferenceConfig": {{ }}}}"#),
            format!(r#"{{{messages},"inferenceConfig": {{"maxTokens":N }}}}"#),
        ),
        (
            format!(r#"{{{messages},"inferenceConfig":null }}"#),
            format!(r#"{{{messages},"inferenceConfig":{{"maxTokens":N}} }}"#),
        ),
        (
            format!(r#"{{"inferenceConfig":{{"topP":0.50}},{messages}}}"#),
            format!(r#"{{"inferenceConfig":{{"maxTokens":N,"topP":0.50}},{messages}}}"#),
        ),
        (
            format!(r#"{{"inferenceConfig":{{"topP":0.50, "maxTokens": null}},{messages}}}"#),
            format!(r#"{{"inferenceConfig":{{"topP":0.50, "maxTokens": N}},{messages}}}"#),
        ),
        (
            format!(r#"{{"inferenceConfig":{{"maxTokens":1000000 ,"topP":0.50}},{messages}}}"#),
            format!(r#"{{"inferenceConfig":{{"maxTokens":N ,"topP":0.50}},{messages}}}"#),
        ),
    ] {
        for stream in [false, true] {
            let budget = 700_000;
            let key = kit.key(Some(budget)).await;
            let got = kit.converse(&key, BEDROCK, stream, asked.clone()).await;
            assert_eq!(got.status, 200, "{asked}: {}", got.text());
            let served = kit.upstream.last().unwrap();
            let ceiling = served.json()["inferenceConfig"]["maxTokens"].as_u64().unwrap();
            assert_eq!(served.body, sent.replace('N', &ceiling.to_string()), "{asked}");
            let worst = price().worst_case(&money::Bounds::of(asked.len() as u64, ceiling)).get();
            assert!(worst <= budget && worst + 2000 > budget, "{asked}: {ceiling} costs {worst}");
            let row = kit.rows_of(&got.id).await.pop().unwrap();
            assert_eq!(kit.key_row(&key).await.spend, row.cost.unwrap(), "{asked}");
        }
    }
    // one that the budget allows is the client's
    let key = kit.key(Some(700_000)).await;
    let asked = format!(r#"{{{messages},"inferenceConfig":{{"maxTokens":5}}}}"#);
    kit.converse(&key, BEDROCK, false, asked.clone()).await;
    assert_eq!(kit.upstream.last().unwrap().body, asked);
    kit.assert_one_row_an_attempt().await;
}

fn refused(got: &Got, named: &str) {
    let said = got.json()["message"].as_str().unwrap_or_default().to_owned();
    assert!(got.status == 400 && said.contains(named), "{named}: {} {said}", got.status);
    assert_eq!(got.header("x-amzn-errortype"), Some("ValidationException"), "{named}");
}

/// What could be read in two ways, or lifts what a budget was held for, is refused by its name whoever serves it.
#[tokio::test]
async fn ambiguous_and_reserved_fields_never_leave() {
    let kit = Kit::start().await;
    for (field, named) in [
        (r#""inferenceConfig":{},"inferenceConfig":{"maxTokens":5}"#, "inferenceConfig"),
        (r#""inferenceConfig":{"maxTokens":5,"maxTokens":6}"#, "inferenceConfig"),
        (r#""inferenceConfig":{"maxTokens":5,"max\u0054okens":6}"#, "inferenceConfig"),
        (r#""inferenceConfig":{"MaxTokens":5}"#, "MaxTokens"),
        (r#""inferenceConfig":{"maxTokens":0}"#, "maxTokens"),
        (r#""inferenceConfig":{"maxTokens":"5"}"#, "maxTokens"),
        (r#""inferenceConfig":[]"#, "inferenceConfig"),
        (r#""InferenceConfig":{}"#, "InferenceConfig"),
        (r#""\u0069nferenceConfig":{}"#, "inferenceConfig"),
        (r#""additionalModelRequestFields":{"max_tokens":5}"#, "max_tokens"),
        (r#""additionalModelRequestFields":{"Max_Tokens":5}"#, "Max_Tokens"),
        (r#""additionalModelRequestFields":{"max\u005ftokens":5}"#, "max_tokens"),
        (r#""additionalModelRequestFields":{"inferenceConfig":{"max_new_tokens":5}}"#, "max_new_tokens"),
        (r#""additionalModelRequestFields":{},"additionalModelRequestFields":{}"#, "additionalModelRequestFields"),
        (r#""api_base":"http://evil""#, "api_base"),
        (r#""api_key":"sk-evil""#, "api_key"),
    ] {
        let body = format!(r#"{{"messages":[{{"role":"user","content":[{{"text":"x"}}]}}],{field}}}"#);
        for model in [BEDROCK, GPT, CLAUDE] {
            refused(&kit.converse(&master(), model, false, body.clone()).await, named);
        }
    }
    assert_eq!((kit.upstream.count(), kit.rows().await.len()), (0, 0));
}

/// What has a price of its own is refused against a budget, and only there.
#[tokio::test]
async fn what_is_dearer_is_refused_against_a_budget() {
    let kit = Kit::start().await;
    let (budgeted, free) = (kit.key(Some(9_000_000_000)).await, kit.key(None).await);
    for (fields, named) in [
        (json!({"serviceTier": {"type": "priority"}}), "serviceTier"),
        (json!({"performanceConfig": {"latency": "optimized"}}), "performanceConfig"),
        (json!({"additionalModelRequestFields": {"x_of_the_model": 1}}), "x_of_the_model"),
        (json!({"additionalModelRequestFields": {"anthropic_beta": ["context-1m-2025-08-07"]}}), "anthropic_beta"),
        (json!({"toolConfig": {"tools": [{"systemTool": {"name": "nova_grounding"}}]}}), "systemTool"),
    ] {
        let mut asked: Value = json!({"messages": [{"role": "user", "content": [{"text": "[[say:x]]"}]}],
            "inferenceConfig": {"maxTokens": 9}});
        asked.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let before = kit.upstream.count();
        refused(&kit.converse(&budgeted, BEDROCK, false, asked.to_string()).await, named);
        assert_eq!(kit.upstream.count(), before, "{named}");
        assert_eq!(kit.converse(&free, BEDROCK, false, asked.to_string()).await.status, 200, "{named}");
    }
    // what was bought before costs no more than what is not
    for tier in ["flex", "reserved"] {
        let asked = json!({"messages": [{"role": "user", "content": [{"text": "x"}]}], "serviceTier": {"type": tier}});
        assert_eq!(kit.converse(&budgeted, BEDROCK, false, asked.to_string()).await.status, 200, "{tier}");
    }
}

/// Who speaks Converse is told so in its words when the budget is used up.
#[tokio::test]
async fn a_budget_that_is_used_up() {
    let kit = Kit::start().await;
    for (client, model) in [(Bedrock, BEDROCK), (Bedrock, GPT), (OpenAiChat, BEDROCK), (Anthropic, BEDROCK)] {
        let key = kit.key(Some(10_000)).await;
        let asked = json!({"model": model, "max_tokens": 9, "messages": [{"role": "user", "content": "x"}]});
        let got = kit.call_as(&key, client, asked.to_string()).await;
        let seen = seen::read(client, &got);
        assert!(seen.error["message"].as_str().unwrap().starts_with("Budget has been exceeded!"), "{}", got.text());
        if client == Bedrock {
            assert_eq!((got.status, &seen.error["type"]), (400, &json!("ServiceQuotaExceededException")));
        } else {
            assert_eq!(got.status, 422);
        }
    }
    assert_eq!((kit.upstream.count(), kit.rows().await.len()), (0, 0));
}
