//! What a call against a budget may not ask, and what it may still get.

use serde_json::{Value, json};
use wire::Dialect::{Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use crate::kit::{BEDROCK, CLAUDE, COHERE, GEMINI, GPT, Kit, RESPONSES, deployment, not_of_the_square, outside, price};

#[tokio::test]
async fn what_has_a_price_of_its_own_is_refused_against_a_budget_only() {
    let kit = Kit::with(|_| ()).await;
    let (budgeted, free) = (kit.key(Some(9_000_000_000)).await, kit.key(None).await);
    let guardrail = json!({"guardrailConfig": {"guardrailIdentifier": "abcdefghij", "guardrailVersion": "1"}});
    for (dialect, model, fields, named) in [
        (OpenAiChat, GPT, json!({"service_tier": "priority"}), "service_tier"),
        (OpenAiChat, GPT, json!({"web_search_options": {}}), "web_search_options"),
        (OpenAiResponses, RESPONSES, json!({"service_tier": "priority"}), "service_tier"),
        (OpenAiResponses, RESPONSES, json!({"tools": [{"type": "web_search"}]}), "web_search"),
        (
            OpenAiResponses,
            RESPONSES,
            json!({"tools": [{"type": "code_interpreter", "container": "c"}]}),
            "code_interpreter",
        ),
        (Anthropic, CLAUDE, json!({"speed": "fast"}), "speed"),
        (Anthropic, CLAUDE, json!({"tools": [{"type": "web_search_20260318", "name": "w"}]}), "web_search_20260318"),
        (Gemini, GEMINI, json!({"serviceTier": "priority"}), "serviceTier"),
        (Gemini, GEMINI, json!({"tools": [{"googleSearch": {}}]}), "googleSearch"),
        (Gemini, GEMINI, json!({"tools": [{"code_execution": {}}]}), "code_execution"),
        (OpenAiChat, BEDROCK, guardrail.clone(), "guardrailConfig"),
        (Bedrock, BEDROCK, guardrail, "guardrailConfig"),
    ] {
        let mut asked =
            json!({"model": model, "max_tokens": 99, "messages": [{"role": "user", "content": "[[say:x]]"}]});
        asked.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let before = kit.upstream.count();
        let got = kit.call_as(&budgeted, dialect, asked.to_string()).await;
        assert!(got.status == 400 && String::from_utf8_lossy(&got.body).contains(named), "{named}: {got:?}");
        assert_eq!(kit.upstream.count(), before, "{named}");
        assert_eq!(kit.call_as(&free, dialect, asked.to_string()).await.status, 200, "{named}");
    }
}

#[tokio::test]
async fn sound_that_has_a_price_is_held_for_and_charged_by_it() {
    let audio = money::Rate::new(price().rate(money::Class::Output).get() * 10);
    let asked = json!({"model": GPT, "max_tokens": 9, "modalities": ["text", "audio"], "audio": {"voice": "v", "format": "wav"},
        "messages": [{"role": "user", "content": "[[say:x]]"}]});
    for (prices, status) in [(price(), 400), (price().with(money::Class::OutputAudio, audio), 200)] {
        let kit = Kit::with(|setup| setup.deployments[0].prices = prices.clone().into()).await;
        let key = kit.key(Some(9_000_000_000)).await;
        let got = kit.call_as(&key, OpenAiChat, asked.to_string()).await;
        assert_eq!(got.status, status, "{got:?}");
        if status == 200 {
            let held = kit.rows().await[0].detail.as_ref().unwrap().hold.unwrap();
            assert!(held.get() > i64::try_from(audio.get()).unwrap() * 9 / 1_000_000, "{held}");
        }
    }
}

#[tokio::test]
async fn what_one_deployment_is_too_dear_for_another_may_do() {
    let kit = Kit::with(|setup| {
        let base = setup.base.clone();
        let mut dear = deployment(GPT, &base);
        dear.id = "dear".to_owned();
        dear.max_input_tokens = None;
        let costly = money::Rate::parse_usd_per_token("1").unwrap();
        dear.prices = price().with(money::Class::Input, costly).into();
        setup.deployments.push(dear);
    })
    .await;
    let key = kit.key(Some(100_000_000)).await;
    let asked: Value = json!({"model": GPT, "max_tokens": 9, "messages": [{"role": "user", "content": "[[say:x]]"}]});
    for _ in 0..12 {
        let got = kit.call_as(&key, OpenAiChat, asked.to_string()).await;
        assert_eq!(got.status, 200, "{got:?}");
    }
}

#[tokio::test]
async fn a_schema_may_call_its_properties_what_it_likes() {
    let kit = Kit::with(|setup| {
        for deployment in &mut setup.deployments {
            deployment.max_input_tokens = Some(1_000_000);
        }
    })
    .await;
    let key = kit.key(Some(10_000_000)).await;
    let schema = json!({"type": "object", "properties": {"container": {"type": "string"}, "audio": {"type": "bug"}}});
    for (dialect, model, tool) in [
        (OpenAiChat, GPT, json!({"type": "function", "function": {"name": "t", "parameters": schema}})),
        (OpenAiResponses, RESPONSES, json!({"type": "function", "name": "t", "parameters": schema})),
        (Anthropic, CLAUDE, json!({"name": "t", "input_schema": schema})),
        (Bedrock, BEDROCK, json!({"toolSpec": {"name": "t", "inputSchema": {"json": schema}}})),
        (Gemini, GEMINI, json!({"functionDeclarations": [{"name": "t", "parametersJsonSchema": schema}]})),
        (Cohere, COHERE, json!({"type": "function", "function": {"name": "t", "parameters": schema}})),
    ] {
        let mut asked = json!({"model": model, "max_tokens": 99,
            "messages": [{"role": "user", "content": "[[say:a computer]]"}]});
        match dialect {
            Bedrock => asked["toolConfig"] = json!({"tools": [tool]}),
            OpenAiChat | OpenAiResponses | Anthropic | Gemini | Cohere => asked["tools"] = json!([tool]),
            outside!() => not_of_the_square(),
        }
        let got = kit.call_as(&key, dialect, asked.to_string()).await;
        assert_eq!(got.status, 200, "{got:?}");
    }
}

/// A ceiling below the thinking would be refused by the provider, as if the client had made a mistake.
#[tokio::test]
async fn a_budget_that_leaves_nothing_beside_the_thinking_refuses() {
    let kit = Kit::with(|_| ()).await;
    let asked = json!({"model": CLAUDE, "max_tokens": 16_000, "thinking": {"type": "enabled", "budget_tokens": 10_000},
        "messages": [{"role": "user", "content": "x"}]});
    let converse = json!({"model": BEDROCK, "max_tokens": 16_000, "messages": asked["messages"],
        "additionalModelRequestFields": {"thinking": asked["thinking"]}});
    // who speaks Converse is told of a budget with a status that AWS's SDKs know with it
    for (budget, statuses) in [(10_000_000, [422, 400]), (25_000_000, [200; 2]), (90_000_000, [200; 2])] {
        for ((client, asked), status) in [(Anthropic, &asked), (Bedrock, &converse)].into_iter().zip(statuses) {
            let key = kit.key(Some(budget)).await;
            assert_eq!(kit.call_as(&key, client, asked.to_string()).await.status, status, "{client:?} {budget}");
        }
    }
    for served in kit.upstream.served() {
        let sent = served.json();
        let most = sent["max_tokens"].as_u64().or(sent["inferenceConfig"]["maxTokens"].as_u64());
        assert!(most.unwrap() > 10_000, "{sent}");
    }
}

/// What could not be tried does not hide that another try at the first place would help.
#[tokio::test]
async fn an_unsuited_deployment_does_not_end_the_retries() {
    let kit = Kit::with(|setup| {
        setup.settings.retries = 2;
        let base = setup.base.clone();
        let mut unsuited = deployment(CLAUDE, &base);
        unsuited.group = GPT.to_owned();
        unsuited.id = "unsuited".to_owned();
        setup.deployments.push(unsuited);
        // the other would be chosen every time that there is a choice
        setup.deployments[0].weight = 0;
    })
    .await;
    let asked =
        json!({"model": GPT, "max_tokens": 9, "seed": 1, "messages": [{"role": "user", "content": "[[say:x]]"}]});
    for _ in 0..6 {
        kit.upstream.script(testkit::Script { status: Some(500), ..testkit::Script::default() });
        let got = kit.call(OpenAiChat, &asked).await;
        assert_eq!(got.status, 200, "{got:?}");
    }
}

/// An attempt that broke off is charged an estimate of ours, and no estimate passes what was held.
#[tokio::test]
async fn a_broken_attempt_with_an_image_stays_within_its_hold() {
    let kit = Kit::with(|setup| setup.deployments[0].max_input_tokens = Some(1000)).await;
    let key = kit.key(Some(90_000_000)).await;
    kit.upstream.script(testkit::Script { hang_up: true, ..testkit::Script::default() });
    let url = format!("data:image/png;base64,{}", "A".repeat(400_000));
    let asked = json!({"model": GPT, "max_tokens": 9,
        "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}]});
    assert_eq!(kit.call_as(&key, OpenAiChat, asked.to_string()).await.status, 502);
    let rows = kit.rows().await;
    assert!(rows[0].cost.unwrap() <= price().worst_case(&money::Bounds::of(1000, 9)), "{rows:?}");
}

/// What stands elsewhere may be as long as the model's window, so that is what is held for it; a text is what it is.
#[tokio::test]
async fn what_stands_elsewhere_is_held_for_at_its_longest() {
    const PROMPT: &str = "arn:aws:bedrock:us-east-1:123456789012:prompt/P";
    let kit = Kit::with(|setup| {
        let mut prompt = deployment(BEDROCK, &setup.base);
        (prompt.id, prompt.group) = ("prompt".to_owned(), PROMPT.to_owned());
        setup.deployments.push(prompt);
    })
    .await;
    let place = || json!({"s3Location": {"uri": "s3://bucket/x"}});
    let beside = |part: Value| json!({"messages": [{"role": "user", "content": [{"text": "[[say:x]]"}, part]}]});
    for (model, mut asked, fits) in [
        (BEDROCK, beside(json!({"text": "y"})), true),
        (BEDROCK, beside(json!({"image": {"format": "png", "source": {"bytes": "AAEC"}}})), false),
        (BEDROCK, beside(json!({"image": {"format": "png", "source": place()}})), false),
        (BEDROCK, beside(json!({"document": {"format": "pdf", "name": "d", "source": place()}})), false),
        (BEDROCK, beside(json!({"video": {"format": "mp4", "source": place()}})), false),
        (BEDROCK, json!({"promptVariables": {"a": {"text": "b"}}}), false),
        (PROMPT, json!({"messages": []}), false),
    ] {
        asked["inferenceConfig"] = json!({"maxTokens": 9});
        let key = kit.key(Some(1_000_000)).await;
        let got = kit.converse(&key, model, false, asked.to_string()).await;
        assert_eq!(got.status, if fits { 200 } else { 400 }, "{asked}: {}", got.text());
        let error = (!fits).then_some("ServiceQuotaExceededException");
        assert_eq!(got.header("x-amzn-errortype"), error, "{asked}: {}", got.text());
    }
    assert_eq!(kit.assert_one_row_an_attempt().await.len(), 1);
}
