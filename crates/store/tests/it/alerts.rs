//! Alerts: each is added once, whoever sees it, and each way it goes out is told by one instance at a time.

use std::collections::BTreeSet;

use money::{Account, AccountKind, Nanos};
use store::alerts::{self, Alert, Delivery};
use store::balances::{self, BalanceId, Charges};
use store::ledger::{Detail, LedgerRow, insert_batch};
use store::{Db, Transaction};
use tokio::task::JoinSet;

use crate::support::{TestStore, admin, on_both, row};

on_both! {
    an_alert_is_added_once_however_many_see_it,
    more_room_arms_a_threshold_and_less_does_not,
    a_delivery_is_claimed_by_one_and_taken_over_when_the_claim_is_over,
    a_way_that_fails_repeats_no_other,
    what_was_told_is_kept_until_its_window_is_long_over,
    who_gets_the_id_of_a_deleted_owner_begins_anew,
    balances_say_how_they_stand_also_those_that_nobody_takes_from,
}

fn team() -> BalanceId {
    BalanceId { account: Account::of(AccountKind::Team, "t1"), starts_at: 1_000, ends_at: 2_000 }
}

fn alert(id: &str, threshold: &str, room: i64) -> Alert {
    Alert {
        alert_id: id.to_owned(),
        balance: team(),
        threshold: threshold.to_owned(),
        room: Nanos::new(room),
        at: 1_500,
        content: format!("{{\"id\": \"{id}\"}}"),
        channels: vec!["slack:0".to_owned(), "webhook".to_owned()],
    }
}

async fn fire(db: &Db, alert: &Alert) -> bool {
    alerts::fire(db, alert).await.unwrap()
}

async fn claim(db: &Db, now: i64) -> Vec<Delivery> {
    let mut claimed = alerts::claim(db, now, now + 100, 64).await.unwrap();
    claimed.sort_by(|one, other| one.channel.cmp(&other.channel));
    claimed
}

async fn an_alert_is_added_once_however_many_see_it(store: TestStore) {
    let mut firing = JoinSet::new();
    for number in 0..8 {
        let db = store.another().await;
        firing.spawn(async move { fire(&db, &alert(&number.to_string(), "0.8", 100)).await });
    }
    let fired = firing.join_all().await;
    assert_eq!(fired.iter().filter(|fired| **fired).count(), 1, "{fired:?}");
    let told = claim(&store.db, 1_500).await;
    assert_eq!(told.len(), 2, "{told:?}");
    // and what is due is claimed once by all together
    let again: Vec<_> = (8..40).map(|number| alert(&number.to_string(), &number.to_string(), 100)).collect();
    for alert in &again {
        assert!(fire(&store.db, alert).await);
    }
    let mut claiming = JoinSet::new();
    for _ in 0..8 {
        let db = store.another().await;
        claiming.spawn(async move { claim(&db, 1_500).await });
    }
    let claimed: Vec<_> = claiming.join_all().await.into_iter().flatten().collect();
    let ids: BTreeSet<_> = claimed.iter().map(|one| (&one.alert_id, &one.channel)).collect();
    assert_eq!((claimed.len(), ids.len()), (64, 64));
}

async fn more_room_arms_a_threshold_and_less_does_not(store: TestStore) {
    let db = &store.db;
    assert!(fire(db, &alert("1", "0.8", 100)).await);
    assert!(!fire(db, &alert("2", "0.8", 100)).await);
    assert!(!fire(db, &alert("3", "0.8", 50)).await, "a cap that was lowered");
    assert!(fire(db, &alert("4", "1", 100)).await, "another threshold");
    assert!(fire(db, &alert("5", "0.8", 200)).await, "a cap that was raised");
    assert!(!fire(db, &alert("6", "0.8", 100)).await, "and lowered again");
    let next = BalanceId { starts_at: 2_000, ends_at: 3_000, ..team() };
    assert!(fire(db, &Alert { balance: next.clone(), ..alert("7", "0.8", 100) }).await, "another window");
    let fired = alerts::fired(db, &[&team(), &next]).await.unwrap();
    let room = |id: BalanceId, threshold: &str| fired.get(&(id, threshold.to_owned())).map(|room| room.get());
    assert_eq!(
        (room(team(), "0.8"), room(team(), "1"), room(next.clone(), "0.8"), room(next, "1")),
        (Some(200), Some(100), Some(100), None)
    );
}

async fn a_delivery_is_claimed_by_one_and_taken_over_when_the_claim_is_over(store: TestStore) {
    let (db, other) = (&store.db, &store.another().await);
    fire(db, &alert("1", "0.8", 100)).await;
    assert_eq!(claim(other, 1_499).await, [], "before it was seen");
    let first = claim(db, 1_500).await;
    assert_eq!(
        first.iter().map(|one| (one.channel.as_str(), one.tries)).collect::<Vec<_>>(),
        [("slack:0", 1), ("webhook", 1)]
    );
    assert_eq!(claim(other, 1_599).await, []);
    // whoever claimed it has died
    let second = claim(other, 1_600).await;
    assert_eq!(second.iter().map(|one| one.tries).collect::<Vec<_>>(), [2, 2]);
    // or was only slow: what it says of a failure does not count any more,
    alerts::postpone(db, &first[0], 1_601).await.unwrap();
    alerts::give_up(db, &first[1], 1_601).await.unwrap();
    assert_eq!(claim(db, 1_699).await, []);
    // and that it was told does
    alerts::deliver(db, &first[1], 1_650).await.unwrap();
    alerts::postpone(other, &second[1], 1_660).await.unwrap();
    let third = claim(db, 1_700).await;
    assert_eq!(third.iter().map(|one| (one.channel.as_str(), one.tries)).collect::<Vec<_>>(), [("slack:0", 3)]);
}

async fn a_way_that_fails_repeats_no_other(store: TestStore) {
    let db = &store.db;
    fire(db, &alert("1", "0.8", 100)).await;
    let [slack, webhook] = claim(db, 1_500).await.try_into().unwrap();
    assert_eq!((slack.at, slack.content.as_str()), (1_500, "{\"id\": \"1\"}"));
    alerts::deliver(db, &webhook, 1_510).await.unwrap();
    alerts::postpone(db, &slack, 1_550).await.unwrap();
    let [slack] = claim(db, 1_550).await.try_into().unwrap();
    assert_eq!((slack.channel.as_str(), slack.tries), ("slack:0", 2));
    alerts::give_up(db, &slack, 1_560).await.unwrap();
    assert_eq!(claim(db, i64::MAX - 100).await, []);
}

async fn what_was_told_is_kept_until_its_window_is_long_over(store: TestStore) {
    let db = &store.db;
    fire(db, &alert("1", "0.8", 100)).await;
    fire(db, &alert("2", "1", 100)).await;
    let claimed = claim(db, 1_500).await;
    for one in claimed.iter().filter(|one| one.alert_id == "1") {
        alerts::deliver(db, one, 1_500).await.unwrap();
    }
    alerts::forget_old(db, 2_000).await.unwrap();
    assert_eq!(alerts::fired(db, &[&team()]).await.unwrap().len(), 2);
    alerts::forget_old(db, 2_001).await.unwrap();
    let left = alerts::fired(db, &[&team()]).await.unwrap();
    assert_eq!(
        left.into_keys().map(|(_, threshold)| threshold).collect::<Vec<_>>(),
        ["1"],
        "somebody is still to be told"
    );
}

async fn who_gets_the_id_of_a_deleted_owner_begins_anew(store: TestStore) {
    let key = crate::support::key(1);
    store.insert_key(1).await;
    let of_key = BalanceId { account: key.account(), ..team() };
    let of_model = BalanceId { account: key.account().on_model("gpt"), ..team() };
    for (id, balance) in [("1", &of_key), ("2", &of_model), ("3", &team())] {
        assert!(fire(&store.db, &Alert { balance: balance.clone(), ..alert(id, "0.8", 100) }).await);
    }
    let mut change = Transaction::begin(&store.db, admin(1)).await.unwrap();
    change.delete(&key).await.unwrap();
    change.commit().await.unwrap();
    let left = alerts::fired(&store.db, &[&of_key, &of_model, &team()]).await.unwrap();
    assert_eq!(left.into_keys().map(|(balance, _)| balance).collect::<Vec<_>>(), [team()]);
    assert_eq!(claim(&store.db, 1_500).await.len(), 2);
}

fn paid(id: &str, cost: i64) -> LedgerRow {
    let detail = Detail { charged: Charges::new([team()]), instance: Some("a".into()), ..Detail::default() };
    let (request_id, detail) = (id.to_owned(), Some(Box::new(detail)));
    let mut row = LedgerRow { cost: Some(Nanos::new(cost)), started_at: 1_500, detail, request_id, ..row(1, None) };
    let mut payer = (*row.payer).clone();
    payer.team_id = Some("t1".to_owned());
    row.payer = payer.into();
    row
}

async fn balances_say_how_they_stand_also_those_that_nobody_takes_from(store: TestStore) {
    let db = &store.db;
    insert_batch(db, &[paid("one", 100)]).await.unwrap();
    assert_eq!(balances::standing(db, &[&team()]).await.unwrap(), [], "nobody has asked for it");
    balances::open(db, &[&team(), &team()], 1).await.unwrap();
    insert_batch(db, &[paid("two", 20)]).await.unwrap();
    let mut change = Transaction::begin(db, admin(1_500)).await.unwrap();
    balances::forgive(&mut change, &team().account, Nanos::new(30), 1_500).await.unwrap();
    change.commit().await.unwrap();
    let standing = balances::standing(db, &[&team()]).await.unwrap();
    let figures: Vec<_> =
        standing.iter().map(|one| (one.posted.get(), one.forgiven.get(), one.spent().get())).collect();
    assert_eq!(figures, [(120, 90, 30)]);
    // all of them, page by page: not those of which nothing is spent, nor those that are over
    let others: Vec<_> =
        ["a", "b", "c"].map(|id| BalanceId { account: Account::of(AccountKind::Team, id), ..team() }).into();
    balances::open(db, &others.iter().collect::<Vec<_>>(), 1).await.unwrap();
    let mut seen = Vec::new();
    let mut after = None;
    while let Some(last) = balances::all_standing(db, 1_999, after.as_ref(), 1).await.unwrap().pop() {
        after = Some(last.id.clone());
        seen.push(last.id);
    }
    assert_eq!(seen, [team()]);
    assert_eq!(balances::all_standing(db, 2_000, None, 10).await.unwrap(), []);
}
