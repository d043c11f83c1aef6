//! Budgets in windows: nobody takes out more than there is, and what the ledger has is what they say.

use std::collections::BTreeSet;

use money::{Account, AccountKind, Nanos};
use store::balances::{self, BalanceId, Charges, Sign, Want};
use store::ledger::{Detail, LedgerRow, insert_batch};
use store::{StoreError, Transaction};

use crate::support::{TestStore, admin, on_both, row};

on_both! {
    leases_of_two_instances_never_pass_the_cap,
    a_row_uses_the_lease_that_it_was_held_of,
    a_balance_begins_with_what_the_ledger_has,
    an_instance_that_was_given_up_keeps_what_it_had_until_it_comes_back,
    what_an_administrator_forgives_can_be_spent_again,
    a_lease_that_is_not_used_goes_back_with_what_nobody_was_told_of,
    a_database_that_went_back_grants_nothing,
}

const WINDOW: (i64, i64) = (1_000, 2_000);

fn team() -> BalanceId {
    BalanceId { account: Account::of(AccountKind::Team, "t1"), starts_at: WINDOW.0, ends_at: WINDOW.1 }
}

/// At least `least`, and up to `most`.
fn want(cap: i64, least: i64, most: i64) -> Want {
    Want {
        balance: team(),
        cap: Nanos::new(cap),
        settled: Nanos::ZERO,
        least: Nanos::new(least),
        needed: Nanos::new(least),
        likely: Nanos::new(most - least),
        part: 1,
    }
}

fn sign(instance: &str) -> Sign<'_> {
    Sign { instance, told: 0 }
}

async fn take(store: &TestStore, instance: &str, want: Want) -> (i64, i64, i64) {
    let (_beat, granted) = balances::take(&store.db, sign(instance), &[want], 5).await.unwrap();
    let granted = granted.first().unwrap();
    (granted.amount.get(), granted.spent.get(), granted.left.get())
}

async fn begin(store: &TestStore, instances: &[&str]) {
    for instance in instances {
        balances::register(&store.db, instance, false, 1).await.unwrap();
    }
}

/// Spent, held, written off.
async fn shown(store: &TestStore) -> (i64, i64, i64) {
    let shown = balances::show(&store.db, &[team().account]).await.unwrap();
    let shown = shown.first().unwrap();
    (shown.spent.get(), shown.held.get(), shown.written_off.get())
}

fn paid(id: &str, cost: i64, instance: Option<&str>) -> LedgerRow {
    let detail = Detail { charged: Charges::new([team()]), instance: instance.map(Into::into), ..Detail::default() };
    let mut row = LedgerRow {
        cost: Some(Nanos::new(cost)),
        started_at: 1_500,
        detail: Some(Box::new(detail)),
        request_id: id.to_owned(),
        ..row(1, None)
    };
    let mut payer = (*row.payer).clone();
    payer.team_id = Some("t1".to_owned());
    row.payer = payer.into();
    row
}

async fn leases_of_two_instances_never_pass_the_cap(store: TestStore) {
    begin(&store, &["a", "b"]).await;
    assert_eq!(take(&store, "a", want(1_000, 10, 600)).await, (600, 0, 400));
    // what is needed, and a part of what is left then
    assert_eq!(take(&store, "b", Want { part: 4, ..want(1_000, 20, 600) }).await, (115, 0, 285));
    assert_eq!(take(&store, "b", Want { part: 4, ..want(1_000, 185, 600) }).await, (210, 0, 75));
    assert_eq!(take(&store, "a", want(1_000, 76, 600)).await, (0, 0, 75));
    // of what all who wait need, as much as there is, if it does for one
    let all = Want { needed: Nanos::new(500), ..want(1_000, 70, 600) };
    assert_eq!(take(&store, "a", all).await, (75, 0, 0));
    assert_eq!(take(&store, "a", Want { settled: Nanos::new(-575), ..want(1_000, 0, 0) }).await, (-575, 0, 575));
    assert_eq!(take(&store, "b", want(1_000, 1, 10_000)).await, (575, 0, 0));
    // a cap that was lowered gives nothing, one that was raised does
    assert_eq!(take(&store, "b", want(10, 1, 1)).await, (0, 0, 0));
    assert_eq!(take(&store, "b", want(1_001, 1, 10)).await, (1, 0, 0));
    // what was overdrawn is taken whatever is left
    let overdrawn = Want { settled: Nanos::new(50), ..want(1_001, 1, 1) };
    assert_eq!(take(&store, "a", overdrawn).await, (50, 0, 0));
    assert_eq!(shown(&store).await, (0, 1_051, 0));
}

async fn a_row_uses_the_lease_that_it_was_held_of(store: TestStore) {
    begin(&store, &["a"]).await;
    take(&store, "a", want(1_000, 10, 600)).await;
    let rows = [paid("one", 100, Some("a")), paid("two", 50, Some("a"))];
    insert_batch(&store.db, &rows).await.unwrap();
    assert_eq!(shown(&store).await, (150, 450, 0));
    // once, however often it is replayed
    insert_batch(&store.db, &rows).await.unwrap();
    assert_eq!(shown(&store).await, (150, 450, 0));
    // of no lease, or of one that is gone: it was not taken out before
    insert_batch(&store.db, &[paid("three", 7, None), paid("four", 8, Some("gone"))]).await.unwrap();
    assert_eq!(shown(&store).await, (165, 450, 0));
    assert_eq!(take(&store, "a", want(1_000, 1, 10_000)).await, (385, 165, 0));
    balances::close(&store.db, "a").await.unwrap();
    assert_eq!(shown(&store).await, (165, 0, 0));
    insert_batch(&store.db, &[paid("late", 5, Some("a"))]).await.unwrap();
    assert_eq!(shown(&store).await, (170, 0, 0));
    let again = balances::take(&store.db, sign("a"), &[want(1_000, 1, 1)], 5).await;
    assert!(matches!(again, Err(StoreError::Fenced)), "{again:?}");
}

async fn a_balance_begins_with_what_the_ledger_has(store: TestStore) {
    begin(&store, &["a"]).await;
    let other = LedgerRow { started_at: 999, ..paid("before", 1_000, None) };
    let late = LedgerRow { started_at: 2_000, ..paid("behind", 1_000, None) };
    insert_batch(&store.db, &[paid("one", 100, None), paid("two", 20, None), other, late]).await.unwrap();
    assert_eq!(take(&store, "a", want(1_000, 10, 600)).await, (600, 120, 280));
    // the call of an instance that did not know of the budget
    let unaware = LedgerRow { detail: None, ..paid("unaware", 3, None) };
    insert_batch(&store.db, &[unaware]).await.unwrap();
    assert_eq!(shown(&store).await, (120, 600, 0));
    assert_eq!(balances::recount(&store.db, &team(), 9).await.unwrap(), 3);
    assert_eq!(balances::recount(&store.db, &team(), 9).await.unwrap(), 0);
    assert_eq!(shown(&store).await, (123, 600, 0));
}

async fn an_instance_that_was_given_up_keeps_what_it_had_until_it_comes_back(store: TestStore) {
    begin(&store, &["a", "b"]).await;
    take(&store, "a", want(1_000, 10, 600)).await;
    let seen = balances::instances(&store.db).await.unwrap();
    balances::beat(&store.db, sign("a")).await.unwrap();
    assert_eq!(balances::write_off(&store.db, &seen[0]).await.unwrap(), None, "it is alive after all");
    let seen = balances::instances(&store.db).await.unwrap();
    assert_eq!(balances::write_off(&store.db, &seen[0]).await.unwrap(), Some(1));
    assert_eq!(balances::instances(&store.db).await.unwrap().len(), 1);
    assert!(matches!(balances::beat(&store.db, sign("a")).await, Err(StoreError::Fenced)));
    assert_eq!(shown(&store).await, (0, 600, 600));
    // its journal is found
    insert_batch(&store.db, &[paid("one", 100, Some("a"))]).await.unwrap();
    assert_eq!(shown(&store).await, (100, 500, 500));
    balances::close(&store.db, "a").await.unwrap();
    assert_eq!(shown(&store).await, (100, 0, 0));
}

async fn what_an_administrator_forgives_can_be_spent_again(store: TestStore) {
    begin(&store, &["a"]).await;
    take(&store, "a", want(100, 10, 100)).await;
    insert_batch(&store.db, &[paid("one", 100, Some("a"))]).await.unwrap();
    assert_eq!(take(&store, "a", want(100, 1, 1)).await, (0, 100, 0));
    let mut change = Transaction::begin(&store.db, admin(2)).await.unwrap();
    balances::forgive(&mut change, &team().account, Nanos::new(30), 1_500).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(take(&store, "a", want(100, 1, 1)).await, (1, 30, 69));
    assert_eq!(shown(&store).await, (30, 1, 0));
}

async fn a_lease_that_is_not_used_goes_back_with_what_nobody_was_told_of(store: TestStore) {
    begin(&store, &["a"]).await;
    take(&store, "a", want(1_000, 10, 600)).await;
    insert_batch(&store.db, &[paid("one", 100, Some("a"))]).await.unwrap();
    let leases = BTreeSet::from([team(), BalanceId { starts_at: 0, ..team() }]);
    balances::end_leases(&store.db, sign("a"), &leases).await.unwrap();
    assert_eq!(shown(&store).await, (100, 0, 0));
    // what comes late of it
    insert_batch(&store.db, &[paid("two", 7, Some("a"))]).await.unwrap();
    assert_eq!(shown(&store).await, (107, 0, 0));
    assert_eq!(take(&store, "a", want(1_000, 10, 10_000)).await, (893, 107, 0));
}

async fn a_database_that_went_back_grants_nothing(store: TestStore) {
    begin(&store, &["a"]).await;
    let first = balances::beat(&store.db, sign("a")).await.unwrap();
    let told = balances::beat(&store.db, Sign { instance: "a", told: first }).await.unwrap();
    assert!(told > first);
    let sign = Sign { instance: "a", told };
    store.tell("UPDATE instances SET beat = beat - 1").await;
    let beaten = balances::beat(&store.db, sign).await;
    assert!(matches!(beaten, Err(StoreError::WentBack)), "{beaten:?}");
    let taken = balances::take(&store.db, sign, &[want(1_000, 10, 600)], 5).await;
    assert!(matches!(taken, Err(StoreError::WentBack)), "{taken:?}");
    assert_eq!(shown(&store).await, (0, 0, 0));
}
