//! Money: held before dispatch, settled once, never above the cap; and every figure explained by what the upstream counted.

use ::money::Nanos;
use engine::secret::Secret;
use futures_util::future::join_all;
use serde_json::{Value, json};
use store::journal::JournalConfig;
use store::ledger::{LedgerRow, Provenance};
use testkit::{Script, UsageMode};
use wire::Dialect::{
    self, Anthropic, Bedrock, BedrockInvoke, Cohere, CohereV1, Gemini, OpenAiChat, OpenAiCompletions, OpenAiResponses,
};

use crate::kit::{Got, Kit, MASTER, RESPONSES, group, not_of_the_square, outside, plain, price};
use crate::responses;

fn body(provider: Dialect, prompt: &str, fields: &Value) -> Value {
    let mut body = json!({"model": group(provider), "messages": [{"role": "user", "content": prompt}]});
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body
}

fn refused_for_its_budget(got: &Got) {
    let error = &got.json()["error"];
    assert_eq!((got.status, &error["type"]), (422, &json!("budget_exceeded")), "{}", got.text());
    let said = error["message"].as_str().unwrap();
    assert!(said.starts_with("Budget has been exceeded! Current cost: ") && said.contains("Max budget: "), "{said}");
}

fn cost(rows: &[LedgerRow]) -> i64 {
    rows.iter().map(|row| row.cost.unwrap().get()).sum()
}

#[tokio::test]
async fn two_hundred_calls_at_once_never_pass_the_cap() {
    for (client, provider, stream) in [
        (OpenAiChat, OpenAiChat, false),
        (Anthropic, OpenAiChat, true),
        (OpenAiChat, Anthropic, true),
        (OpenAiChat, Bedrock, true),
        (Bedrock, OpenAiChat, false),
        (Bedrock, Bedrock, true),
        (Gemini, Gemini, true),
        (OpenAiChat, Gemini, false),
        (Gemini, OpenAiChat, true),
        (Cohere, Cohere, true),
        (OpenAiChat, Cohere, false),
        (Cohere, OpenAiChat, true),
        (CohereV1, Cohere, true),
        (BedrockInvoke, OpenAiChat, false),
        (BedrockInvoke, BedrockInvoke, true),
        (OpenAiCompletions, Gemini, true),
        (OpenAiCompletions, OpenAiCompletions, false),
        (OpenAiChat, OpenAiCompletions, true),
    ] {
        let kit = Kit::start().await;
        let budget = 2_000_000;
        let key = kit.key(Some(budget)).await;
        let asked = |prompt: &str| body(provider, prompt, &json!({"max_tokens": 150, "stream": stream})).to_string();
        // so long that what is given back in the meantime does not use up the budget
        let slow = asked("[[sleep:300]][[say:x]]");
        let calls = (0..200).map(|_| kit.call_as(&key, client, slow.clone()));
        let got = join_all(calls).await;
        let (answered, refused): (Vec<_>, Vec<_>) = got.iter().partition(|got| got.status == 200);
        assert!(answered.len() > 2 && refused.len() > 100, "{} answered", answered.len());
        if client == OpenAiChat {
            for got in refused {
                refused_for_its_budget(got);
            }
        }
        explained(&kit, &key, budget).await;

        // what was held is given back: calls one after the other use up the rest, and no more
        let before = kit.upstream.count();
        while kit.call_as(&key, client, asked("[[say:x]]")).await.status == 200 {}
        assert!(kit.upstream.count() > before, "nothing was given back");
        let spent = explained(&kit, &key, budget).await;
        assert_eq!(kit.left(&key).await, budget - spent);
    }
}

/// I-01, I-02, I-03: rows = upstream's counts × price, spend = sum of rows, at most the cap.
async fn explained(kit: &Kit, key: &Secret, budget: i64) -> i64 {
    let rows = kit.assert_one_row_an_attempt().await;
    let counted: u64 =
        kit.upstream.served().iter().map(|served| served.measured.input * 1000 + served.measured.output * 2000).sum();
    let spent = kit.key_row(key).await.spend.get();
    assert_eq!((cost(&rows), spent), (i64::try_from(counted).unwrap(), cost(&rows)));
    assert!(spent <= budget, "{spent}");
    spent
}

/// The ceilings in a body, by name.
fn ceilings(body: &Value) -> Vec<(&'static str, u64)> {
    let paths = [
        ("max_tokens", "/max_tokens"),
        ("max_completion_tokens", "/max_completion_tokens"),
        ("max_output_tokens", "/max_output_tokens"),
        ("maxTokens", "/inferenceConfig/maxTokens"),
        ("maxOutputTokens", "/generationConfig/maxOutputTokens"),
    ];
    paths.into_iter().filter_map(|(name, path)| Some((name, body.pointer(path)?.as_u64()?))).collect()
}

/// Fields of the client, and the names of the ceilings that must have been lowered on the same dialect.
const CEILINGS: &[(Dialect, &str, &[&str])] = &[
    (OpenAiChat, "{}", &["max_completion_tokens"]),
    (OpenAiChat, r#"{"max_tokens":100000}"#, &["max_tokens"]),
    (OpenAiChat, r#"{"max_completion_tokens":100000}"#, &["max_completion_tokens"]),
    (OpenAiChat, r#"{"max_tokens":100000,"max_completion_tokens":100000}"#, &["max_tokens", "max_completion_tokens"]),
    (OpenAiChat, r#"{"max_completion_tokens":null}"#, &["max_completion_tokens"]),
    (OpenAiChat, r#"{"max_tokens":null}"#, &["max_completion_tokens"]),
    (OpenAiChat, r#"{"max_tokens":null,"stream":true,"stream_options":null}"#, &["max_completion_tokens"]),
    (OpenAiChat, r#"{"max_tokens":100000,"n":3}"#, &["max_tokens"]),
    (OpenAiResponses, "{}", &["max_output_tokens"]),
    (OpenAiResponses, r#"{"max_output_tokens":null,"stream":true}"#, &["max_output_tokens"]),
    (OpenAiResponses, r#"{"max_output_tokens":100000}"#, &["max_output_tokens"]),
    (Anthropic, r#"{"max_tokens":100000}"#, &["max_tokens"]),
    (Anthropic, r#"{"max_tokens":100000,"stream":true}"#, &["max_tokens"]),
    (Bedrock, "{}", &["maxTokens"]),
    (Bedrock, r#"{"inferenceConfig":null,"stream":true}"#, &["maxTokens"]),
    (Bedrock, r#"{"inferenceConfig":{ }}"#, &["maxTokens"]),
    (Bedrock, r#"{"inferenceConfig":{"topP":0.5}}"#, &["maxTokens"]),
    (Bedrock, r#"{"inferenceConfig":{"topP":0.5,"maxTokens":null}}"#, &["maxTokens"]),
    (Bedrock, r#"{"inferenceConfig":{"maxTokens": 100000 ,"topP":0.5},"stream":true}"#, &["maxTokens"]),
    (Gemini, "{}", &["maxOutputTokens"]),
    (Gemini, r#"{"generationConfig":null,"stream":true}"#, &["maxOutputTokens"]),
    (Gemini, r#"{"generationConfig":{ }}"#, &["maxOutputTokens"]),
    (Gemini, r#"{"generationConfig":{"topP":0.5,"maxOutputTokens":null}}"#, &["maxOutputTokens"]),
    (Gemini, r#"{"generationConfig":{"maxOutputTokens": 100000 ,"topP":0.5},"stream":true}"#, &["maxOutputTokens"]),
    (Gemini, r#"{"generationConfig":{"maxOutputTokens":100000,"candidateCount":3}}"#, &["maxOutputTokens"]),
    (Cohere, "{}", &["max_tokens"]),
    (Cohere, r#"{"max_tokens":null,"stream":true}"#, &["max_tokens"]),
    (Cohere, r#"{"max_tokens": 100000 }"#, &["max_tokens"]),
    // no provider of the square speaks these
    (CohereV1, "{}", &[]),
    (CohereV1, r#"{"max_tokens":100000,"stream":true}"#, &[]),
    (BedrockInvoke, r#"{"max_tokens":100000,"stream":true}"#, &[]),
    (OpenAiCompletions, "{}", &[]),
    (OpenAiCompletions, r#"{"max_tokens":100000,"stream":true}"#, &[]),
    (OpenAiCompletions, r#"{"max_tokens":100000,"n":3}"#, &[]),
];

#[tokio::test]
async fn a_ceiling_is_lowered_to_what_the_budget_allows_and_sent() {
    for (client, fields, names) in CEILINGS {
        for provider in Dialect::SQUARE {
            let cell = format!("{client:?} → {provider:?} {fields}");
            let fields: Value = serde_json::from_str(fields).unwrap();
            let several = [&fields["n"], &fields["generationConfig"]["candidateCount"]];
            let answers = several.into_iter().find_map(Value::as_u64).unwrap_or(1);
            if answers > 1 && !matches!(provider, OpenAiChat | Gemini) {
                continue; // the other dialects give one answer a call: refused by name
            }
            let kit = Kit::start().await;
            let budget = 700_000;
            let key = kit.key(Some(budget)).await;
            let asked = body(provider, "[[say:hi]]", &fields).to_string();
            let got = kit.call_as(&key, *client, asked.clone()).await;
            assert_eq!(got.status, 200, "{cell}: {}", got.text());
            let served = kit.upstream.last().unwrap();
            let raw = String::from_utf8(served.body.to_vec()).unwrap();
            let sent = ceilings(&served.json());
            let across = [match provider {
                OpenAiChat => "max_completion_tokens",
                OpenAiResponses => "max_output_tokens",
                Anthropic | Cohere => "max_tokens",
                Bedrock => "maxTokens",
                Gemini => "maxOutputTokens",
                outside!() => not_of_the_square(),
            }];
            let length = plain::addressed(*client, asked.clone().into()).1.len() as u64;
            let names = if *client == provider { *names } else { &across[..] };
            assert_eq!(sent.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names, "{cell}: {raw}");
            for (name, ceiling) in sent {
                assert_eq!(raw.matches(&format!("\"{name}\"")).count(), 1, "{cell}: {raw}");
                let worst = price().worst_case(&money::Bounds::of(length, ceiling * answers)).get();
                assert!(
                    worst <= budget && worst + 2000 * i64::try_from(answers).unwrap() > budget,
                    "{cell}: {ceiling} costs {worst}"
                );
            }
        }
    }
}

/// A provider refuses a ceiling that leaves nothing beside the thinking.
#[tokio::test]
async fn who_thinks_and_names_no_ceiling_is_sent_one_above_the_thinking() {
    let kit = Kit::start().await;
    let key = kit.key(Some(900_000_000)).await;
    let thinking = json!({"additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 8000}}});
    let config = json!({"generationConfig": {"thinkingConfig": {"thinkingBudget": 8000}}});
    for provider in Dialect::SQUARE {
        let mut contents = config.clone();
        contents["contents"] = json!([{"role": "user", "parts": [{"text": "[[say:hi]]"}]}]);
        contents["model"] = group(provider).into();
        for (client, asked) in [(Bedrock, body(provider, "[[say:hi]]", &thinking)), (Gemini, contents)] {
            let got = kit.call_as(&key, client, asked.to_string()).await;
            // what thinking costs there is not known to OpenAI's dialects
            if got.status == 200 {
                let sent = ceilings(&kit.upstream.last().unwrap().json());
                let ceiling = sent.first().map(|(_, ceiling)| *ceiling);
                assert_eq!(ceiling, Some(8000 + 4096), "{client:?} {provider:?}");
            } else {
                let is_openais = matches!(provider, OpenAiChat | OpenAiResponses);
                assert!(client == Bedrock && is_openais, "{client:?} {provider:?}: {}", got.text());
            }
        }
    }
}

/// Thinking is output: what a client of Cohere's wants thought is held for, with room for an answer.
#[tokio::test]
async fn thinking_in_coheres_words_is_held_for() {
    let thinking = json!({"thinking": {"type": "enabled", "token_budget": 8000}});
    for provider in [Cohere, Anthropic, Bedrock] {
        let asked = body(provider, "[[think:hm]] [[say:hi]]", &thinking).to_string();
        for (budget, status) in [(900_000_000, 200), (17_000_000, 200), (16_000_000, 422)] {
            let kit = Kit::start().await;
            let key = kit.key(Some(budget)).await;
            let got = kit.call_as(&key, Cohere, asked.clone()).await;
            assert_eq!(got.status, status, "{provider:?} {budget}: {}", got.text());
            let Some(served) = kit.upstream.last() else { continue };
            let (_, ceiling) = ceilings(&served.json())[0];
            let expected = if budget == 900_000_000 { 8000 + 4096..=8000 + 4096 } else { 8001..=8500 };
            assert!(expected.contains(&ceiling), "{provider:?} {budget}: {ceiling}");
            assert!(
                price().worst_case(&money::Bounds::of(asked.len() as u64, ceiling)).get() <= budget,
                "{provider:?} {budget}: {ceiling}"
            );
            assert!(served.json().to_string().contains("8000"), "{provider:?}: {}", served.json());
            let spent = explained(&kit, &key, budget).await;
            assert!(spent > 0, "{provider:?}");
        }
    }
}

/// A budget that an effort stands for stays below the ceiling that is written, however low that is.
#[tokio::test]
async fn an_effort_at_cohere_leaves_room_for_the_answer() {
    for (budget, fields) in [
        (900_000_000, json!({})),
        (4_000_000, json!({})),
        (900_000_000, json!({"max_completion_tokens": 300})),
        (900_000_000, json!({"max_completion_tokens": 100_000})),
    ] {
        let kit = Kit::start().await;
        let key = kit.key(Some(budget)).await;
        let mut asked = body(Cohere, "[[think:hm]] [[say:hi]]", &fields);
        asked["reasoning_effort"] = "medium".into();
        let got = kit.call_as(&key, OpenAiChat, asked.to_string()).await;
        assert_eq!((got.status, got.header("x-turnpike-dropped")), (200, None), "{}", got.text());
        let sent = kit.upstream.last().unwrap().json();
        let (ceiling, thought) =
            (sent["max_tokens"].as_u64().unwrap(), sent["thinking"]["token_budget"].as_u64().unwrap());
        assert_eq!(thought, 4096.min(ceiling / 2), "{fields}: {sent}");
        explained(&kit, &key, budget).await;
    }
}

/// Anthropic wants a ceiling above the thinking, also of a model that nobody knows and from a client that named none.
#[tokio::test]
async fn without_a_budget_a_ceiling_is_above_the_thinking() {
    let kit = Kit::start().await;
    let deep = json!({"thinking": {"type": "enabled", "token_budget": 8000}});
    let got = kit.call(Cohere, &body(Anthropic, "[[say:hi]]", &deep)).await;
    assert_eq!(got.status, 200, "{}", got.text());
    assert_eq!(ceilings(&kit.upstream.last().unwrap().json()), [("max_tokens", 8000 + 4096)]);
}

#[tokio::test]
async fn without_a_budget_ceilings_are_the_clients() {
    let kit = Kit::start().await;
    let key = kit.key(None).await;
    for fields in [json!({}), json!({"max_tokens": 5}), json!({"max_tokens": 7, "max_completion_tokens": 7})] {
        let asked = body(OpenAiChat, "x", &fields);
        kit.call_as(&key, OpenAiChat, asked.to_string()).await;
        let sent = kit.upstream.last().unwrap().json();
        assert_eq!(ceilings(&sent), ceilings(&asked));
    }
}

/// Each attempt has a hold of its own, and each sends a ceiling that its own hold allows.
#[tokio::test]
async fn every_attempt_is_held_anew() {
    let kit = Kit::with(|setup| setup.settings.retries = 2).await;
    let budget = 1_000_000;
    let key = kit.key(Some(budget)).await;
    // each failed attempt is charged by estimate, so less and less is left
    for _ in 0..2 {
        kit.upstream.script(Script { cut_after_bytes: Some(30), ..Script::default() });
    }
    let asked = body(OpenAiChat, "[[say:hi]]", &json!({"max_tokens": 100_000})).to_string();
    assert_eq!(kit.call_as(&key, OpenAiChat, asked.clone()).await.status, 200);
    let rows = kit.assert_one_row_an_attempt().await;
    let mut left = budget;
    for (served, row) in kit.upstream.served().iter().zip(&rows) {
        let (_, ceiling) = ceilings(&served.json())[0];
        assert!(
            price().worst_case(&money::Bounds::of(asked.len() as u64, ceiling)).get() <= left,
            "{ceiling} with {left} left"
        );
        left -= row.cost.unwrap().get();
    }
    assert_eq!((rows.len(), kit.key_row(&key).await.spend.get()), (3, budget - left));
}

#[tokio::test]
async fn a_model_without_a_price_counts_against_no_budget() {
    for block_unpriced in [false, true] {
        let kit = Kit::with(|setup| {
            setup.deployments[0].prices = money::Prices::NONE;
            setup.settings.block_unpriced = block_unpriced;
        })
        .await;
        for (budget, served) in [(None, !block_unpriced), (Some(1_000_000_000), false)] {
            let key = kit.key(budget).await;
            let got = kit.call_as(&key, OpenAiChat, body(OpenAiChat, "x", &json!({})).to_string()).await;
            assert_eq!(got.status, if served { 200 } else { 400 }, "{}", got.text());
            assert_eq!(got.text().contains("has no price"), !served);
            let rows = kit.rows_of(&got.id).await;
            assert_eq!(rows.len(), usize::from(served));
            assert!(rows.iter().all(|row| row.cost.is_none() && row.provenance == Provenance::Final));
        }
        assert_eq!(kit.upstream.count(), usize::from(!block_unpriced));
    }
}

/// An estimate is ours: it never charges more than was held, however much was written.
#[tokio::test]
async fn an_estimate_stays_within_the_hold() {
    for provider in Dialect::SQUARE {
        for stream in [false, true] {
            let kit = Kit::start().await;
            let budget = 400_000;
            let key = kit.key(Some(budget)).await;
            kit.upstream.script(Script { usage: UsageMode::Absent, ..Script::default() });
            let asked = body(provider, "[[long:900]]", &json!({"max_tokens": 20, "stream": stream}));
            let got = kit.call_as(&key, provider, asked.to_string()).await;
            let row = kit.rows_of(&got.id).await.pop().unwrap();
            assert_eq!(row.provenance, Provenance::Estimated);
            assert!(row.tokens.output <= 20 && row.cost.unwrap().get() <= budget, "{row:?}");
        }
    }
}

/// What cannot be put on record is not dispatched, and holds nothing.
#[tokio::test]
async fn nothing_is_dispatched_without_a_record() {
    let kit = Kit::with(|setup| setup.journal = JournalConfig { max_bytes: 0, ..JournalConfig::default() }).await;
    let key = kit.key(Some(5_000_000)).await;
    for stream in [false, true] {
        for model in Dialect::SQUARE.map(group) {
            let asked = json!({"model": model, "max_tokens": 9, "stream": stream, "messages": [{"role": "user", "content": "x"}]});
            for key in [&key, &Secret::new(MASTER)] {
                let got = kit.call_as(key, OpenAiChat, asked.to_string()).await;
                assert_eq!(got.status, 503, "{}", got.text());
                assert!(got.json()["error"]["message"].is_string());
            }
        }
    }
    assert_eq!((kit.upstream.count(), kit.rows().await.len()), (0, 0));
    assert_eq!(kit.left(&key).await, 5_000_000);
}

/// Functions that stand in for custom tools are longer than what they stand in for: what is held for is what is sent.
#[tokio::test]
async fn stand_ins_are_held_for() {
    let tools: Vec<_> = (0..600).map(|at| json!({"type": "custom", "name": format!("a{at}")})).collect();
    for provider in [Anthropic, Bedrock, Gemini, Cohere] {
        for (budget, status) in [(25_000_000, 422), (400_000_000, 200)] {
            let kit = Kit::start().await;
            let key = kit.key(Some(budget)).await;
            let asked =
                json!({"model": group(provider), "input": "[[say:x]]", "tools": tools, "max_output_tokens": 20});
            let got = kit.call_as(&key, OpenAiResponses, asked.to_string()).await;
            assert_eq!(got.status, status, "{provider:?}: {}", got.text());
            assert_eq!(kit.upstream.count(), usize::from(status == 200), "{provider:?}");
            let spent = kit.rows().await.iter().filter_map(|row| row.cost).map(Nanos::get).sum::<i64>();
            assert!(spent <= budget, "{provider:?}: {spent}");
        }
    }
}

/// An answer that failed behind a status of success may tell what it cost: it is charged.
#[tokio::test]
async fn a_failed_answer_that_tells_its_usage_is_charged() {
    let kit = Kit::start().await;
    let key = kit.key(Some(1_000_000_000)).await;
    let usage = json!({"input_tokens": 1000, "output_tokens": 5000, "total_tokens": 6000});
    let failed = json!({"status": "failed", "error": {"code": "server_error", "message": "so"}, "usage": usage});
    kit.upstream.script(responses::raw(false, responses::whole(&[], &failed)));
    let asked = json!({"model": RESPONSES, "input": "x", "max_output_tokens": 9000});
    let got = kit.call_as(&key, OpenAiResponses, asked.to_string()).await;
    assert!(got.status >= 400, "{}", got.text());
    let row = kit.rows_of(&got.id).await.pop().unwrap();
    assert_eq!(row.cost.map(Nanos::get), Some(1_000 * 1_000 + 5_000 * 2_000), "{row:?}");
}
