//! An instance that is lost with its disk, or frozen until the others have given it up: what it had dispatched is in the ledger, or
//! what it had taken out of budgets counts as spent; and no cap is passed.

use std::collections::BTreeMap;

use money::{Account, AccountKind};
use serde_json::json;
use store::ledger::{self, AttemptStatus, LedgerFilter, LedgerRow, Provenance};
use store::{Db, Page, Scope, balances};
use testkit::{State, Upstream};
use tokio::time::{Instant, sleep};

use super::calls::{self, Call, INPUT_PRICE, OUTPUT_PRICE};
use super::gateway::{Gateway, PATIENCE, Place};

const STREAMS: usize = 20;
const CAP: f64 = 5.0;

struct Two {
    upstream: Upstream,
    database: String,
    _places: [Place; 2],
    one: Gateway,
    other: Gateway,
    key: String,
    account: Account,
}

impl Two {
    async fn start(settings: &str) -> Self {
        let upstream = Upstream::start().await;
        let database = testkit::services::database().await;
        let config =
            format!("{}turnpike:\n  budgets: {{instances_given_up_after: 3, {settings}}}\n", calls::config(&upstream));
        let first = Place::new()
            .variable("DATABASE_URL", Some(&database))
            .variable("TURNPIKE_SALT_KEY", Some("Qx7-it-Salt0Key-mW3nR4tYb8uP"));
        let second = first.beside();
        first.configure(&config);
        second.configure(&config);
        let (one, other) = (first.start().await, second.start().await);
        let made = one.client.admin("/key/generate", &json!({ "max_budget": CAP })).await;
        let account = Account::of(AccountKind::Key, made["token"].as_str().unwrap());
        let key = made["key"].as_str().unwrap().to_owned();
        Self { upstream, database, _places: [first, second], one, other, key, account }
    }

    /// Streams of the first instance that are under way at the upstream.
    async fn begin_streams(&self, prompt: &str) -> Vec<super::client::Stream> {
        let mut streams = Vec::new();
        for number in 0..STREAMS {
            let call = Call::mixed(number, true, prompt);
            streams.push(call.send(&self.one.client, &self.key).await);
        }
        let under_way = |log: &[testkit::Served]| log.iter().filter(|one| one.state == State::Begun).count() == STREAMS;
        self.upstream.wait_for(under_way).await.unwrap();
        streams
    }
}

async fn rows(db: &Db) -> BTreeMap<String, LedgerRow> {
    let page = Page { number: 1, size: 10_000 };
    let (rows, _) = ledger::list(db, &Scope::Gateway, &LedgerFilter::default(), page).await.unwrap();
    rows.into_iter().map(|row| (format!("{}-{}", row.request_id, row.attempt), row)).collect()
}

/// Spent, held, and what of that is nobody's who is alive.
async fn shown(db: &Db, account: &Account) -> (i64, i64, i64) {
    let shown = balances::show(db, std::slice::from_ref(account)).await.unwrap();
    let shown = shown.first().unwrap();
    (shown.spent.get(), shown.held.get(), shown.written_off.get())
}

#[tokio::test(flavor = "multi_thread")]
async fn with_intents_in_the_database_a_lost_disk_loses_nothing() {
    let two = Two::start("intents_in_database: true").await;
    let streams = two.begin_streams("[[slow:250]] [[long:400]]").await;
    two.one.kill().await;
    drop(streams);
    let log = two.upstream.wait_for_ended(STREAMS).await.unwrap();
    two.other.logged(&["at its upper bound"]).await;
    let db = Db::open(&two.database).await.unwrap();
    let rows = rows(&db).await;
    assert_eq!(rows.len(), STREAMS);
    for served in &log {
        let row = &rows[served.header("x-turnpike-attempt").unwrap()];
        assert_eq!((row.status, row.provenance), (AttemptStatus::Unknown, Provenance::UpperBound));
        let cost = served.measured.input * INPUT_PRICE + served.measured.output * OUTPUT_PRICE;
        assert!(row.cost.unwrap().get() >= i64::try_from(cost).unwrap());
    }
    let sum: i64 = rows.values().map(|row| row.cost.unwrap().get()).sum();
    assert_eq!(shown(&db, &two.account).await, (sum, 0, 0), "the rest went back");
    two.other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_journal_only_a_lost_disk_costs_what_was_taken_out() {
    let two = Two::start("lower_ceilings: true").await;
    let streams = two.begin_streams("[[slow:250]] [[long:400]]").await;
    two.one.kill().await;
    drop(streams);
    let log = two.upstream.wait_for_ended(STREAMS).await.unwrap();
    two.other.logged(&["an instance shows no sign of life"]).await;
    let db = Db::open(&two.database).await.unwrap();
    let (spent, held, written_off) = shown(&db, &two.account).await;
    let cost: u64 = log.iter().map(|one| one.measured.input * INPUT_PRICE + one.measured.output * OUTPUT_PRICE).sum();
    assert_eq!((spent, held), (0, written_off));
    assert!(written_off >= i64::try_from(cost).unwrap(), "{written_off} {cost}");
    assert!(written_off < 5_000_000_000, "what was not taken out is there for the others");
    let answer = two.other.client.post("/v1/chat/completions", &two.key, &Call::openai("gpt", "Hi").body()).await;
    assert_eq!(answer.status, 200);
    answer.rest().await.unwrap();
    two.other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_was_frozen_begins_anew_and_gives_back_what_it_had() {
    let two = Two::start("lower_ceilings: true").await;
    let streams = two.begin_streams("[[slow:50]] [[long:100]]").await;
    two.one.signal("STOP");
    two.other.logged(&["an instance shows no sign of life"]).await;
    two.one.signal("CONT");
    for stream in streams {
        stream.rest().await.unwrap();
    }
    two.one.logged(&["begins anew"]).await;
    let answer = two.one.client.post("/v1/chat/completions", &two.key, &Call::openai("gpt", "Hi").body()).await;
    assert_eq!(answer.status, 200);
    answer.rest().await.unwrap();
    let db = Db::open(&two.database).await.unwrap();
    let deadline = Instant::now() + PATIENCE;
    while shown(&db, &two.account).await.2 > 0 {
        assert!(Instant::now() < deadline, "what it had is still written off");
        sleep(std::time::Duration::from_millis(50)).await;
    }
    two.one.stop().await;
    two.other.stop().await;
    let sum: i64 = rows(&db).await.values().map(|row| row.cost.unwrap().get()).sum();
    assert_eq!(rows(&db).await.len(), STREAMS + 1);
    assert_eq!(shown(&db, &two.account).await, (sum, 0, 0));
}
