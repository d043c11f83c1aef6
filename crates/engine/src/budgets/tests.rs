//! Leases as calls, the broker and the passing of time move them; instances that share a database.

use std::sync::Arc;

use futures_util::FutureExt as _;
use money::window::Window;
use money::{Account, AccountKind, Nanos, Tokens};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use store::balances::{self, BalanceId};
use store::journal::{Journal, JournalConfig};
use store::ledger::{self, AttemptStatus, Detail, LedgerRow, Payer, Provenance};
use store::{Db, LedgerPoster, LedgerWriter, migrate};
use tokio::time::Instant;

use super::claims::{Claim, Claims};
use super::{Budgets, Exceeded, Hold, Refused, UNUSED_MICROS};
use crate::clock::Clock;
use crate::engine::Instance;

const CAP: i64 = 1_000;
const NOW: i64 = 1_800_000_000_000_000;

struct World {
    db: Db,
    clock: Clock,
    poster: LedgerPoster,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open_path(&folder.path().join("store.db")).await.unwrap();
        migrate::run(&db, 1).await.unwrap();
        let (journal, _) = Journal::open(&folder.path().join("journal"), JournalConfig::default()).unwrap();
        // the tests post rows themselves
        let (poster, _writer) = LedgerWriter::new(db.clone(), Arc::new(journal), 1);
        Self { db, clock: Clock::manual(NOW), poster, _folder: folder }
    }

    async fn instance(&self, name: &str) -> Arc<Budgets> {
        balances::register(&self.db, name, false, NOW).await.unwrap();
        Arc::new(Budgets::new(self.db.clone(), self.poster.clone(), self.clock.clone(), &Instance::new(name)))
    }

    /// One that shares its database with others.
    async fn instance_of_many(&self, name: &str, all: i64) -> Arc<Budgets> {
        let instance = self.instance(name).await;
        {
            let mut leases = instance.leases.lock();
            leases.alive_until = Some(Instant::now() + instance.given_up_after);
            leases.instances = all;
        }
        instance
    }

    async fn post(&self, rows: &mut Vec<LedgerRow>) {
        let posted = ledger::insert_batch(&self.db, rows).await.unwrap();
        assert_eq!(posted.inserted, rows.len() as u64);
        rows.clear();
    }
}

/// A call that held so much has cost so much: of its lease now, in the ledger once the row is posted.
fn settle(budgets: &Arc<Budgets>, hold: Hold, cost: i64, number: u32) -> LedgerRow {
    let (charged, instance) = hold.charged();
    let detail = Detail { charged, instance, ..Detail::default() };
    budgets.settle(hold, Nanos::new(cost));
    row(number, cost, detail)
}

fn row(number: u32, cost: i64, detail: Detail) -> LedgerRow {
    LedgerRow {
        request_id: format!("r{number}"),
        attempt: 1,
        payer: Arc::new(Payer::default()),
        call_type: "completion".to_owned(),
        model_group: "m".to_owned(),
        model: "m".to_owned(),
        deployment_id: "d".to_owned(),
        provider: "p".to_owned(),
        stream: false,
        started_at: NOW,
        first_byte_at: None,
        ended_at: NOW,
        tokens: Tokens::default(),
        cost: Some(Nanos::new(cost)),
        price_version: None,
        provenance: Provenance::Final,
        status: AttemptStatus::Success,
        http_status: None,
        error_kind: None,
        detail: Some(Box::new(detail)),
    }
}

fn claims(ids: &[&str]) -> Claims {
    let Window { starts_at, ends_at } = Window::EVER;
    let claim = |id: &&str| Claim {
        balance: BalanceId { account: Account::of(AccountKind::Tag, id), starts_at, ends_at },
        cap: Nanos::new(CAP),
        is_soft: false,
    };
    ids.iter().map(claim).collect()
}

/// Until the broker has nothing more to do.
async fn done(budgets: &Budgets) {
    while budgets.asks.is_running() {
        tokio::task::yield_now().await;
        // the database has threads of its own
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn what_was_taken_out_for_a_call_is_its_own_before_it_runs_again() {
    let world = World::new().await;
    let budgets = world.instance("a").await;
    let claims = claims(&["t"]);
    let mut call = Box::pin(budgets.hold(&claims, Nanos::new(CAP)));
    assert!((&mut call).now_or_never().is_none(), "it asks");
    done(&budgets).await;
    // the call was not polled yet, and somebody looks for what nobody uses
    world.clock.advance(2 * UNUSED_MICROS);
    tend(&budgets).await;
    let hold = call.await.unwrap();
    assert_eq!(budgets.held(&claims[0].balance), Nanos::new(CAP));
    budgets.release(hold);
}

#[tokio::test]
async fn a_call_that_left_while_more_was_taken_out_holds_nothing() {
    let world = World::new().await;
    let budgets = world.instance("a").await;
    let claims = claims(&["t"]);
    let mut call = Box::pin(budgets.hold(&claims, Nanos::new(CAP)));
    assert!((&mut call).now_or_never().is_none(), "it asks");
    drop(call);
    done(&budgets).await;
    assert_eq!(budgets.held(&claims[0].balance), Nanos::ZERO);
    let hold = budgets.hold(&claims, Nanos::new(CAP)).await.unwrap();
    budgets.release(hold);
}

/// What one of three instances does.
#[derive(Clone, Debug)]
enum Step {
    /// A call that may cost so much of the first budgets.
    Hold { of: usize, budgets: usize, amount: i64 },
    /// The oldest call ends: with what it cost, or was never made.
    End { of: usize, cost: Option<i64> },
    /// Time passes, and leases are looked after.
    Tend { of: usize, seconds: i64 },
    /// Rows of calls that ended reach the ledger.
    Post,
    /// Its process dies, with all it held; its journal says what was under way.
    Die { of: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let of = 0..3_usize;
    prop_oneof![
        6 => (of.clone(), 1..=3_usize, 0..400_i64).prop_map(|(of, budgets, amount)| Step::Hold { of, budgets, amount }),
        4 => (of.clone(), prop::option::weighted(0.8, 0..100_i64)).prop_map(|(of, cost)| Step::End { of, cost }),
        2 => (of.clone(), 0..90_i64).prop_map(|(of, seconds)| Step::Tend { of, seconds }),
        2 => Just(Step::Post),
        1 => of.prop_map(|of| Step::Die { of }),
    ]
}

/// Whatever three instances do: no more is held and spent than the caps, and in the end balances are what the ledger has, nothing is
/// taken out, and all that is left can be had by one of them.
#[test]
fn money_is_conserved_over_instances() {
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runner
        .run(&prop::collection::vec(step(), 1..50), |steps| {
            runtime.block_on(conserve(&steps))?;
            Ok(())
        })
        .unwrap();
}

/// An instance, and its calls under way.
struct One {
    budgets: Arc<Budgets>,
    open: Vec<Open>,
    name: String,
}

/// A call that holds so much of the first so many budgets.
struct Open {
    hold: Hold,
    budgets: usize,
    amount: i64,
}

const NAMES: [&str; 3] = ["x", "y", "z"];

/// Three instances, and what is true of the budgets.
struct Fleet {
    world: World,
    instances: Vec<One>,
    spent: [i64; 3],
    /// Rows that are not in the ledger yet.
    rows: Vec<LedgerRow>,
    calls: u32,
}

impl Fleet {
    async fn new() -> Self {
        let world = World::new().await;
        let mut instances = Vec::new();
        for name in ["a", "b", "c"] {
            let budgets = world.instance_of_many(name, 3).await;
            instances.push(One { budgets, open: Vec::new(), name: name.to_owned() });
        }
        Self { world, instances, spent: [0; 3], rows: Vec::new(), calls: 0 }
    }

    /// What can be held of the first budgets: caps, less what is spent and held anywhere.
    fn free(&self, budgets: usize) -> i64 {
        let held = |at: usize| -> i64 {
            let open = self.instances.iter().flat_map(|one| &one.open);
            open.filter(|open| open.budgets > at).map(|open| open.amount).sum()
        };
        (0..budgets).map(|at| CAP - self.spent[at] - held(at)).min().unwrap_or(CAP)
    }

    async fn step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match *step {
            Step::Hold { of, budgets, amount } => return self.hold(of, budgets, amount).await,
            Step::End { of, .. } if self.instances[of].open.is_empty() => {}
            Step::End { of, cost: Some(cost) } => {
                let open = self.instances[of].open.remove(0);
                let cost = cost.min(open.amount);
                self.settle(of, open, cost);
            }
            Step::End { of, cost: None } => {
                let one = &mut self.instances[of];
                one.budgets.release(one.open.remove(0).hold);
            }
            Step::Tend { of, seconds } => {
                self.world.clock.advance(seconds * 1_000_000);
                tend(&self.instances[of].budgets).await;
            }
            Step::Post => self.world.post(&mut self.rows).await,
            Step::Die { of } => self.die(of).await,
        }
        Ok(())
    }

    async fn hold(&mut self, of: usize, budgets: usize, amount: i64) -> Result<(), TestCaseError> {
        let free = self.free(budgets);
        let one = &mut self.instances[of];
        match one.budgets.hold(&claims(&NAMES[..budgets]), Nanos::new(amount)).await {
            Ok(hold) => {
                prop_assert!(amount <= free, "{amount} of {free}");
                one.open.push(Open { hold, budgets, amount });
            }
            Err(Refused::Exceeded(exceeded)) => {
                let Exceeded { asked, left, .. } = *exceeded;
                prop_assert!(left < asked || asked == Nanos::ZERO, "{left} of {asked}");
            }
            Err(Refused::Unknown) => return Err(TestCaseError::fail("the database answers")),
        }
        Ok(())
    }

    fn settle(&mut self, of: usize, open: Open, cost: i64) {
        self.spent[..open.budgets].iter_mut().for_each(|spent| *spent += cost);
        self.calls += 1;
        self.rows.push(settle(&self.instances[of].budgets, open.hold, cost, self.calls));
    }

    async fn die(&mut self, of: usize) {
        done(&self.instances[of].budgets).await;
        for open in std::mem::take(&mut self.instances[of].open) {
            let amount = open.amount;
            self.settle(of, open, amount);
        }
        let name = &self.instances[of].name;
        done(&self.instances[of].budgets).await;
        self.world.post(&mut self.rows).await;
        balances::close(&self.world.db, name).await.unwrap();
        let name = format!("{name}+");
        let budgets = self.world.instance_of_many(&name, 3).await;
        self.instances[of] = One { budgets, open: Vec::new(), name };
    }

    /// Nothing is under way any more, and what nobody uses was put back: what is left is there for whoever comes.
    async fn end(mut self) -> Result<(), TestCaseError> {
        self.world.clock.advance(2 * UNUSED_MICROS);
        for one in &mut self.instances {
            for open in one.open.drain(..) {
                one.budgets.release(open.hold);
            }
            tend(&one.budgets).await;
        }
        self.world.post(&mut self.rows).await;
        let rest = Nanos::new(self.free(NAMES.len()));
        let hold = self.instances[0].budgets.hold(&claims(&NAMES), rest).await;
        prop_assert!(rest == Nanos::ZERO || hold.is_ok(), "{rest} is left: {hold:?}");
        self.instances[0].budgets.release(hold.unwrap_or_default());
        for one in &self.instances {
            done(&one.budgets).await;
            balances::close(&self.world.db, &one.name).await.unwrap();
        }
        let accounts: Vec<_> = claims(&NAMES).iter().map(|claim| claim.balance.account.clone()).collect();
        let shown = balances::show(&self.world.db, &accounts).await.unwrap();
        let shown: Vec<_> = shown.into_iter().map(|one| (one.id.account, one.spent.get(), one.held.get())).collect();
        let expected: Vec<_> =
            accounts.into_iter().zip(self.spent).map(|(account, spent)| (account, spent, 0)).collect();
        prop_assert_eq!(shown, expected);
        Ok(())
    }
}

async fn conserve(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut fleet = Fleet::new().await;
    for step in steps {
        fleet.step(step).await?;
    }
    fleet.end().await
}

async fn tend(budgets: &Arc<Budgets>) {
    budgets.tend();
    budgets.wake();
    done(budgets).await;
}
