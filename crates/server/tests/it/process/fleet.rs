//! Four gateways on one PostgreSQL, a thousand callers, and gateways that are killed and stopped in the middle: no budget is
//! overspent, and the ledger has what the upstream has. Each run says its seed; `TURNPIKE_SEEDS` asks for more runs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use money::{Account, AccountKind};
use parking_lot::Mutex;
use serde_json::{Value, json};
use store::ledger::{self, AttemptStatus, LedgerFilter, LedgerRow};
use store::{Db, Page, Scope, balances};
use testkit::{Served, State, Upstream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::calls::{self, INPUT_PRICE, OUTPUT_PRICE};
use super::client::Client;
use super::gateway::{Gateway, PATIENCE, Place};

const INSTANCES: usize = 4;
const CALLERS: usize = 1_000;
const CALLS_EACH: usize = 3;
const KEYS: usize = 40;
const TEAMS: usize = 4;
/// Gateways that are killed or stopped in a run.
const BLOWS: usize = 6;

/// Dollars: what is asked is a multiple of each.
const GATEWAY_CAP: f64 = 0.30;
const ORGANIZATION_CAP: f64 = 0.25;
const TEAM_CAP: f64 = 0.08;
const KEY_CAP: f64 = 0.012;
const MEMBER_CAP: f64 = 0.02;
const CUSTOMER_CAP: f64 = 0.03;

#[tokio::test(flavor = "multi_thread")]
async fn no_budget_is_overspent_whatever_happens_to_the_gateways() {
    #[expect(clippy::disallowed_methods, reason = "the test is asked for more runs, not the gateway")]
    let runs = std::env::var("TURNPIKE_SEEDS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(3);
    for seed in 1..=runs {
        say(&format!("seed {seed}"));
        run(seed).await;
    }
}

/// A run that fails is run again with the seed that it said.
#[expect(clippy::print_stdout, reason = "shown with a test that fails")]
pub(super) fn say(line: &str) {
    println!("{line}");
}

/// Numbers that follow from a seed (splitmix64).
#[derive(Clone)]
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }
}

/// The gateways, some of which are down at times.
struct Fleet {
    places: Vec<Place>,
    clients: Mutex<Vec<Option<Client>>>,
}

struct Callers {
    keys: Vec<String>,
    answered: AtomicUsize,
    refused: AtomicUsize,
}

async fn run(seed: u64) {
    let upstream = Upstream::start().await;
    let database = testkit::services::database().await;
    let config =
        format!("{}litellm_settings:\n  max_budget: {GATEWAY_CAP}\n  budget_duration: 1d\n", calls::config(&upstream));
    let first = Place::new()
        .variable("DATABASE_URL", Some(&database))
        .variable("TURNPIKE_SALT_KEY", Some("Qx7-it-Salt0Key-mW3nR4tYb8uP"));
    let mut places: Vec<_> = (1..INSTANCES).map(|_| first.beside()).collect();
    places.push(first);
    for place in &places {
        place.configure(&config);
    }
    let mut gateways = Vec::new();
    for place in &places {
        gateways.push(Some(place.start().await));
    }
    let clients = gateways.iter().flatten().map(|gateway: &Gateway| Some(gateway.client.clone())).collect();
    let keys = tenants(&gateways[0].as_ref().unwrap().client).await;
    let fleet = Arc::new(Fleet { places, clients: Mutex::new(clients) });
    let callers = Arc::new(Callers { keys, answered: AtomicUsize::new(0), refused: AtomicUsize::new(0) });

    let mut calling = JoinSet::new();
    for number in 0..CALLERS {
        let (fleet, callers) = (Arc::clone(&fleet), Arc::clone(&callers));
        let chance = Chance(seed.wrapping_mul(1_000_003).wrapping_add(number as u64));
        calling.spawn(async move { call(&fleet, &callers, chance, number).await });
    }
    strike(&fleet, &mut gateways, Chance(seed), &callers).await;
    timeout(4 * PATIENCE, calling.join_all()).await.unwrap();
    for gateway in gateways.into_iter().flatten() {
        gateway.stop().await;
    }
    let (answered, refused) = (callers.answered.load(Ordering::Relaxed), callers.refused.load(Ordering::Relaxed));
    say(&format!("{answered} calls answered, {refused} refused"));
    assert!(answered > 200 && refused > 200, "the budgets are what decides: {answered} answered, {refused} refused");
    check(&database, &upstream.served()).await;
}

/// Organization, teams, members and keys, all with budgets. Returns the keys.
async fn tenants(client: &Client) -> Vec<String> {
    let organization = json!({"organization_alias": "all", "max_budget": ORGANIZATION_CAP, "budget_duration": "30d"});
    let organization = client.admin("/organization/new", &organization).await["organization_id"].clone();
    let customer = json!({"user_id": "customer", "max_budget": CUSTOMER_CAP});
    client.admin("/customer/new", &customer).await;
    let mut keys = Vec::new();
    for team in 0..TEAMS {
        let budget = json!({"team_alias": format!("team {team}"), "organization_id": organization, "max_budget": TEAM_CAP, "budget_duration": "1h"});
        let team_id = client.admin("/team/new", &budget).await["team_id"].clone();
        let user = json!({"user_id": format!("user-{team}"), "auto_create_key": false});
        client.admin("/user/new", &user).await;
        let member = json!({"team_id": team_id, "member": {"role": "user", "user_id": format!("user-{team}")}, "max_budget_in_team": MEMBER_CAP});
        client.admin("/team/member_add", &member).await;
        for number in 0..KEYS / TEAMS {
            let mut key = json!({"team_id": team_id, "max_budget": KEY_CAP, "budget_limits": [{"budget_duration": "1mo", "max_budget": KEY_CAP}]});
            if number % 2 == 0 {
                key["user_id"] = json!(format!("user-{team}"));
            }
            keys.push(client.admin("/key/generate", &key).await["key"].as_str().unwrap().to_owned());
        }
    }
    keys
}

/// One caller: some calls, each at whichever gateway is up.
async fn call(fleet: &Fleet, callers: &Callers, mut chance: Chance, number: usize) {
    for _ in 0..CALLS_EACH {
        let at = usize::try_from(chance.below(INSTANCES as u64)).unwrap();
        let client = fleet.clients.lock()[at].clone();
        let Some(client) = client else { continue };
        let is_openai = number.is_multiple_of(2);
        let body = body(&mut chance, is_openai);
        let path = if is_openai { "/v1/chat/completions" } else { "/v1/messages" };
        let Ok(answer) = client.try_post(path, &callers.keys[number % KEYS], &body).await else { continue };
        let (status, text) = (answer.status, answer.rest().await);
        match status {
            200 => drop(callers.answered.fetch_add(1, Ordering::Relaxed)),
            422 | 503 => drop(callers.refused.fetch_add(1, Ordering::Relaxed)),
            status => panic!("{status}: {text:?}"),
        }
    }
}

fn body(chance: &mut Chance, is_openai: bool) -> Value {
    let (length, ceiling) = (chance.below(60) + 1, chance.below(80) + 1);
    let model = if chance.below(2) == 0 { "gpt" } else { "claude" };
    let prompt = format!("[[sleep:{}]] [[obey]] [[long:{length}]]", chance.below(120));
    let mut body = json!({
        "model": model,
        "stream": chance.below(2) == 0,
        "max_tokens": ceiling,
        "messages": [{"role": "user", "content": prompt}],
    });
    if chance.below(4) == 0 {
        let (field, customer) =
            if is_openai { ("user", json!("customer")) } else { ("metadata", json!({"user_id": "customer"})) };
        body[field] = customer;
    }
    body
}

/// Kills and stops gateways while calls go on, and starts each again on the data folder that it had.
async fn strike(fleet: &Fleet, gateways: &mut [Option<Gateway>], mut chance: Chance, callers: &Callers) {
    for blow in 1..=BLOWS {
        let so_many = blow * CALLERS * CALLS_EACH / (2 * BLOWS);
        let done = || callers.answered.load(Ordering::Relaxed) + callers.refused.load(Ordering::Relaxed);
        let waited = timeout(PATIENCE, async {
            while done() < so_many {
                sleep(Duration::from_millis(5)).await;
            }
        });
        drop(waited.await);
        let at = usize::try_from(chance.below(INSTANCES as u64)).unwrap();
        fleet.clients.lock()[at] = None;
        let gateway = gateways[at].take().unwrap();
        if chance.below(3) == 0 {
            gateway.stop().await;
        } else {
            gateway.kill().await;
        }
        let gateway = fleet.places[at].start().await;
        fleet.clients.lock()[at] = Some(gateway.client.clone());
        gateways[at] = Some(gateway);
    }
}

async fn check(database: &str, log: &[Served]) {
    let db = Db::open(database).await.unwrap();
    let page = Page { number: 1, size: 100_000 };
    let (rows, _) = ledger::list(&db, &Scope::Gateway, &LedgerFilter::default(), page).await.unwrap();
    let (_, refused) = ledger::quarantined(&db, &Scope::Gateway, page).await.unwrap();
    assert_eq!(refused, 0);
    one_row_an_attempt(&rows, log);
    caps_hold(&rows);
    balances_say_so(&db, &rows).await;
    db.close().await;
}

/// Each attempt that the upstream saw has one row that is not too cheap, and its own cost where it was heard to the end.
pub(super) fn one_row_an_attempt(rows: &[LedgerRow], log: &[Served]) {
    let by_attempt: BTreeMap<_, _> =
        rows.iter().map(|row| (format!("{}-{}", row.request_id, row.attempt), row)).collect();
    assert_eq!(by_attempt.len(), rows.len(), "no attempt has two");
    for served in log {
        let row = by_attempt[served.header("x-turnpike-attempt").unwrap()];
        let cost = i64::try_from(served.measured.input * INPUT_PRICE + served.measured.output * OUTPUT_PRICE).unwrap();
        let paid = row.cost.unwrap().get();
        if served.state == State::Complete && row.status == AttemptStatus::Success {
            assert_eq!(paid, cost, "{row:?}");
        } else if served.state == State::Complete {
            assert!(paid >= cost, "{row:?} {served:?}");
        }
    }
    let dispatched = rows.iter().filter(|row| row.status != AttemptStatus::Unknown).count();
    assert!(dispatched <= log.len(), "what is in the ledger as dispatched was");
}

/// Whoever pays at a level, and what all its rows cost.
fn sums(rows: &[LedgerRow], who: impl Fn(&LedgerRow) -> Option<String>) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for row in rows {
        if let Some(who) = who(row) {
            *sums.entry(who).or_default() += row.cost.unwrap().get();
        }
    }
    sums
}

fn caps_hold(rows: &[LedgerRow]) {
    let member = |row: &LedgerRow| row.payer.user_id.clone();
    let levels = [
        ("gateway", GATEWAY_CAP, sums(rows, |_| Some(String::new()))),
        ("organization", ORGANIZATION_CAP, sums(rows, |row| row.payer.organization_id.clone())),
        ("team", TEAM_CAP, sums(rows, |row| row.payer.team_id.clone())),
        ("key", KEY_CAP, sums(rows, |row| row.payer.key_hash.as_ref().map(|hash| hash.as_str().to_owned()))),
        ("member", MEMBER_CAP, sums(rows, member)),
        ("customer", CUSTOMER_CAP, sums(rows, |row| row.payer.customer_id.clone())),
    ];
    for (level, cap, sums) in levels {
        let cap = money::Nanos::parse_usd(&cap.to_string()).unwrap().get();
        say(&format!("{level}: {:?} of {cap}", sums.values().max()));
        for (who, spent) in sums {
            assert!(spent <= cap, "the {level} {who} spent {spent} of {cap}");
        }
    }
}

/// Balances are the sums of their rows, and nothing is held or leased once all gateways have ended.
async fn balances_say_so(db: &Db, rows: &[LedgerRow]) {
    let mut accounts = vec![Account::gateway(), Account::of(AccountKind::Customer, "customer")];
    let of =
        |kind, ids: BTreeMap<String, i64>| ids.into_keys().map(move |id| Account::of(kind, &id)).collect::<Vec<_>>();
    accounts.extend(of(AccountKind::Organization, sums(rows, |row| row.payer.organization_id.clone())));
    accounts.extend(of(AccountKind::Team, sums(rows, |row| row.payer.team_id.clone())));
    accounts.extend(of(
        AccountKind::Key,
        sums(rows, |row| row.payer.key_hash.as_ref().map(|hash| hash.as_str().to_owned())),
    ));
    let charged = |account: &Account| {
        let charges = |row: &&LedgerRow| {
            row.detail.as_ref().is_some_and(|detail| detail.charged.iter().any(|one| one.account == *account))
        };
        rows.iter().filter(charges).map(|row| row.cost.unwrap().get()).sum::<i64>()
    };
    let shown = balances::show(db, &accounts).await.unwrap();
    assert!(shown.len() >= accounts.len(), "{} balances of {} accounts", shown.len(), accounts.len());
    for shown in shown {
        let expected = charged(&shown.id.account);
        assert_eq!((shown.spent.get(), shown.held.get(), shown.written_off.get()), (expected, 0, 0), "{:?}", shown.id);
    }
    assert_eq!(balances::instances(db).await.unwrap(), []);
}
