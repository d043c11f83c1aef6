//! The ledger: each attempt once, spend in step with rows, poison set aside, sums, scopes.

use money::Nanos;
use proptest::prelude::*;
use store::ledger::{self, AttemptStatus, By, Inserted, LedgerFilter, LedgerRow, Provenance};
use store::{Page, Scope, StoreError};

use crate::support::{ALL, TestStore, hash, on_both, row};

const GATEWAY: Scope = Scope::Gateway;

fn all() -> LedgerFilter {
    LedgerFilter::default()
}

on_both![
    what_goes_in_comes_out,
    a_row_counts_once_however_often_it_comes,
    a_stored_row_of_a_newer_release_holds_up_no_batch,
    the_row_of_a_deleted_key_is_kept,
    each_poison_goes_to_quarantine_once_and_stops_no_other_row,
    spend_stops_at_the_largest_integer,
    each_of_many_keys_is_charged_its_own,
    lists_filter_and_page_inside_the_scope,
    sums_a_day_and_a_key,
];

async fn what_goes_in_comes_out(store: TestStore) {
    let mut bare = row(2, None);
    bare.first_byte_at = None;
    bare.cost = None;
    bare.price_version = None;
    bare.http_status = None;
    let mut failed = row(1, Some(hash(1)));
    failed.status = AttemptStatus::Failure;
    failed.provenance = Provenance::None;
    failed.error_kind = Some("timeout".to_owned());
    let rows = vec![bare, failed];
    ledger::insert_batch(&store.db, &rows).await.unwrap();
    assert_eq!(ledger::list(&store.db, &GATEWAY, &all(), ALL).await.unwrap(), (rows, 2));
}

async fn a_row_counts_once_however_often_it_comes(store: TestStore) {
    let key = store.insert_key(1).await;
    let mut retry = row(1, Some(key.clone()));
    retry.attempt = 1;
    let rows = [row(1, Some(key.clone())), retry, row(1, Some(key.clone())), row(2, None)];
    let first = ledger::insert_batch(&store.db, &rows).await.unwrap();
    assert_eq!(first, Inserted { inserted: 3, duplicates: 1, quarantined: 0 });
    let again = ledger::insert_batch(&store.db, &rows).await.unwrap();
    assert_eq!(again, Inserted { inserted: 0, duplicates: 4, quarantined: 0 });
    assert_eq!(store.spend(&key).await, 200);

    // A second, different account of the same attempt does not change the first.
    let mut other = row(1, Some(key.clone()));
    other.cost = Some(Nanos::new(999));
    assert_eq!(ledger::insert_batch(&store.db, &[other]).await.unwrap().duplicates, 1);
    assert_eq!(store.spend(&key).await, 200);
}

async fn a_stored_row_of_a_newer_release_holds_up_no_batch(store: TestStore) {
    ledger::insert_batch(&store.db, &[row(1, None)]).await.unwrap();
    store.tell("UPDATE ledger SET provenance = 'future'").await;
    let done = ledger::insert_batch(&store.db, &[row(1, None), row(2, None)]).await.unwrap();
    assert_eq!((done.duplicates, done.inserted), (1, 1));
    let unreadable = ledger::list(&store.db, &GATEWAY, &all(), ALL).await;
    assert!(matches!(unreadable, Err(StoreError::Unreadable { column: "ledger.provenance" })));
}

async fn the_row_of_a_deleted_key_is_kept(store: TestStore) {
    let done = ledger::insert_batch(&store.db, &[row(1, Some(hash(9)))]).await.unwrap();
    assert_eq!(done.inserted, 1);
}

fn poison(kind: usize, mut row: LedgerRow) -> LedgerRow {
    match kind {
        0 => row.model.push('\0'),
        1 => row.tokens.output = u64::MAX,
        2 => row.tokens.input = 1_000_000_000_000_001,
        3 => row.cost = Some(Nanos::new(-1)),
        4 => row.cost = Some(Nanos::new(i64::MAX)),
        5 => row.request_id.insert(0, '\0'),
        _ => row.request_id = "x".repeat(65),
    }
    row
}

async fn each_poison_goes_to_quarantine_once_and_stops_no_other_row(store: TestStore) {
    let key = store.insert_key(1).await;
    let mut rows: Vec<_> = (0..50).map(|n| row(n, Some(key.clone()))).collect();
    for kind in 0..7 {
        rows[kind * 7] = poison(kind, rows[kind * 7].clone());
    }
    let done = ledger::insert_batch(&store.db, &rows).await.unwrap();
    assert_eq!(done, Inserted { inserted: 43, duplicates: 0, quarantined: 7 });
    assert_eq!(store.spend(&key).await, 4300);
    ledger::insert_batch(&store.db, &rows).await.unwrap();

    let (refused, total) = ledger::quarantined(&store.db, &GATEWAY, ALL).await.unwrap();
    assert_eq!((refused.len(), total), (7, 7));
    for row in refused {
        let kept: LedgerRow = serde_json::from_str(&row.payload).unwrap();
        assert!(rows.contains(&kept));
        assert!(!row.reason.is_empty());
    }
    let denied = ledger::quarantined(&store.db, &Scope::of_key(key), ALL).await;
    assert!(matches!(denied, Err(StoreError::OutOfScope)));
}

async fn spend_stops_at_the_largest_integer(store: TestStore) {
    let mut rich = crate::support::key(1);
    rich.spend = Nanos::new(i64::MAX - 50);
    let mut transaction = store::Transaction::begin(&store.db, crate::support::admin(1)).await.unwrap();
    transaction.insert(&rich).await.unwrap();
    transaction.commit().await.unwrap();
    ledger::insert_batch(&store.db, &[row(1, Some(hash(1)))]).await.unwrap();
    assert_eq!(store.spend(&hash(1)).await, i64::MAX);
}

async fn each_of_many_keys_is_charged_its_own(store: TestStore) {
    const KEYS: u8 = 100;
    for n in 1..=KEYS {
        store.insert_key(n).await;
    }
    // more than a statement's worth at once, by two writers who meet them from both ends, and one of a key that is gone
    let rows = |writer: u8, order: Vec<u8>| -> Vec<LedgerRow> {
        let of = |n: u8| {
            let mut row = row(n.into(), Some(hash(n)));
            row.request_id = format!("{writer}-{n}");
            row.cost = Some(Nanos::new(i64::from(n)));
            row
        };
        order.into_iter().map(of).collect()
    };
    let (up, down) = (rows(1, (1..=KEYS + 1).collect()), rows(2, (1..=KEYS).rev().collect()));
    let (up, down) = tokio::join!(ledger::insert_batch(&store.db, &up), ledger::insert_batch(&store.db, &down));
    assert_eq!((up.unwrap().inserted, down.unwrap().inserted), (u64::from(KEYS) + 1, u64::from(KEYS)));
    for n in 1..=KEYS {
        assert_eq!(store.spend(&hash(n)).await, 2 * i64::from(n), "{n}");
    }
}

#[tokio::test]
async fn an_unmigrated_database_is_an_error_and_not_poison() {
    let dir = tempfile::tempdir().unwrap();
    let db = store::Db::open_path(&dir.path().join("store.db")).await.unwrap();
    let error = ledger::insert_batch(&db, &[row(1, None)]).await.unwrap_err();
    assert!(matches!(error, StoreError::Statement { .. }), "{error:?}");
    assert!(std::error::Error::source(&error).is_some());
}

async fn lists_filter_and_page_inside_the_scope(store: TestStore) {
    let mut rows: Vec<_> = (1..=6).map(|n| row(n, Some(hash(u8::try_from(n % 2).unwrap())))).collect();
    rows[0].status = AttemptStatus::Cancelled;
    "claude".clone_into(&mut rows[1].model_group);
    ledger::insert_batch(&store.db, &rows).await.unwrap();
    let list = async |scope: &Scope, filter: LedgerFilter, page: Page| {
        let (rows, total) = ledger::list(&store.db, scope, &filter, page).await.unwrap();
        assert_eq!(ledger::count(&store.db, scope, &filter).await.unwrap(), total);
        (rows.iter().map(|row| row.started_at / 1_000_000).collect::<Vec<_>>(), total)
    };
    assert_eq!(list(&GATEWAY, all(), Page { number: 2, size: 4 }).await, (vec![2, 1], 6));
    let window = LedgerFilter { start: Some(2_000_000), end: Some(5_000_000), ..all() };
    assert_eq!(list(&GATEWAY, window.clone(), ALL).await, (vec![4, 3, 2], 3));
    assert_eq!(list(&Scope::of_key(hash(1)), window, ALL).await, (vec![3], 1));
    let foreign = LedgerFilter { key_hash: Some(hash(0)), ..all() };
    assert_eq!(list(&GATEWAY, foreign.clone(), ALL).await, (vec![6, 4, 2], 3));
    assert_eq!(list(&Scope::of_key(hash(1)), foreign, ALL).await, (vec![], 0));
    let request = LedgerFilter { request_id: Some(rows[3].request_id.clone()), ..all() };
    assert_eq!(list(&GATEWAY, request, ALL).await, (vec![4], 1));
    assert_eq!(list(&GATEWAY, LedgerFilter { status: Some(AttemptStatus::Cancelled), ..all() }, ALL).await.0, [1]);
    assert_eq!(list(&GATEWAY, LedgerFilter { model_group: Some("claude".to_owned()), ..all() }, ALL).await.0, [2]);
}

async fn sums_a_day_and_a_key(store: TestStore) {
    let day = 86_400_000_000;
    let mut rows: Vec<_> = (1..=5).map(|n| row(n, (n > 1).then(|| hash(1)))).collect();
    for (row, started_at) in rows.iter_mut().zip([0, day - 1, day, day, 3 * day]) {
        row.started_at = started_at;
    }
    rows[2].cost = None;
    rows[3].status = AttemptStatus::Failure;
    "claude".clone_into(&mut rows[4].model_group);
    ledger::insert_batch(&store.db, &rows).await.unwrap();

    let sums = ledger::sums(&store.db, &GATEWAY, &all(), &[By::Day(0)]).await.unwrap();
    let seen: Vec<_> = sums
        .iter()
        .map(|sum| (sum.day.unwrap(), sum.attempts, sum.successes, sum.unpriced, sum.cost.get(), sum.tokens.output))
        .collect();
    assert_eq!(seen, [(0, 2, 2, 0, 200, 40), (1, 2, 1, 1, 100, 40), (3, 1, 1, 0, 100, 20)]);

    let sums = ledger::sums(&store.db, &GATEWAY, &all(), &[By::Key]).await.unwrap();
    let seen: Vec<_> = sums.into_iter().map(|sum| (sum.key_hash, sum.attempts, sum.cost.get())).collect();
    assert_eq!(seen, [(None, 1, 100), (Some(hash(1)), 4, 300)]);

    let by = [By::Day(0), By::Key, By::ModelGroup];
    let sums = ledger::sums(&store.db, &Scope::of_key(hash(1)), &all(), &by).await.unwrap();
    let seen: Vec<_> = sums.iter().map(|sum| (sum.day, sum.model_group.as_deref())).collect();
    assert_eq!(seen, [(Some(0), Some("gpt")), (Some(1), Some("gpt")), (Some(3), Some("claude"))]);
    let whole = ledger::sums(&store.db, &GATEWAY, &all(), &[]).await.unwrap();
    assert_eq!((whole.len(), whole[0].attempts), (1, 5));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any batches with any repetition: spend is the sum over the distinct attempts.
    #[test]
    fn spend_is_the_sum_of_distinct_rows(batches in prop::collection::vec(prop::collection::vec((0_u32..30, 0_u8..3), 0..20), 1..5)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = TestStore::sqlite().await;
            for n in 0..3 {
                store.insert_key(n).await;
            }
            let mut owner = std::collections::BTreeMap::new();
            for batch in &batches {
                let rows: Vec<_> = batch.iter().map(|&(n, key)| row(n, Some(hash(key)))).collect();
                for &(n, key) in batch {
                    owner.entry(n).or_insert(key);
                }
                ledger::insert_batch(&store.db, &rows).await.unwrap();
            }
            for key in 0..3 {
                let expected = owner.values().filter(|owner| **owner == key).count() * 100;
                assert_eq!(store.spend(&hash(key)).await, i64::try_from(expected).unwrap());
            }
            assert_eq!(ledger::count(&store.db, &GATEWAY, &all()).await.unwrap(), owner.len() as u64);
        });
    }
}
