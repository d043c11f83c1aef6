//! Gateways on a PostgreSQL of their own, callers that never rest, and the books at the end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::{Value, json};
use store::balances::{self, BalanceId};
use store::ledger::{self, LedgerFilter, LedgerRow};
use store::{Db, Page, Scope};
use testkit::services::Postgres;
use testkit::{Served, Upstream};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::process::calls;
use crate::process::client::Client;
use crate::process::fleet::{Chance, one_row_an_attempt, say};
use crate::process::gateway::{Gateway, PATIENCE, Place};

/// Dollars: more than the calls of a test cost together.
const CAP: f64 = 5.0;

pub(super) struct World {
    pub(super) upstream: Upstream,
    pub(super) postgres: Postgres,
    /// Straight to it, whatever the gateways take.
    pub(super) database: String,
    pub(super) places: Vec<Place>,
    pub(super) gateways: Vec<Gateway>,
    /// With budgets of its own and of its team.
    pub(super) key: String,
}

impl World {
    /// So many gateways, with these settings of budgets.
    pub(super) async fn start(gateways: usize, budgets: &str) -> Self {
        Self::with(gateways, budgets, None).await
    }

    pub(super) async fn with(gateways: usize, budgets: &str, redis: Option<&str>) -> Self {
        let postgres = Postgres::start().await;
        let database = postgres.database().await;
        Self::on(postgres, database.clone(), database, (gateways, budgets, redis)).await
    }

    /// `database` as the gateways reach it, which may be another way than the test's own.
    pub(super) async fn on(
        postgres: Postgres,
        own: String,
        database: String,
        (number, budgets, redis): (usize, &str, Option<&str>),
    ) -> Self {
        let upstream = Upstream::start().await;
        let config = format!("{}turnpike:\n  budgets: {{{budgets}}}\n", calls::config(&upstream));
        let first = Place::new()
            .variable("DATABASE_URL", Some(&database))
            .variable("REDIS_URL", redis)
            .variable("TURNPIKE_SALT_KEY", Some("Qx7-it-Salt0Key-mW3nR4tYb8uP"));
        let mut places: Vec<_> = (1..number).map(|_| first.beside()).collect();
        places.push(first);
        let mut gateways = Vec::new();
        for place in &places {
            place.configure(&config);
            gateways.push(place.start().await);
        }
        let client = &gateways[0].client;
        let team = json!({"team_alias": "t", "max_budget": CAP, "budget_duration": "1d"});
        let team = client.admin("/team/new", &team).await["team_id"].clone();
        let key = json!({"team_id": team, "max_budget": CAP, "rpm_limit": 100_000});
        let key = client.admin("/key/generate", &key).await["key"].as_str().unwrap().to_owned();
        Self { upstream, postgres, database: own, places, gateways, key }
    }

    /// Callers who ask all gateways in turn until they are told to stop.
    pub(super) fn call(&self, seed: u64, callers: u64) -> Callers {
        say(&format!("seed {seed}"));
        let clients: Vec<_> = self.gateways.iter().map(|gateway| gateway.client.clone()).collect();
        let tally = Arc::new(Tally::default());
        let mut running = JoinSet::new();
        for number in 0..callers {
            let chance = Chance(seed.wrapping_mul(1_000_003).wrapping_add(number));
            running.spawn(keep_calling(clients.clone(), self.key.clone(), chance, Arc::clone(&tally)));
        }
        Callers { tally, running }
    }

    /// Ends all gateways in good order and looks at the books. Returns what each gateway logged.
    pub(super) async fn end(self) -> Vec<String> {
        let mut logs = Vec::new();
        for gateway in self.gateways {
            logs.push(gateway.stop().await);
        }
        audit(&self.database, &self.upstream.served()).await;
        logs
    }
}

/// How calls ended so far.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) answered: AtomicUsize,
    pub(super) refused: AtomicUsize,
    is_over: AtomicBool,
}

pub(super) struct Callers {
    pub(super) tally: Arc<Tally>,
    running: JoinSet<()>,
}

impl Callers {
    /// Waits until so many more calls were answered,
    pub(super) async fn answered(&self, more: usize) {
        self.more(&self.tally.answered, more, "answered").await;
    }

    /// or refused for want of a store.
    pub(super) async fn refused(&self, more: usize) {
        self.more(&self.tally.refused, more, "refused").await;
    }

    async fn more(&self, count: &AtomicUsize, more: usize, what: &str) {
        let (enough, deadline) = (count.load(Ordering::Relaxed) + more, Instant::now() + PATIENCE);
        while count.load(Ordering::Relaxed) < enough {
            assert!(Instant::now() < deadline, "no {more} more calls were {what}");
            assert!(!self.running.is_empty());
            sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    pub(super) async fn stop(self) {
        self.tally.is_over.store(true, Ordering::Relaxed);
        timeout(PATIENCE, self.running.join_all()).await.unwrap();
        let [answered, refused] =
            [&self.tally.answered, &self.tally.refused].map(|count| count.load(Ordering::Relaxed));
        say(&format!("{answered} calls answered, {refused} refused"));
    }
}

async fn keep_calling(clients: Vec<Client>, key: String, mut chance: Chance, tally: Arc<Tally>) {
    while !tally.is_over.load(Ordering::Relaxed) {
        let client = &clients[usize::try_from(chance.below(clients.len() as u64)).unwrap()];
        let is_openai = chance.below(2) == 0;
        let path = if is_openai { "/v1/chat/completions" } else { "/v1/messages" };
        match ask(client, path, &key, &body(&mut chance)).await {
            Told::Answer => drop(tally.answered.fetch_add(1, Ordering::Relaxed)),
            Told::Unavailable => {
                tally.refused.fetch_add(1, Ordering::Relaxed);
                sleep(std::time::Duration::from_millis(20)).await;
            }
        }
    }
}

fn body(chance: &mut Chance) -> Value {
    let model = if chance.below(2) == 0 { "gpt" } else { "claude" };
    let prompt = format!("[[sleep:{}]] [[obey]] [[long:{}]]", chance.below(40), chance.below(30) + 1);
    json!({
        "model": model,
        "stream": chance.below(3) == 0,
        "max_tokens": chance.below(60) + 1,
        "messages": [{"role": "user", "content": prompt}],
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Answer,
    Unavailable,
}

/// Asks, and takes an answer, or a refusal for now that says when to come back; nothing else.
pub(super) async fn ask(client: &Client, path: &str, key: &str, body: &Value) -> Told {
    let answer = client.post(path, key, body).await;
    let (status, retry) = (answer.status, answer.headers.contains_key("retry-after"));
    let text = answer.rest().await.unwrap();
    match status {
        200 => Told::Answer,
        503 => {
            assert!(retry && text.contains("try again"), "{text}");
            Told::Unavailable
        }
        status => panic!("{status}: {text}"),
    }
}

/// Waits until it is so; fails when that takes too long.
pub(super) async fn wait_until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so().await {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// A small call.
pub(super) fn small() -> Value {
    json!({"model": "gpt", "max_tokens": 5, "messages": [{"role": "user", "content": "[[obey]] [[long:3]]"}]})
}

/// I-01 to I-04: each attempt of the upstream's log has one row, balances are the sums of their rows, and nothing is held or leased.
pub(super) async fn audit(database: &str, log: &[Served]) {
    let db = Db::open(database).await.unwrap();
    let page = Page { number: 1, size: 100_000 };
    let (rows, _) = ledger::list(&db, &Scope::Gateway, &LedgerFilter::default(), page).await.unwrap();
    let (_, refused) = ledger::quarantined(&db, &Scope::Gateway, page).await.unwrap();
    assert_eq!(refused, 0);
    one_row_an_attempt(&rows, log);
    let mut sums = BTreeMap::<&BalanceId, i64>::new();
    for row in &rows {
        for balance in charged(row) {
            *sums.entry(balance).or_default() += row.cost.unwrap().get();
        }
    }
    let accounts: Vec<_> = sums.keys().map(|balance| balance.account.clone()).collect();
    let shown = balances::show(&db, &accounts).await.unwrap();
    assert!(shown.len() >= sums.len());
    let cap = money::Nanos::parse_usd(&CAP.to_string()).unwrap().get();
    for shown in shown {
        let expected = sums.get(&shown.id).copied().unwrap_or_default();
        assert_eq!((shown.spent.get(), shown.held.get(), shown.written_off.get()), (expected, 0, 0), "{:?}", shown.id);
        assert!(expected <= cap);
    }
    assert_eq!(balances::instances(&db).await.unwrap(), []);
    db.close().await;
    for table in ["leases", "intents"] {
        assert_eq!(count(database, &format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
}

fn charged(row: &LedgerRow) -> &[BalanceId] {
    row.detail.as_ref().map_or(&[], |detail| &detail.charged)
}

/// The number that a query of the test's own finds.
pub(super) async fn count(database: &str, query: &str) -> u64 {
    let rows = testkit::services::query(database, query).await.unwrap();
    rows[0][0].as_ref().unwrap().parse().unwrap()
}
