//! Limits of calls, tokens and calls at once: what is stated goes through and nothing beyond, whoever asks in whatever language, and
//! nothing stays taken behind a call, however it ends.

use std::sync::Arc;

use ::money::Nanos;
use engine::call::AnswerBody;
use engine::clock::Clock;
use engine::limits::{Capacity, Priorities};
use engine::secret::Secret;
use futures_util::future::join_all;
use providers::Transport;
use serde_json::{Map, Value, json};
use store::budgets::BudgetRow;
use store::customers::{CustomerRow, CustomerSettings};
use store::organizations::{OrganizationRow, OrganizationSettings};
use store::tags::TagRow;
use store::teams::{TeamRow, TeamSettings};
use store::{Actor, Limits, ModelLimits, Stamps, Transaction};
use testkit::{Counts, Script};
use wire::Dialect::{self, Anthropic, OpenAiChat};

use crate::kit::{GPT, Got, Kit, MASTER, Setup, deployment, group, not_of_the_square, outside};
use crate::seen;

const SECOND: i64 = 1_000_000;

/// A kit whose time stands still.
async fn kit(change: impl FnOnce(&mut Setup)) -> (Kit, Clock) {
    let clock = Clock::manual(1_800_000_000 * SECOND);
    let kit = Kit::with(|setup| {
        setup.clock = clock.clone();
        change(setup);
    })
    .await;
    (kit, clock)
}

fn body(model: &str, prompt: &str) -> Value {
    json!({"model": model, "messages": [{"role": "user", "content": prompt}]})
}

async fn ask(kit: &Kit, key: &Secret) -> Got {
    kit.call_as(key, OpenAiChat, body(GPT, "[[say:x]]").to_string()).await
}

fn requests(limit: u64) -> Limits {
    Limits { rpm_limit: Some(limit), ..Limits::default() }
}

fn at_once(limit: u64) -> Limits {
    Limits { max_parallel_requests: Some(limit), ..Limits::default() }
}

fn tokens(limit: u64) -> Limits {
    Limits { tpm_limit: Some(limit), ..Limits::default() }
}

/// What the provider counts of the next answer.
fn counts(kit: &Kit, input: u64, output: u64) {
    kit.upstream.script(Script { counts: Some(Counts { input, output, ..Counts::default() }), ..Script::default() });
}

#[tokio::test]
async fn a_key_gets_what_is_stated_and_is_told_what_is_left() {
    let (kit, clock) = kit(|_| ()).await;
    let key = kit.key_with(|row| row.limits = requests(2)).await;
    for left in ["1", "0"] {
        let got = ask(&kit, &key).await;
        assert_eq!(got.status, 200);
        for (name, value) in [
            ("x-ratelimit-limit-requests", "2"),
            ("x-ratelimit-remaining-requests", left),
            ("x-ratelimit-reset-requests", "61s"),
            ("x-ratelimit-api_key-limit-requests", "2"),
            ("x-ratelimit-api_key-remaining-requests", left),
            ("x-litellm-key-rpm-limit", "2"),
        ] {
            assert_eq!(got.header(name), Some(value), "{name}");
        }
        assert_eq!(got.header("x-ratelimit-limit-tokens"), None);
    }
    let got = ask(&kit, &key).await;
    let error = &got.json()["error"];
    assert_eq!((got.status, &error["type"], &error["code"]), (429, &json!("throttling_error"), &json!("429")));
    assert_eq!(error["param"], Value::Null);
    let said = error["message"].as_str().unwrap();
    let hash = key.sha256_hex();
    let expected = format!(
        "Rate limit exceeded for api_key: {hash}. Limit type: requests. Current limit: 2 a minute, Remaining: 0. Limit resets at: \
         2027-01-15 08:01:01 UTC"
    );
    assert_eq!(said, expected);
    for (name, value) in
        [("retry-after", "61"), ("rate_limit_type", "requests"), ("reset_at", "2027-01-15 08:01:01 UTC")]
    {
        assert_eq!(got.header(name), Some(value), "{name}");
    }
    assert_eq!(kit.upstream.count(), 2);
    clock.advance(61 * SECOND);
    assert_eq!(ask(&kit, &key).await.status, 200);
}

#[tokio::test]
async fn every_language_has_its_own_refusal() {
    let (kit, _) = kit(|_| ()).await;
    let key = kit.key_with(|row| row.limits = requests(0)).await;
    for client in Dialect::SQUARE {
        for stream in [false, true] {
            let mut body = body(group(client), "x");
            body["stream"] = json!(stream);
            body["max_tokens"] = json!(50);
            let got = kit.call_as(&key, client, body.to_string()).await;
            assert_eq!((got.status, got.stream), (429, false), "{client:?} {}", got.text());
            assert_eq!((got.header("retry-after"), got.header("rate_limit_type")), (Some("60"), Some("requests")));
            let said = got.json();
            let word = match client {
                OpenAiChat | Dialect::OpenAiResponses => said["error"]["type"] == "throttling_error",
                Anthropic => said["type"] == "error" && said["error"]["type"] == "rate_limit_error",
                Dialect::Bedrock => got.header("x-amzn-errortype") == Some("ThrottlingException"),
                Dialect::Gemini => said["error"]["status"] == "RESOURCE_EXHAUSTED",
                Dialect::Cohere => said["message"].is_string(),
                outside!() => not_of_the_square(),
            };
            assert!(word && got.text().contains("Rate limit exceeded"), "{client:?}: {}", got.text());
        }
    }
    assert_eq!(kit.upstream.count(), 0);
}

/// Everything that has limits, each with one of its own below the next.
#[tokio::test]
async fn whatever_stands_above_a_call_has_limits() {
    let (kit, clock) = kit(|_| ()).await;
    let actor = Actor { id: "test".to_owned(), changed_by: None, at: 1 };
    let budget = |id: &str, limit| BudgetRow {
        budget_id: id.to_owned(),
        is_own: false,
        limits: requests(limit),
        stamps: Stamps::new(&actor),
    };
    let mut change = Transaction::begin(&kit.db, actor.clone()).await.unwrap();
    change.insert(&budget("of-organization", 5)).await.unwrap();
    change.insert(&budget("of-tag", 2)).await.unwrap();
    change.insert(&budget("of-customer", 1)).await.unwrap();
    let organization = OrganizationRow {
        organization_id: "o1".to_owned(),
        organization_alias: "o".to_owned(),
        budget_id: "of-organization".to_owned(),
        models: Vec::new(),
        metadata: object(json!({"model_rpm_limit": {"anthropic": 0}})),
        settings: OrganizationSettings::default(),
        spend: Nanos::ZERO,
        stamps: Stamps::new(&actor),
    };
    change.insert(&organization).await.unwrap();
    let team = TeamRow {
        team_id: "t1".to_owned(),
        team_alias: None,
        organization_id: Some("o1".to_owned()),
        models: Vec::new(),
        limits: requests(4),
        metadata: Map::new(),
        settings: TeamSettings::default(),
        blocked: false,
        spend: Nanos::ZERO,
        stamps: Stamps::new(&actor),
    };
    change.insert(&team).await.unwrap();
    let tag = TagRow {
        name: "blue".to_owned(),
        description: None,
        models: Vec::new(),
        budget_id: Some("of-tag".to_owned()),
        spend: Nanos::ZERO,
        stamps: Stamps::new(&actor),
    };
    change.insert(&tag).await.unwrap();
    let customer = CustomerRow {
        user_id: "c1".to_owned(),
        alias: None,
        blocked: false,
        budget_id: Some("of-customer".to_owned()),
        models: Vec::new(),
        default_model: None,
        allowed_model_region: None,
        settings: CustomerSettings::default(),
        spend: Nanos::ZERO,
        stamps: Stamps::new(&actor),
    };
    change.insert(&customer).await.unwrap();
    change.commit().await.unwrap();
    let key = kit
        .key_with(|row| {
            row.team_id = Some("t1".to_owned());
            row.limits = requests(3);
            row.limits
                .model_max_budget
                .insert("bedrock".to_owned(), ModelLimits { rpm_limit: Some(1), ..ModelLimits::default() });
        })
        .await;
    for (headers, model, expected) in [
        (&[("x-litellm-end-user-id", "c1"), ("x-litellm-tags", "red, blue")][..], GPT, 1),
        (&[("x-litellm-tags", "red, blue")], GPT, 2),
        (&[], GPT, 3),
        (&[], "anthropic", 0),
        (&[], "bedrock", 1),
    ] {
        clock.advance(61 * SECOND);
        let mut admitted = 0;
        for _ in 0..7 {
            let (principal, mut call) = kit.prepare(&key, OpenAiChat, body(model, "[[say:x]]").to_string()).await;
            for (name, value) in headers {
                call.headers.insert(*name, value.parse().unwrap());
            }
            let got = crate::kit::collect(call.id.clone(), kit.engine.serve(principal, call).await).await;
            assert!([200, 429].contains(&got.status), "{}", got.text());
            admitted += usize::from(got.status == 200);
        }
        assert_eq!(admitted, expected, "{headers:?} {model}");
    }
    // keys together have what the team has
    clock.advance(61 * SECOND);
    let other = kit.key_with(|row| row.team_id = Some("t1".to_owned())).await;
    let mut statuses = Vec::new();
    for key in [&key, &key, &other, &other, &other] {
        statuses.push(ask(&kit, key).await.status);
    }
    assert_eq!(statuses, [200, 200, 200, 200, 429]);
}

fn object(json: Value) -> Map<String, Value> {
    let Value::Object(object) = json else { panic!("no object: {json}") };
    object
}

#[tokio::test]
async fn tokens_are_taken_by_an_estimate_and_corrected_by_what_was_used() {
    let (kit, clock) = kit(|_| ()).await;
    let key = kit.key_with(|row| row.limits = tokens(1_000)).await;
    let asked = |most: u64| {
        let mut body = body(GPT, "[[say:x]]");
        body["max_tokens"] = json!(most);
        body.to_string()
    };
    // far less than was asked for: the rest is there for the next
    for _ in 0..3 {
        counts(&kit, 10, 10);
        let got = kit.call_as(&key, OpenAiChat, asked(900)).await;
        assert_eq!(got.status, 200, "{}", got.text());
    }
    // far more: it is missing until it is made up for
    counts(&kit, 10, 2_930);
    assert_eq!(kit.call_as(&key, OpenAiChat, asked(900)).await.status, 200);
    for minute in 0..3 {
        assert_eq!(kit.call_as(&key, OpenAiChat, asked(10)).await.status, 429, "{minute}");
        clock.advance(60 * SECOND + SECOND / 2);
    }
    assert_eq!(kit.call_as(&key, OpenAiChat, asked(10)).await.status, 200);
    // what fails at the provider is given back
    clock.advance(200 * SECOND);
    for _ in 0..3 {
        let failed = body(GPT, "[[error:400]]").to_string();
        assert_eq!(kit.call_as(&key, OpenAiChat, failed).await.status, 400);
    }
    counts(&kit, 10, 10);
    let got = kit.call_as(&key, OpenAiChat, asked(900)).await;
    assert_eq!((got.status, got.header("x-ratelimit-limit-tokens")), (200, Some("1000")), "{}", got.text());
    // a question that is longer than all there is never goes through, and says so
    let long = kit.call_as(&key, OpenAiChat, body(GPT, &"word ".repeat(4_000)).to_string()).await;
    assert!(long.status == 429 && long.text().contains("This call alone needs"), "{}", long.text());
}

#[tokio::test]
async fn what_answers_usually_are_is_learned() {
    let (kit, _) = kit(|_| ()).await;
    let key = kit.key_with(|row| row.limits = tokens(100_000)).await;
    let left = |got: &Got| got.header("x-ratelimit-remaining-tokens").unwrap().parse::<u64>().unwrap();
    let first = ask(&kit, &key).await;
    assert!(left(&first) < 100_000 - 1_024, "nothing is known yet: {}", left(&first));
    for _ in 0..9 {
        counts(&kit, 20, 100);
        ask(&kit, &key).await;
    }
    counts(&kit, 20, 100);
    let later = ask(&kit, &key).await;
    assert!(left(&later) > 100_000 - 10 * 120 - 200, "{}", left(&later));
    let stated = kit
        .key_with(|row| {
            row.limits = tokens(100_000);
            row.metadata = object(json!({"default_estimated_output_tokens": 5_000}));
        })
        .await;
    assert!(left(&ask(&kit, &stated).await) < 95_000);
}

#[tokio::test]
async fn nothing_stays_taken_however_a_call_ends() {
    let (kit, _) = kit(|setup| {
        let mut broken = setup.deployments[0].clone();
        broken.group = "broken".to_owned();
        Arc::make_mut(&mut broken.provider).transport =
            Transport::Local { answer: |_| panic!("on purpose"), embed: |_| panic!("on purpose") };
        setup.deployments.push(broken);
        for deployment in &mut setup.deployments {
            deployment.capacity.parallel = Some(1);
        }
        setup.settings.limits.global_parallel = Some(1);
    })
    .await;
    let key = kit
        .key_with(|row| {
            row.limits =
                Limits { tpm_limit: Some(10_000_000_000), max_budget: Some(Nanos::new(900_000_000)), ..at_once(1) }
        })
        .await;
    let prompts = ["x", "[[error:500]]", "[[error:400]]", "[[midstream]]", "[[cut]]"];
    for client in Dialect::SQUARE {
        for stream in [false, true] {
            for (model, prompt) in prompts.map(|prompt| (GPT, prompt)).into_iter().chain([("broken", "x")]) {
                let mut body = body(model, prompt);
                body["stream"] = json!(stream);
                body["max_tokens"] = json!(50);
                let got = kit.call_as(&key, client, body.to_string()).await;
                assert_ne!(got.status, 429, "{client:?} {stream} {prompt}: {}", got.text());
            }
            // a body that cannot be sent, and one that its budget does not allow
            let mut body = body(GPT, "x");
            body["max_tokens"] = json!(900_000_000);
            let got = kit.call_as(&key, client, body.to_string()).await;
            assert_ne!(got.status, 429, "{}", got.text());
            let nonsense = kit.call_as(&key, client, r#"{"model": "openai", "messages": []}"#).await;
            assert_ne!(nonsense.status, 429, "{}", nonsense.text());
        }
    }
    // a client that leaves in the middle
    for _ in 0..3 {
        kit.upstream.script(Script { stall_after_bytes: Some(400), ..Script::default() });
        let mut body = body(GPT, "[[long:300]]");
        body["stream"] = json!(true);
        let plain = kit.key_with(|row| row.limits = at_once(1)).await;
        let (principal, call) = kit.prepare(&plain, OpenAiChat, body.to_string()).await;
        let AnswerBody::Stream(mut pieces) = kit.engine.serve(principal, call).await.body else { panic!("a stream") };
        pieces.recv().await.unwrap();
        assert_eq!(ask(&kit, &key).await.status, 429, "somebody has the one place");
        drop(pieces);
        kit.engine.tasks.drained().await;
    }
    assert_eq!(ask(&kit, &key).await.status, 200);
}

#[tokio::test]
async fn of_many_at_once_as_many_go_through_as_have_a_place() {
    let (kit, _) = kit(|_| ()).await;
    let key = kit.key_with(|row| row.limits = at_once(3)).await;
    for _ in 0..3 {
        let slow = body(GPT, "[[sleep:300]][[say:x]]").to_string();
        let got = join_all((0..20).map(|_| kit.call_as(&key, OpenAiChat, slow.clone()))).await;
        let (answered, refused): (Vec<_>, Vec<_>) = got.iter().partition(|got| got.status == 200);
        assert_eq!((answered.len(), refused.len()), (3, 17));
        for got in refused {
            assert_eq!((got.status, got.header("rate_limit_type")), (429, Some("max_parallel_requests")));
        }
    }
    // one behind the other never meet
    for _ in 0..20 {
        let alone = kit.key_with(|row| row.limits = at_once(1)).await;
        for stream in [false, true, false] {
            let mut body = body(GPT, "x");
            body["stream"] = json!(stream);
            assert_eq!(kit.call_as(&alone, OpenAiChat, body.to_string()).await.status, 200);
        }
    }
}

#[tokio::test]
async fn a_full_deployment_is_passed_over() {
    let (kit, clock) = kit(|setup| {
        let small = |id: &str, capacity| {
            let mut one = deployment(GPT, &setup.base);
            (one.id, one.group, one.capacity) = (id.to_owned(), "small".to_owned(), capacity);
            one
        };
        let calls = small("calls", Capacity { rpm: Some(2), ..Capacity::default() });
        let days = small("days", Capacity { rpd: Some(1), ..Capacity::default() });
        let tokens = small("tokens", Capacity { tpm: Some(5_000), otpm: Some(900), ..Capacity::default() });
        setup.deployments.extend([calls, days, tokens]);
    })
    .await;
    let mut by: Vec<String> = Vec::new();
    for _ in 0..4 {
        counts(&kit, 10, 900);
        let mut body = body("small", "x");
        body["max_tokens"] = json!(800);
        let got = kit.call(OpenAiChat, &body).await;
        assert_eq!(got.status, 200, "{}", got.text());
        by.push(got.header("x-litellm-model-id").unwrap().to_owned());
    }
    by.sort();
    assert_eq!(by, ["calls", "calls", "days", "tokens"]);
    let full = kit.call(OpenAiChat, &body("small", "x")).await;
    assert_eq!((full.status, full.header("rate_limit_type").is_some()), (429, true), "{}", full.text());
    assert!(full.text().contains("Rate limit exceeded for deployment"), "{}", full.text());
    clock.advance(61 * SECOND);
    let again = kit.call(OpenAiChat, &body("small", "x")).await;
    assert_eq!((again.status, again.header("retry-after")), (200, None));
}

#[tokio::test]
async fn shares_are_reserved_once_a_model_is_nearly_full() {
    let (kit, clock) = kit(|setup| {
        let mut one = deployment(GPT, &setup.base);
        (one.group, one.id) = ("shared".to_owned(), "shared".to_owned());
        one.capacity.rpm = Some(100);
        setup.deployments.push(one);
        let shares = [("prod".to_owned(), 750), ("dev".to_owned(), 250)].into();
        setup.settings.limits.priorities = Some(Priorities { shares, default_share: 50, saturation: 80 });
    })
    .await;
    let of = |priority: &'static str| kit.key_with(move |row| row.metadata = object(json!({"priority": priority})));
    let (prod, dev) = (of("prod").await, of("dev").await);
    let shared = body("shared", "[[say:x]]").to_string();
    let calls = async |key: &Secret, most: usize| {
        let mut admitted = 0;
        for _ in 0..most {
            admitted += usize::from(kit.call_as(key, OpenAiChat, shared.clone()).await.status == 200);
        }
        admitted
    };
    // while there is room it may have more than its share, up to where shares hold
    assert_eq!(calls(&dev, 100).await, 80);
    assert_eq!(calls(&prod, 100).await, 20);
    // and a key whose limit gives way has no more than the limit from there on
    clock.advance(61 * SECOND);
    let dynamic = kit
        .key_with(|row| {
            row.limits = requests(5);
            row.metadata = object(json!({"rpm_limit_type": "dynamic", "priority": "prod"}));
        })
        .await;
    assert_eq!(calls(&dynamic, 100).await, 80);
}

#[tokio::test]
async fn a_key_whose_budget_is_spent_is_slowed_where_an_administrator_says_so() {
    for (says, percent, admitted) in [(true, Some(50), 2), (true, None, 0), (false, Some(50), 0), (true, Some(1), 1)] {
        let (kit, clock) = kit(|setup| setup.settings.limits.throttle_percent = percent).await;
        let key = kit
            .key_with(|row| {
                row.limits = Limits { max_budget: Some(Nanos::new(1)), ..requests(4) };
                row.metadata = object(json!({"throttle_on_budget_exceeded": says}));
            })
            .await;
        for _ in 0..2 {
            let mut statuses = Vec::new();
            for _ in 0..4 {
                statuses.push(ask(&kit, &key).await.status);
            }
            assert_eq!(statuses.iter().filter(|status| **status == 200).count(), admitted, "{says} {percent:?}");
            let refusal = if admitted > 0 { 429 } else { 422 };
            assert_eq!(statuses.last(), Some(&refusal));
            clock.advance(61 * SECOND);
        }
        // what it spends is charged all the same
        assert_eq!(kit.assert_one_row_an_attempt().await.len(), 2 * admitted);
    }
}

#[tokio::test]
async fn the_provider_s_own_limits_keep_a_name_of_theirs() {
    let (kit, _) = kit(|_| ()).await;
    let key = kit.key_with(|row| row.limits = requests(9)).await;
    for (key, ours) in [(key, true), (Secret::new(MASTER), false)] {
        for stream in [false, true] {
            let headers = [("x-ratelimit-limit-requests", "500"), ("x-ratelimit-remaining-tokens", "7")];
            let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            kit.upstream.script(Script { headers, ..Script::default() });
            let mut body = body(GPT, "x");
            body["stream"] = json!(stream);
            let got = kit.call_as(&key, OpenAiChat, body.to_string()).await;
            let (limit, theirs) = if ours { ("9", Some("500")) } else { ("500", None) };
            assert_eq!(got.header("x-ratelimit-limit-requests"), Some(limit));
            assert_eq!(got.header("llm_provider-x-ratelimit-limit-requests"), theirs);
            assert_eq!(got.header("x-ratelimit-remaining-tokens"), Some("7"));
        }
    }
}

#[tokio::test]
async fn a_limit_that_is_reached_is_nothing_to_the_ledger() {
    let (kit, _) = kit(|_| ()).await;
    let key = kit.key_with(|row| row.limits = requests(1)).await;
    for _ in 0..3 {
        let got = ask(&kit, &key).await;
        assert_eq!(seen::read(OpenAiChat, &got).error.is_null(), got.status == 200);
    }
    assert_eq!(kit.assert_one_row_an_attempt().await.len(), 1);
}

#[tokio::test]
async fn a_key_has_limits_of_tags_and_what_deployments_give_each_key() {
    let usual = |rpm| engine::limits::UsualOfKey { rpm: Some(rpm), tpm: None };
    let (kit, clock) = kit(|setup| {
        for deployment in &mut setup.deployments {
            deployment.usual_of_key = usual(if deployment.group == GPT { 2 } else { 9 });
        }
        // of several deployments the least
        let more = engine::models::Deployment { id: "second".to_owned(), ..setup.deployments[0].clone() };
        setup.deployments.push(engine::models::Deployment { usual_of_key: usual(4), ..more });
    })
    .await;
    let plain = kit.key_with(|_| {}).await;
    let tagged = kit.key_with(|row| row.metadata = object(json!({"tag_rpm_limit": {"red": 1, "blue": 0}}))).await;
    let own = kit.key_with(|row| row.metadata = object(json!({"model_rpm_limit": {GPT: 5}}))).await;
    for (key, tags, expected) in
        [(&plain, "red", 2), (&tagged, "red,green", 1), (&tagged, "blue", 0), (&tagged, "green", 2), (&own, "", 5)]
    {
        clock.advance(61 * SECOND);
        let mut admitted = 0;
        for _ in 0..7 {
            let (principal, mut call) = kit.prepare(key, OpenAiChat, body(GPT, "[[say:x]]").to_string()).await;
            call.headers.insert("x-litellm-tags", tags.parse().unwrap());
            let got = crate::kit::collect(call.id.clone(), kit.engine.serve(principal, call).await).await;
            assert!([200, 429].contains(&got.status), "{}", got.text());
            admitted += usize::from(got.status == 200);
        }
        assert_eq!(admitted, expected, "{tags}");
    }
}
