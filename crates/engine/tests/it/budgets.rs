//! Budgets of everybody who stands above a call: each holds, in its window, and says so.

use ::money::window::{Calendar, Period};
use ::money::{Account, AccountKind, Bounds, Nanos};
use engine::alerts::{AlertSettings, Hook};
use engine::budgets::claims::{Claim, Claims};
use engine::clock::Clock;
use engine::models::Deployment;
use engine::secret::Secret;
use engine::settings::{WrittenBudget, WrittenBudgets};
use serde_json::{Map, Value, json};
use store::balances::{self, BalanceId};
use store::budgets::BudgetRow;
use store::customers::{CustomerRow, CustomerSettings};
use store::keys::KeyRow;
use store::organizations::{OrganizationMember, OrganizationRow, OrganizationSettings};
use store::projects::{ProjectRow, ProjectSettings};
use store::tags::TagRow;
use store::teams::{TeamMember, TeamRow, TeamSettings};
use store::users::{UserRow, UserSettings};
use store::{Actor, BudgetWindow, Limits, ModelLimits, Stamps, Transaction};
use wire::Dialect::{Anthropic, OpenAiChat};

use crate::kit::{BOTH, CLAUDE, GPT, Got, Kit, Setup, price};

/// More than a call can cost.
const PLENTY: i64 = 1_000_000_000_000;
/// Less than any call can cost.
const NEXT_TO_NOTHING: i64 = 1;

const LEVELS: [&str; 10] = [
    "gateway",
    "organization",
    "organization_member",
    "team",
    "team_member",
    "project",
    "key",
    "customer",
    "tag",
    "model",
];

/// A key of a member of a team, with a project, in an organization; every level has a budget, that of `tight` next to nothing.
struct World {
    kit: Kit,
    key: Secret,
}

impl World {
    async fn new(tight: &str) -> Self {
        let cap = |level: &str| Nanos::new(if level == tight { NEXT_TO_NOTHING } else { PLENTY });
        let kit = Kit::with(|setup| {
            setup.settings.budget = WrittenBudgets { cap: Some(cap("gateway")), ..WrittenBudgets::default() };
        })
        .await;
        let mut change = Transaction::begin(&kit.db, actor()).await.unwrap();
        for level in ["organization", "organization_member", "team_member", "project", "customer", "tag"] {
            let (budget_id, limits) = (level.to_owned(), capped(cap(level)));
            change.insert(&BudgetRow { budget_id, is_own: false, limits, stamps: stamps() }).await.unwrap();
        }
        change.insert(&user()).await.unwrap();
        change.insert(&organization()).await.unwrap();
        change.insert(&member_of_organization()).await.unwrap();
        change.insert(&team(capped(cap("team")), cap("model"))).await.unwrap();
        change.insert(&member_of_team()).await.unwrap();
        change.insert(&project()).await.unwrap();
        change.insert(&customer()).await.unwrap();
        change.insert(&tag()).await.unwrap();
        change.commit().await.unwrap();
        let key = kit
            .key_with(|row| {
                row.limits = capped(cap("key"));
                row.user_id = Some("u1".to_owned());
                row.team_id = Some("t1".to_owned());
                row.project_id = Some("p1".to_owned());
                row.metadata.insert("tags".to_owned(), json!(["g1"]));
            })
            .await;
        Self { kit, key }
    }

    async fn ask(&self) -> Got {
        self.kit.call_as(&self.key, OpenAiChat, body().to_string()).await
    }
}

fn actor() -> Actor {
    Actor { id: "test".to_owned(), changed_by: None, at: 1 }
}

fn stamps() -> Stamps {
    Stamps::new(&actor())
}

fn capped(cap: Nanos) -> Limits {
    Limits { max_budget: Some(cap), ..Limits::default() }
}

/// Its own budget is spent, which does not matter to keys of a team.
fn user() -> UserRow {
    UserRow {
        user_id: "u1".to_owned(),
        user_email: None,
        user_alias: None,
        user_role: "internal_user".to_owned(),
        sso_user_id: None,
        models: Vec::new(),
        limits: capped(Nanos::ZERO),
        metadata: Map::new(),
        settings: UserSettings::default(),
        spend: Nanos::ZERO,
        stamps: stamps(),
    }
}

fn organization() -> OrganizationRow {
    OrganizationRow {
        organization_id: "o1".to_owned(),
        organization_alias: "o".to_owned(),
        budget_id: "organization".to_owned(),
        models: Vec::new(),
        metadata: Map::new(),
        settings: OrganizationSettings::default(),
        spend: Nanos::ZERO,
        stamps: stamps(),
    }
}

fn member_of_organization() -> OrganizationMember {
    OrganizationMember {
        organization_id: "o1".to_owned(),
        user_id: "u1".to_owned(),
        user_role: "internal_user".to_owned(),
        budget_id: Some("organization_member".to_owned()),
        spend: Nanos::ZERO,
        created_at: 1,
        updated_at: 1,
    }
}

fn team(limits: Limits, of_model: Nanos) -> TeamRow {
    let model = ModelLimits { max_budget: Some(of_model), ..ModelLimits::default() };
    TeamRow {
        team_id: "t1".to_owned(),
        team_alias: None,
        organization_id: Some("o1".to_owned()),
        models: Vec::new(),
        limits: Limits { model_max_budget: [(GPT.to_owned(), model)].into(), ..limits },
        metadata: Map::new(),
        settings: TeamSettings::default(),
        blocked: false,
        spend: Nanos::ZERO,
        stamps: stamps(),
    }
}

fn member_of_team() -> TeamMember {
    TeamMember {
        team_id: "t1".to_owned(),
        user_id: "u1".to_owned(),
        role: "user".to_owned(),
        budget_id: Some("team_member".to_owned()),
        spend: Nanos::ZERO,
        forgiven: Nanos::ZERO,
        created_at: 1,
        updated_at: 1,
    }
}

fn project() -> ProjectRow {
    ProjectRow {
        project_id: "p1".to_owned(),
        project_alias: None,
        description: None,
        team_id: "t1".to_owned(),
        budget_id: Some("project".to_owned()),
        models: Vec::new(),
        metadata: Map::new(),
        settings: ProjectSettings::default(),
        blocked: false,
        spend: Nanos::ZERO,
        stamps: stamps(),
    }
}

fn customer() -> CustomerRow {
    CustomerRow {
        user_id: "c1".to_owned(),
        alias: None,
        blocked: false,
        budget_id: Some("customer".to_owned()),
        models: Vec::new(),
        default_model: None,
        allowed_model_region: None,
        settings: CustomerSettings::default(),
        spend: Nanos::ZERO,
        stamps: stamps(),
    }
}

fn tag() -> TagRow {
    TagRow {
        name: "g1".to_owned(),
        description: None,
        models: Vec::new(),
        budget_id: Some("tag".to_owned()),
        spend: Nanos::ZERO,
        stamps: stamps(),
    }
}

fn body() -> Value {
    json!({"model": GPT, "max_tokens": 20, "user": "c1", "messages": [{"role": "user", "content": "[[say:x]]"}]})
}

/// What a call of two hundred bytes with so many tokens of output can cost.
fn worst(output: u64) -> i64 {
    price().worst_case(&Bounds::of(200, output)).get()
}

/// What the ledger has of an account.
async fn shown_or_nothing(kit: &Kit, account: &Account) -> i64 {
    kit.rows().await;
    balances::show(&kit.db, std::slice::from_ref(account)).await.unwrap().first().map_or(0, |shown| shown.spent.get())
}

/// A kit whose time stands still.
async fn kit(change: impl FnOnce(&mut Setup)) -> (Kit, Clock) {
    let clock = Clock::manual(1_800_000_000_000_000);
    let kit = Kit::with(|setup| {
        setup.clock = clock.clone();
        change(setup);
    })
    .await;
    (kit, clock)
}

#[tokio::test]
async fn each_level_refuses_what_it_has_not() {
    for level in LEVELS {
        let world = World::new(level).await;
        let got = world.ask().await;
        let error = &got.json()["error"];
        assert_eq!(
            (got.status, &error["type"], &error["code"]),
            (422, &json!("budget_exceeded"), &json!("422")),
            "{level}"
        );
        assert_eq!(error["details"]["budget_of"], json!(level), "{}", got.text());
        assert_eq!(error["details"]["cap"], json!(1e-9), "{}", got.text());
        assert_eq!(world.kit.upstream.count(), 0, "{level}");
    }
}

#[tokio::test]
async fn a_call_is_charged_to_every_level_once() {
    let world = World::new("nobody").await;
    assert_eq!(world.ask().await.status, 200);
    let rows = world.kit.rows().await;
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    let detail = row.detail.as_ref().unwrap();
    let charged: Vec<_> = detail.charged.iter().map(|balance| balance.account.kind().word()).collect();
    let mut expected = LEVELS.to_vec();
    expected.sort_unstable();
    let mut sorted = charged.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
    assert_eq!((detail.tags.as_slice(), detail.hold.is_some()), (["g1".to_owned()].as_slice(), true));
    let accounts: Vec<_> = detail.charged.iter().map(|balance| balance.account.clone()).collect();
    for shown in balances::show(&world.kit.db, &accounts).await.unwrap() {
        assert_eq!(Some(shown.spent), row.cost, "{:?}", shown.id);
    }
}

#[tokio::test]
async fn a_window_that_is_over_leaves_the_next_one_full() {
    let (kit, clock) = kit(|_| ()).await;
    let worst = worst(20);
    let key = kit
        .key_with(|row| {
            let window = |duration: &str, cap| BudgetWindow {
                budget_duration: duration.to_owned(),
                max_budget: Nanos::new(cap),
                reset_at: None,
            };
            row.limits.max_budget = Some(Nanos::new(PLENTY));
            row.limits.budget_duration = Some("1d".to_owned());
            row.limits.budget_limits = vec![window("1h", worst), window("7d", PLENTY)];
        })
        .await;
    let ask = async || kit.call_as(&key, OpenAiChat, body().to_string()).await;
    while ask().await.status == 200 {}
    let refused = ask().await.json();
    let window = Period::parse("1h").unwrap().window(clock.now(), &Calendar::default()).unwrap();
    let ends: jiff::Timestamp = refused["error"]["details"]["resets_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(ends.as_microsecond(), window.ends_at, "{refused}");
    clock.advance(window.ends_at - clock.now());
    assert_eq!(ask().await.status, 200, "the hour is over");
    let row = kit.key_row(&key).await;
    let shown = balances::show(&kit.db, &[row.account()]).await.unwrap();
    assert_eq!(shown.len(), 4, "two hours, a day and a week: {shown:?}");
}

#[tokio::test]
async fn a_higher_cap_for_a_while_counts_for_that_while() {
    let (kit, clock) = kit(|_| ()).await;
    let until = clock.now() + 1_000_000;
    let key = kit
        .key_with(|row| {
            row.limits.max_budget = Some(Nanos::ZERO);
            row.limits.temp_budget_increase = Some(Nanos::new(PLENTY));
            row.limits.temp_budget_expiry = Some(until);
        })
        .await;
    assert_eq!(kit.call_as(&key, OpenAiChat, body().to_string()).await.status, 200);
    clock.advance(1_000_000);
    assert_eq!(kit.call_as(&key, OpenAiChat, body().to_string()).await.status, 422);
}

#[tokio::test]
async fn a_soft_budget_lets_the_last_call_through_whole() {
    let (kit, _) = kit(|_| ()).await;
    let key = kit
        .key_with(|row| {
            row.limits.max_budget = Some(Nanos::new(NEXT_TO_NOTHING));
            row.limits.is_soft = true;
        })
        .await;
    let got = kit.call_as(&key, OpenAiChat, body().to_string()).await;
    assert_eq!((got.status, got.header("x-turnpike-lowered-max-tokens")), (200, None));
    kit.rows().await;
    assert_eq!(kit.call_as(&key, OpenAiChat, body().to_string()).await.status, 422, "it is spent now");
    let row = kit.key_row(&key).await;
    assert!(row.spend.get() > NEXT_TO_NOTHING, "all of it was charged");
}

/// What was used of a lease that was forgotten is not free again: holds of the next calls would pass the cap together.
#[tokio::test]
async fn what_was_spent_before_a_pause_is_not_held_again() {
    let (kit, clock) = kit(|_| ()).await;
    let key = kit.key(Some(worst(20) * 10)).await;
    let account = kit.key_row(&key).await.account();
    let shown = async || balances::show(&kit.db, std::slice::from_ref(&account)).await.unwrap()[0].clone();
    let cap = Nanos::new(worst(20) * 10);
    let claim =
        Claim { balance: BalanceId { account: account.clone(), starts_at: 0, ends_at: i64::MAX }, cap, is_soft: false };
    let claims = Claims::from_iter([claim]);
    while shown_or_nothing(&kit, &account).await < cap.get() / 2 {
        assert_eq!(kit.call_as(&key, OpenAiChat, body().to_string()).await.status, 200);
    }
    clock.advance(62_000_000);
    // it is given back, then ended
    while shown().await.held != Nanos::ZERO || kit.engine.budgets.knows(&claims[0].balance) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let spent = shown().await.spent;
    let first = kit.engine.budgets.hold(&claims, cap.saturating_sub(spent)).await.unwrap();
    let second = kit.engine.budgets.hold(&claims, Nanos::new(1)).await;
    assert!(second.is_err(), "{spent} is spent and the rest is held");
    kit.engine.budgets.release(first);
}

/// Who is only told of a key's spending is told from its rows: nothing of its calls is held, refused or changed.
#[tokio::test]
async fn a_soft_budget_alone_is_charged_and_changes_nothing() {
    let slack = vec![Hook::parse("http://127.0.0.1:9/x").unwrap()];
    for alerts in [AlertSettings { slack, ..AlertSettings::default() }, AlertSettings::default()] {
        let is_on = alerts.is_on();
        let kit = Kit::with(|setup| setup.settings.alerts = alerts).await;
        let key = kit.key_with(|row| row.limits.soft_budget = Some(Nanos::new(NEXT_TO_NOTHING))).await;
        let body = json!({"model": GPT, "messages": [{"role": "user", "content": "[[say:x]]"}]});
        for _ in 0..2 {
            let got = kit.call_as(&key, OpenAiChat, body.to_string()).await;
            assert_eq!(got.status, 200, "{}", got.text());
        }
        let sent: Vec<_> = kit.upstream.served().iter().map(testkit::Served::json).collect();
        let is_written = |body: &Value| !(body["max_tokens"].is_null() && body["max_completion_tokens"].is_null());
        assert!(!sent.iter().any(is_written), "no ceiling is written: {sent:?}");
        let charged: Vec<_> =
            kit.rows().await.into_iter().map(|row| row.detail.map_or(0, |row| row.charged.len())).collect();
        assert_eq!(charged, [usize::from(is_on); 2]);
        let account = kit.key_row(&key).await.account();
        assert_eq!(balances::show(&kit.db, &[account]).await.unwrap(), [], "whoever looks begins to count");
    }
}

#[tokio::test]
async fn a_lowered_ceiling_is_told_and_can_be_forbidden() {
    for lowers in [true, false] {
        let kit = Kit::with(|setup| setup.settings.budget.lowers_ceilings = lowers).await;
        let key = kit.key(Some(worst(1_000))).await;
        let body = json!({"model": GPT, "max_tokens": 100_000, "messages": [{"role": "user", "content": "[[say:x]]"}]});
        for client in [OpenAiChat, Anthropic] {
            let got = kit.call_as(&key, client, body.to_string()).await;
            let told = got.header("x-turnpike-lowered-max-tokens").and_then(|tokens| tokens.parse::<u64>().ok());
            if lowers {
                assert_eq!(got.status, 200, "{}", got.text());
                assert!(told.is_some_and(|tokens| tokens < 100_000), "{told:?}");
            } else {
                assert_eq!((got.status, told), (422, None), "{}", got.text());
            }
        }
    }
}

#[tokio::test]
async fn a_key_that_was_replaced_keeps_its_account() {
    let kit = Kit::start().await;
    let key = kit.key(Some(PLENTY)).await;
    let before = kit.key_row(&key).await;
    assert_eq!(kit.call_as(&key, OpenAiChat, body().to_string()).await.status, 200);
    let mut after = before.clone();
    after.hash = store::KeyHash::parse(&"ab".repeat(32)).unwrap();
    let actor = Actor { id: "test".to_owned(), changed_by: None, at: 2 };
    let mut change = Transaction::begin(&kit.db, actor).await.unwrap();
    store::keys::replace(&mut change, &before, &after, 0).await.unwrap();
    kit.engine.changed(&change.commit().await.unwrap());
    let now: store::keys::KeyRow =
        store::find(&kit.db, &store::Scope::Gateway, &[after.hash.as_str()]).await.unwrap().unwrap();
    assert_eq!(now.account(), before.account());
    let rows = kit.rows().await;
    let balance =
        BalanceId { account: Account::of(AccountKind::Key, before.hash.as_str()), starts_at: 0, ends_at: i64::MAX };
    assert_eq!(balances::recount(&kit.db, &balance, 3).await.unwrap(), 0);
    let shown = balances::show(&kit.db, &[now.account()]).await.unwrap();
    assert_eq!(Some(shown[0].spent), rows[0].cost);
}

/// Model budgets of the key by group, and what is asked instead.
async fn with_fallbacks(kit: &Kit, spent: &[&str], others: &[&str], change: impl FnOnce(&mut KeyRow)) -> Secret {
    let nothing = ModelLimits { max_budget: Some(Nanos::new(NEXT_TO_NOTHING)), ..ModelLimits::default() };
    kit.key_with(|row| {
        row.limits.model_max_budget = spent.iter().map(|group| ((*group).to_owned(), nothing.clone())).collect();
        let others = others.iter().map(|group| (*group).to_owned()).collect();
        row.settings.budget_fallbacks.insert(GPT.to_owned(), others);
        change(row);
    })
    .await
}

#[tokio::test]
async fn other_models_are_asked_in_the_place_of_one_whose_budget_is_spent() {
    let kit = Kit::start().await;
    for (spent, others, served) in [
        (&[][..], &[BOTH][..], Some(GPT)),
        (&[GPT], &[BOTH], Some(BOTH)),
        (&[GPT, BOTH], &[BOTH, CLAUDE], Some(CLAUDE)),
        (&[GPT], &["nowhere", BOTH], Some(BOTH)),
        (&[GPT, BOTH], &[BOTH], None),
        (&[GPT], &[], None),
        (&[CLAUDE], &[BOTH], Some(GPT)),
    ] {
        // one call a minute: what was refused was none
        let key = with_fallbacks(&kit, spent, others, |row| row.limits.rpm_limit = Some(1)).await;
        let mut body = body();
        body["tags"] = json!(["g9"]);
        let got = kit.call_as(&key, OpenAiChat, body.to_string()).await;
        let Some(served) = served else {
            assert_eq!((got.status, &got.json()["error"]["details"]["budget_of"]), (422, &json!("model")));
            continue;
        };
        assert_eq!(got.status, 200, "{spent:?} {others:?}: {}", got.text());
        assert_eq!(got.header("x-litellm-model-group"), Some(served), "{spent:?} {others:?}");
        let row = kit.rows_of(&got.id).await.pop().unwrap();
        assert_eq!((row.model_group.as_str(), row.attempt), (served, 1));
        assert_eq!(row.detail.unwrap().tags, ["g9"]);
        let sent: Value = serde_json::from_slice(&kit.upstream.last().unwrap().body).unwrap();
        assert_eq!(sent["model"], json!(format!("{served}-model")));
        assert_eq!(kit.call_as(&key, OpenAiChat, body.to_string()).await.status, 429, "the limit is of one call");
    }
}

#[tokio::test]
async fn a_model_that_the_key_may_not_use_is_not_asked_instead() {
    let kit = Kit::start().await;
    let key = with_fallbacks(&kit, &[GPT], &[BOTH], |row| row.models = vec![GPT.to_owned()]).await;
    let got = kit.call_as(&key, OpenAiChat, body().to_string()).await;
    assert_eq!((got.status, kit.upstream.count()), (422, 0), "{}", got.text());
    // where the URL names the model, too
    let key = with_fallbacks(&kit, &[], &[], |row| {
        let nothing = ModelLimits { max_budget: Some(Nanos::new(NEXT_TO_NOTHING)), ..ModelLimits::default() };
        row.limits.model_max_budget.insert("bedrock".to_owned(), nothing);
        row.settings.budget_fallbacks.insert("bedrock".to_owned(), vec![CLAUDE.to_owned()]);
    })
    .await;
    let said = json!({"messages": [{"role": "user", "content": [{"text": "[[say:x]]"}]}], "inferenceConfig": {"maxTokens": 20}});
    let got = kit.converse(&key, "bedrock", false, said.to_string()).await;
    assert_eq!(got.status, 200, "{}", got.text());
    assert_eq!(kit.rows_of(&got.id).await.pop().unwrap().model_group, CLAUDE);
}

fn written(cap: i64) -> WrittenBudget {
    WrittenBudget { cap: Nanos::new(cap), duration: Some("1d".to_owned()) }
}

#[tokio::test]
async fn a_deployment_without_money_is_passed_over() {
    for (first, second, served) in [
        (Some(NEXT_TO_NOTHING), None, Some("second")),
        (Some(NEXT_TO_NOTHING), Some(PLENTY), Some("second")),
        (Some(NEXT_TO_NOTHING), Some(NEXT_TO_NOTHING), None),
    ] {
        let kit = Kit::with(|setup| {
            let gpt = setup.deployments.iter_mut().find(|deployment| deployment.group == GPT).unwrap();
            gpt.budget = first.map(written);
            let other = Deployment { id: "second".to_owned(), budget: second.map(written), ..gpt.clone() };
            setup.deployments.push(other);
        })
        .await;
        for _ in 0..4 {
            let got = kit.call(OpenAiChat, &body()).await;
            let row = kit.rows_of(&got.id).await.pop();
            assert_eq!(row.map(|row| row.deployment_id).as_deref(), served);
            assert_eq!(got.status, if served.is_some() { 200 } else { 429 }, "{}", got.text());
            assert!(!got.text().contains("1e-9"), "what may be spent there is not for clients");
        }
    }
}

#[tokio::test]
async fn a_provider_has_a_budget_of_all_its_deployments() {
    for (cap, status) in [(NEXT_TO_NOTHING, 429), (PLENTY, 200)] {
        let (kit, _) = kit(|setup| {
            setup.settings.budget.of_providers.insert("openai".to_owned(), written(cap));
            let gpt = setup.deployments.iter_mut().find(|deployment| deployment.group == GPT).unwrap();
            gpt.budget = Some(written(PLENTY));
        })
        .await;
        let got = kit.call(OpenAiChat, &body()).await;
        assert_eq!(got.status, status, "{}", got.text());
        let other = json!({"model": CLAUDE, "max_tokens": 20, "messages": [{"role": "user", "content": "[[say:x]]"}]});
        assert_eq!(kit.call(Anthropic, &other).await.status, 200);
        if status != 200 {
            continue;
        }
        let row = kit.rows_of(&got.id).await.pop().unwrap();
        let charged = row.detail.unwrap().charged;
        let accounts: Vec<_> = charged.iter().map(|balance| balance.account.as_str()).collect();
        assert_eq!(accounts, ["provider:openai", "deployment:openai-1"]);
        for balance in &charged {
            let shown = balances::show(&kit.db, std::slice::from_ref(&balance.account)).await.unwrap();
            assert_eq!(Some(shown[0].spent), row.cost, "{balance:?}");
            assert_eq!(balances::recount(&kit.db, balance, kit.engine.clock.now()).await.unwrap(), 0, "{balance:?}");
        }
    }
}

#[tokio::test]
async fn a_tag_may_have_its_budget_from_configuration() {
    let (kit, _) = kit(|setup| {
        setup.settings.budget.of_tags.insert("red".to_owned(), written(NEXT_TO_NOTHING));
    })
    .await;
    for (tag, status) in [("red", 422), ("blue", 200)] {
        let mut body = body();
        body["tags"] = json!([tag]);
        let got = kit.call(OpenAiChat, &body).await;
        assert_eq!(got.status, status, "{}", got.text());
        if status == 422 {
            assert_eq!(got.json()["error"]["details"]["budget_of"], json!("tag"));
        }
    }
}

/// What the provider of the other model says is its answer, though it were the word for a model that is not there.
#[tokio::test]
async fn what_was_sent_is_not_sent_once_more_elsewhere() {
    let kit = Kit::start().await;
    let key = with_fallbacks(&kit, &[GPT], &[CLAUDE, BOTH], |_| ()).await;
    let mut body = body();
    body["messages"][0]["content"] = json!("[[error:404]]");
    let got = kit.call_as(&key, OpenAiChat, body.to_string()).await;
    assert_eq!((got.status, kit.upstream.count()), (404, 1), "{}", got.text());
    assert_eq!(kit.rows_of(&got.id).await.len(), 1);
}

/// What holds for a call is remembered for the next one, but not beyond what somebody changes or the end of a window.
#[tokio::test]
async fn a_change_and_a_new_window_hold_for_the_next_call() {
    let (kit, clock) = kit(|_| ()).await;
    let hourly = |cap| Limits { budget_duration: Some("1h".to_owned()), ..capped(Nanos::new(cap)) };
    let key = kit.key_with(|row| row.limits = hourly(PLENTY)).await;
    let ask = async || kit.call_as(&key, OpenAiChat, body().to_string()).await.status;
    // the clock began with the hour
    clock.advance(3_599_900_000);
    assert_eq!(ask().await, 200);
    clock.advance(200_000);
    assert_eq!(ask().await, 200);
    let charged = kit.rows().await.into_iter().filter_map(|row| Some(row.detail?.charged.first()?.starts_at));
    assert_eq!(charged.collect::<Vec<_>>(), [0, 3_600_000_000].map(|after| 1_800_000_000_000_000 + after));
    let before = kit.key_row(&key).await;
    let after = KeyRow { limits: hourly(NEXT_TO_NOTHING), ..before.clone() };
    let mut change = Transaction::begin(&kit.db, actor()).await.unwrap();
    change.update("update_key", &before, &after).await.unwrap();
    let touched = change.commit().await.unwrap();
    kit.engine.directory.forget(&touched);
    assert_eq!(ask().await, 422);
}
