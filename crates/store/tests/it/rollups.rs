//! Roll-ups: whatever was rolled up, and wherever that ended, sums are those of the rows.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use money::{Nanos, Tokens};
use proptest::prelude::*;
use store::ledger::{
    self, ActivityFilter, AttemptStatus, By, Correction, Detail, Entity, LedgerFilter, LedgerRow, Payer, Sum, roll_up,
};
use store::users::{UserRow, UserSettings};
use store::{Db, Limits, Page, Scope, Stamps, Tenancy, Transaction};

use crate::support::{TestStore, admin, hash, on_both, row};

on_both![
    a_row_that_comes_late_is_in_the_sums_at_once,
    a_correction_is_in_the_sums_at_once,
    rows_of_whoever_had_the_id_before_stay_unseen,
    sums_do_not_read_rows_of_hours_that_are_rolled_up,
    an_hour_that_lacks_rows_is_found,
];

const GATEWAY: Scope = Scope::Gateway;
const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// When random ledgers begin.
const BASE: i64 = 10 * DAY;

fn all() -> LedgerFilter {
    LedgerFilter::default()
}

fn at(n: u32, started_at: i64) -> LedgerRow {
    LedgerRow { started_at, ended_at: started_at + 20, ..row(n, Some(hash(1))) }
}

async fn whole(db: &Db) -> Vec<(u64, i64)> {
    let sums = ledger::sums(db, &GATEWAY, &all(), &[]).await.unwrap();
    sums.iter().map(|sum| (sum.attempts, sum.cost.get())).collect()
}

async fn a_row_that_comes_late_is_in_the_sums_at_once(store: TestStore) {
    store.insert_key(1).await;
    ledger::insert_batch(&store.db, &[at(1, HOUR), at(2, 2 * HOUR), at(3, 40 * HOUR)]).await.unwrap();
    for now in [0, HOUR, 3 * HOUR, 3 * HOUR + 20 * MINUTE, 30 * DAY, 30 * DAY] {
        roll_up(&store.db, now).await.unwrap();
        assert_eq!(whole(&store.db).await, [(3, 300)], "{now}");
    }
    // also among rows that were there already
    ledger::insert_batch(&store.db, &[at(1, HOUR), at(4, 2 * HOUR + 1)]).await.unwrap();
    assert_eq!(whole(&store.db).await, [(4, 400)]);
    roll_up(&store.db, 30 * DAY).await.unwrap();
    assert_eq!(whole(&store.db).await, [(4, 400)]);
}

async fn a_correction_is_in_the_sums_at_once(store: TestStore) {
    let key = store.insert_key(1).await;
    let rows = [at(1, HOUR), LedgerRow { cost: None, ..at(2, HOUR + 1) }];
    ledger::insert_batch(&store.db, &rows).await.unwrap();
    roll_up(&store.db, DAY).await.unwrap();
    let correct = async |row: &LedgerRow, before: u32, cost: i64, version: &str| {
        let mut change = Transaction::begin(&store.db, admin(1)).await.unwrap();
        let correction = Correction { row, before, cost: Nanos::new(cost), price_version: version };
        ledger::adjust(&mut change, "m", &[correction]).await.unwrap();
        change.commit().await.unwrap();
        let sums = ledger::sums(&store.db, &GATEWAY, &all(), &[]).await.unwrap();
        (sums[0].cost.get(), sums[0].unpriced, store.spend(&key).await)
    };
    assert_eq!(correct(&rows[0], 0, -30, "v2").await, (70, 1, 70));
    assert_eq!(correct(&rows[0], 0, -30, "v2").await, (70, 1, 70), "it counts once");
    assert_eq!(correct(&rows[0], 1, 30, "v1").await, (100, 1, 100));
    assert_eq!(correct(&rows[1], 0, 5, "v1").await, (105, 0, 105));
    roll_up(&store.db, DAY).await.unwrap();
    let told = ledger::walk(&store.db, &GATEWAY, &all(), None, 10).await.unwrap();
    let costs: Vec<_> = told.iter().map(|told| (told.cost().unwrap().get(), told.adjustments)).collect();
    assert_eq!((whole(&store.db).await, costs), (vec![(2, 105)], vec![(100, 2), (5, 1)]));
    let rest = ledger::walk(&store.db, &GATEWAY, &all(), Some(&told[0].place()), 10).await.unwrap();
    assert_eq!(rest, told[1..]);
}

async fn rows_of_whoever_had_the_id_before_stay_unseen(store: TestStore) {
    let mut change = Transaction::begin(&store.db, admin(HOUR + 30 * MINUTE)).await.unwrap();
    let stamps = Stamps::new(change.actor());
    change.insert(&ada(stamps)).await.unwrap();
    change.commit().await.unwrap();
    let payer = Arc::new(Payer { user_id: Some("ada".to_owned()), ..Payer::key(hash(2)) });
    let rows = [HOUR - 1, HOUR, HOUR + 29 * MINUTE, HOUR + 30 * MINUTE, 2 * HOUR].into_iter().zip(1..);
    let rows = rows.map(|(began, n)| LedgerRow { payer: Arc::clone(&payer), ..at(n, began) });
    ledger::insert_batch(&store.db, &rows.collect::<Vec<_>>()).await.unwrap();
    let scope = Scope::Tenant(Box::new(Tenancy { user: Some("ada".to_owned()), ..Tenancy::default() }));
    for now in [0, DAY] {
        roll_up(&store.db, now).await.unwrap();
        let sums = ledger::sums(&store.db, &scope, &all(), &[]).await.unwrap();
        assert_eq!(sums[0].attempts, 2, "{now}");
    }
}

fn ada(stamps: Stamps) -> UserRow {
    UserRow {
        user_id: "ada".to_owned(),
        user_email: None,
        user_alias: None,
        user_role: "internal_user".to_owned(),
        sso_user_id: None,
        models: Vec::new(),
        limits: Limits::default(),
        metadata: serde_json::Map::new(),
        settings: UserSettings::default(),
        spend: Nanos::ZERO,
        stamps,
    }
}

/// Otherwise nothing would show that roll-ups are used.
async fn sums_do_not_read_rows_of_hours_that_are_rolled_up(store: TestStore) {
    ledger::insert_batch(&store.db, &[at(1, HOUR), at(2, 5 * DAY)]).await.unwrap();
    roll_up(&store.db, DAY).await.unwrap();
    store.tell("DELETE FROM ledger").await;
    assert_eq!(whole(&store.db).await, [(1, 100)]);
}

async fn an_hour_that_lacks_rows_is_found(store: TestStore) {
    ledger::insert_batch(&store.db, &[at(1, HOUR), at(2, 5 * DAY)]).await.unwrap();
    roll_up(&store.db, 2 * HOUR + 15 * MINUTE).await.unwrap();
    // as an instance adds it that does not know of roll-ups
    store.tell(STRANGE).await;
    roll_up(&store.db, 3 * HOUR + 15 * MINUTE).await.unwrap();
    assert_eq!(whole(&store.db).await, [(3, 207)]);
}

const STRANGE: &str =
    "INSERT INTO ledger (request_id, attempt, call_type, model_group, model, deployment_id, provider, stream, started_at,
         ended_at, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens,
         reasoning_tokens, cost, provenance, status)
     VALUES ('strange', 1, 'chat', 'g', 'm', 'd', 'p', FALSE, 3600000005, 3600000009, 1, 0, 0, 0, 1, 0, 7, 'final', 'success')";

/// Somebody began to write before an hour was closed, and so did not tell of it: he is waited for.
#[tokio::test]
async fn who_writes_while_an_hour_is_closed_is_waited_for() {
    let store = TestStore::postgres().await;
    ledger::insert_batch(&store.db, &[at(1, HOUR)]).await.unwrap();
    let mut writer = store.hold("BEGIN").await;
    sqlx::raw_sql(STRANGE).execute(&mut writer).await.unwrap();
    let mut rolling = Box::pin(roll_up(&store.db, DAY));
    for _ in 0..50 {
        let early = tokio::time::timeout(std::time::Duration::from_millis(5), &mut rolling).await;
        assert!(early.is_err(), "it did not wait");
        assert_eq!(whole(&store.db).await, [(1, 100)]);
    }
    sqlx::raw_sql("COMMIT").execute(&mut writer).await.unwrap();
    assert_eq!(whole(&store.db).await, [(2, 107)]);
    rolling.await.unwrap();
    assert_eq!(whole(&store.db).await, [(2, 107)]);
    store.tell("DELETE FROM ledger").await;
    assert_eq!(whole(&store.db).await, [(2, 107)], "the roll-up has it");
}

/// An attempt in few words, so that many of them share hours, keys, models and tags.
#[derive(Debug, Clone)]
struct Made {
    half_hour: i64,
    who: u8,
    model: u8,
    cost: Option<i64>,
    fails: bool,
    tags: u8,
}

fn made() -> impl Strategy<Value = Made> {
    let cost = prop::option::weighted(0.9, 0_i64..1_000);
    (0_i64..120, 0_u8..4, 0_u8..3, cost, any::<bool>(), 0_u8..4)
        .prop_map(|(half_hour, who, model, cost, fails, tags)| Made { half_hour, who, model, cost, fails, tags })
}

fn ledger_row(n: u32, made: &Made) -> LedgerRow {
    let name = |what: &str, n: u8| format!("{what}{n}");
    let payer = Payer {
        key_hash: (made.who > 0).then(|| hash(made.who)),
        user_id: (made.who > 1).then(|| name("u", made.who)),
        team_id: (made.who > 2).then(|| name("t", made.who)),
        organization_id: (made.who % 2 == 1).then(|| name("o", made.who)),
        customer_id: (made.model == 1).then(|| name("c", made.who)),
        ..Payer::default()
    };
    let tags: Vec<_> = (0..2).filter(|tag| made.tags & (1 << tag) != 0).map(|tag| name("tag", tag)).collect();
    let started_at = BASE + made.half_hour * 30 * MINUTE + i64::from(n);
    LedgerRow {
        payer: Arc::new(payer),
        model_group: name("g", made.model / 2),
        model: name("m", made.model),
        started_at,
        ended_at: started_at + i64::from(n) - 3,
        tokens: Tokens { input: u64::from(n), output: 3, ..Tokens::default() },
        cost: made.cost.map(Nanos::new),
        status: if made.fails { AttemptStatus::Failure } else { AttemptStatus::Success },
        detail: (!tags.is_empty()).then(|| Box::new(Detail { tags, ..Detail::default() })),
        ..row(n, None)
    }
}

/// What happens to a ledger, in order.
#[derive(Debug, Clone)]
enum Step {
    Add(Vec<Made>),
    /// Corrects one of the rows that there are.
    Correct(prop::sample::Index, i64),
    /// Rolls up until it ends, or is killed when it has been polled so often.
    RollUp(i64, Option<usize>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let add = prop::collection::vec(made(), 1..12).prop_map(Step::Add);
    let correct = (any::<prop::sample::Index>(), -50_i64..50).prop_map(|(which, cost)| Step::Correct(which, cost));
    let roll_up =
        (0_i64..70, prop::option::of(0_usize..60)).prop_map(|(hour, polls)| Step::RollUp(BASE + hour * HOUR, polls));
    prop::collection::vec(prop_oneof![add, correct, roll_up], 1..12)
}

/// Ends a future in the middle, as a crash does.
async fn killed<T>(work: impl Future<Output = T>, polls: usize) {
    let (mut work, mut left) = (pin!(work), polls);
    std::future::poll_fn(|context| {
        let ended = left == 0 || work.as_mut().poll(context).is_ready();
        left = left.saturating_sub(1);
        if ended { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

type Group = (Option<i64>, Vec<Option<String>>);

/// Sums as anybody would make them of rows.
fn expected(
    told: &[(LedgerRow, i64, bool)],
    by: &[By],
    keep: impl Fn(&LedgerRow) -> bool,
) -> BTreeMap<Group, (u64, u64, u64, i64)> {
    let mut sums = BTreeMap::new();
    for (row, adjusted, is_priced) in told.iter().filter(|(row, ..)| keep(row)) {
        let tags = match (by.contains(&By::Tag), &row.detail) {
            (false, _) => vec![None],
            (true, None) => Vec::new(),
            (true, Some(detail)) => detail.tags.iter().cloned().map(Some).collect(),
        };
        for tag in tags {
            let day = by.iter().find_map(|by| {
                if let By::Day(later) = by { Some((row.started_at - later).div_euclid(DAY)) } else { None }
            });
            let of = |by: &By| match by {
                By::Key => row.payer.key_hash.as_ref().map(|hash| hash.as_str().to_owned()),
                By::Team => row.payer.team_id.clone(),
                By::Customer => row.payer.customer_id.clone(),
                By::ModelGroup => Some(row.model_group.clone()),
                By::Model => Some(row.model.clone()),
                By::Tag => tag.clone(),
                _ => None,
            };
            let sum: &mut (u64, u64, u64, i64) = sums.entry((day, by.iter().map(of).collect())).or_default();
            sum.0 += 1;
            sum.1 += row.tokens.total();
            sum.2 += u64::from(row.cost.is_none() && !is_priced);
            sum.3 += row.cost.map_or(0, Nanos::get) + adjusted;
        }
    }
    sums
}

fn grouped(sums: &[Sum], by: &[By]) -> BTreeMap<Group, (u64, u64, u64, i64)> {
    let groups = sums.iter().map(|sum| {
        let of = |by: &By| match by {
            By::Key => sum.key_hash.as_ref().map(|hash| hash.as_str().to_owned()),
            By::Team => sum.team_id.clone(),
            By::Customer => sum.customer_id.clone(),
            By::ModelGroup => sum.model_group.clone(),
            By::Model => sum.model.clone(),
            By::Tag => sum.tag.clone(),
            _ => None,
        };
        ((sum.day, by.iter().map(of).collect()), (sum.attempts, sum.tokens.total(), sum.unpriced, sum.cost.get()))
    });
    groups.collect()
}

/// All reports say what the rows say.
async fn agree(db: &Db, told: &[(LedgerRow, i64, bool)]) {
    let range = |row: &LedgerRow| (BASE + 3 * HOUR + 7..BASE + 50 * HOUR + 40 * MINUTE).contains(&row.started_at);
    let filter = LedgerFilter { start: Some(BASE + 3 * HOUR + 7), end: Some(BASE + 50 * HOUR + 40 * MINUTE), ..all() };
    for by in [
        &[][..],
        &[By::Day(0)],
        &[By::Day(-330 * MINUTE), By::Key],
        &[By::Day(480 * MINUTE), By::ModelGroup, By::Model],
        &[By::Team, By::Customer],
        &[By::Tag],
        &[By::Day(0), By::Tag, By::Key],
    ] {
        let sums = ledger::sums(db, &GATEWAY, &filter, by).await.unwrap();
        assert_eq!(grouped(&sums, by), expected(told, by, range), "{by:?}");
        let sums = ledger::sums(db, &GATEWAY, &all(), by).await.unwrap();
        assert_eq!(grouped(&sums, by), expected(told, by, |_| true), "{by:?}");
    }
    let own = ledger::sums(db, &Scope::of_key(hash(2)), &filter, &[By::Model]).await.unwrap();
    let is_own = |row: &LedgerRow| range(row) && row.payer.key_hash == Some(hash(2));
    assert_eq!(grouped(&own, &[By::Model]), expected(told, &[By::Model], is_own));
    let failed = LedgerFilter { status: Some(AttemptStatus::Failure), ..all() };
    let failed = ledger::sums(db, &GATEWAY, &failed, &[]).await.unwrap();
    assert_eq!(grouped(&failed, &[]), expected(told, &[], |row| row.status == AttemptStatus::Failure));

    let (page, later) = (Page { number: 1, size: 10_000 }, -330 * MINUTE);
    let activity = async |entity| {
        let filter = ActivityFilter {
            entity,
            ids: None,
            excluded: Vec::new(),
            start: BASE - 330 * MINUTE,
            end: BASE + 4 * DAY,
            later,
            key_hash: None,
            model: None,
        };
        let (rows, _) = ledger::activity(db, &GATEWAY, &filter, page).await.unwrap();
        rows.iter().fold((0, 0), |sum, row| (sum.0 + row.attempts, sum.1 + row.cost.get()))
    };
    let total = |by: &[By], keep: &dyn Fn(&LedgerRow) -> bool| {
        expected(told, by, keep).values().fold((0, 0), |sum, each| (sum.0 + each.0, sum.1 + each.3))
    };
    assert_eq!(activity(Entity::User).await, total(&[], &|_| true));
    assert_eq!(activity(Entity::Team).await, total(&[], &|row| row.payer.team_id.is_some()));
    assert_eq!(activity(Entity::Customer).await, total(&[], &|row| row.payer.customer_id.is_some()));
    assert_eq!(activity(Entity::Tag).await, total(&[By::Tag], &|_| true));
}

async fn play(store: &TestStore, steps: &[Step]) {
    let mut told: Vec<(LedgerRow, i64, bool)> = Vec::new();
    let mut corrected = BTreeMap::<usize, u32>::new();
    for step in steps {
        match step {
            Step::Add(some) => {
                let first = u32::try_from(told.len()).unwrap();
                let rows: Vec<_> = some.iter().zip(first..).map(|(made, n)| ledger_row(n, made)).collect();
                ledger::insert_batch(&store.db, &rows).await.unwrap();
                told.extend(rows.into_iter().map(|row| (row, 0, false)));
            }
            Step::Correct(which, cost) if !told.is_empty() => {
                let at = which.index(told.len());
                let before = corrected.entry(at).or_default();
                let mut change = Transaction::begin(&store.db, admin(1)).await.unwrap();
                let (row, cost) = (&told[at].0, Nanos::new(*cost));
                ledger::adjust(&mut change, "m", &[Correction { row, before: *before, cost, price_version: "v" }])
                    .await
                    .unwrap();
                change.commit().await.unwrap();
                *before += 1;
                told[at].1 += cost.get();
                told[at].2 = true;
            }
            Step::Correct(..) => {}
            Step::RollUp(now, None) => roll_up(&store.db, *now).await.unwrap(),
            Step::RollUp(now, Some(polls)) => killed(roll_up(&store.db, *now), *polls).await,
        }
        agree(&store.db, &told).await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever was added, corrected, rolled up and killed. proptest prints the steps of a failure.
    #[test]
    fn all_reports_agree_with_the_rows(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            play(&TestStore::sqlite().await, &steps).await;
            play(&TestStore::postgres().await, &steps).await;
        });
    }
}
