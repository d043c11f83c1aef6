//! Keys: what is unique, what replaces what, who sees what, the audit trail.

use money::Nanos;
use serde_json::json;
use store::audit::{self, AuditFilter, AuditSort};
use store::keys::{self, DeletedKeyFilter, KeyFilter, KeyRow, KeySort};
use store::{BLOCKED, Direction, KeyHash, Order, Page, Scope, StoreError, Transaction, UPDATED};

use crate::support::{ALL, TestStore, admin, hash, key, on_both};

const GATEWAY: Scope = Scope::Gateway;

on_both![
    a_hash_is_taken_once_and_an_alias_is_not,
    text_that_cannot_be_stored_is_refused_and_nothing_is_stored,
    a_replaced_key_opens_until_its_time_is_over,
    a_call_that_ends_while_its_key_is_replaced_is_charged_once,
    deleted_and_replaced_keys_are_kept_for_those_whose_they_were,
    spend_is_moved_by_the_ledger_and_by_a_reset_only,
    a_key_sees_only_itself,
    lists_filter_sort_and_page,
    every_change_leaves_one_audit_row_without_secrets_and_a_failed_one_none,
];

#[test]
fn a_hash_is_64_lower_case_hexadecimal_digits() {
    assert!(KeyHash::parse(&"0f".repeat(32)).is_ok());
    for text in ["", "sk-1234", &"0F".repeat(32), &"0g".repeat(32), &"0f".repeat(33), &"é".repeat(32)] {
        assert!(matches!(KeyHash::parse(text), Err(StoreError::InvalidKeyHash)), "{text}");
    }
    assert_eq!(format!("{:?}", hash(1)), "KeyHash(01010101…)");
    assert!(serde_json::from_str::<KeyHash>("\"sk-1234\"").is_err());
}

async fn insert(store: &TestStore, row: &KeyRow) -> Result<(), StoreError> {
    let mut transaction = Transaction::begin(&store.db, admin(1)).await?;
    transaction.insert(row).await?;
    transaction.commit().await.map(drop)
}

async fn update(store: &TestStore, action: &'static str, at: i64, before: &KeyRow, after: &KeyRow) {
    let mut transaction = Transaction::begin(&store.db, admin(at)).await.unwrap();
    transaction.update(action, before, after).await.unwrap();
    transaction.commit().await.unwrap();
}

async fn a_hash_is_taken_once_and_an_alias_is_not(store: TestStore) {
    store.insert_key(1).await;
    let same_alias = KeyRow { key_alias: key(1).key_alias, ..key(2) };
    insert(&store, &same_alias).await.unwrap();
    let same_hash = KeyRow { key_alias: None, ..key(1) };
    let error = insert(&store, &same_hash).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict), "{error:?}");
}

async fn text_that_cannot_be_stored_is_refused_and_nothing_is_stored(store: TestStore) {
    let nul = || Some("a\0b".to_owned());
    let mut rows = [key(1), key(2), key(3), key(4)];
    rows[0].key_alias = nul();
    rows[1].user_id = nul();
    rows[2].models = vec!["a\0b".to_owned()];
    rows[3].metadata.insert("x".to_owned(), json!([{"y\\\0": 1}]));
    for (row, name) in rows.iter().zip(["key_alias", "user_id", "models", "metadata"]) {
        let error = insert(&store, row).await.unwrap_err();
        assert!(matches!(error, StoreError::InvalidText { field } if field == name), "{error:?}");
    }
    assert_eq!(store::count(&store.db, &GATEWAY, &KeyFilter::default()).await.unwrap(), 0);
    let mut harmless = key(5);
    harmless.metadata.insert("x".to_owned(), json!("a backslash, u0000: \\u0000"));
    insert(&store, &harmless).await.unwrap();
}

async fn a_replaced_key_opens_until_its_time_is_over(store: TestStore) {
    store.insert_key(1).await;
    let mut before = key(1);
    for (n, valid_until) in [(2, 50), (3, 90), (4, 70)] {
        let after = KeyRow { hash: hash(n), ..before.clone() };
        let mut transaction = Transaction::begin(&store.db, admin(10)).await.unwrap();
        keys::replace(&mut transaction, &before, &after, valid_until).await.unwrap();
        transaction.commit().await.unwrap();
        before = after;
    }
    let opens = async |n: u8, now: i64| {
        let found = keys::find_current(&store.db, &hash(n), now).await.unwrap();
        found.map(|(row, until)| (row.hash, until))
    };
    assert_eq!(opens(1, 49).await, Some((hash(4), Some(50))));
    assert_eq!(opens(1, 50).await, None);
    assert_eq!(opens(2, 69).await, Some((hash(4), Some(70))), "no longer than the last replacement gives");
    assert_eq!(opens(2, 70).await, None);
    assert_eq!(opens(3, 69).await, Some((hash(4), Some(70))));
    assert_eq!(opens(4, 1).await, Some((hash(4), None)));
    let mut transaction = Transaction::begin(&store.db, admin(20)).await.unwrap();
    keys::replace(&mut transaction, &before, &KeyRow { hash: hash(5), ..before.clone() }, 0).await.unwrap();
    transaction.commit().await.unwrap();
    for n in 1..=4 {
        assert_eq!(opens(n, 21).await, None, "no time was given");
    }

    let late = crate::support::row(1, Some(hash(1)));
    store::ledger::insert_batch(&store.db, &[late]).await.unwrap();
    assert_eq!(store.spend(&hash(5)).await, 100, "a call that was under way is paid by the key that it was made with");
}

async fn a_call_that_ends_while_its_key_is_replaced_is_charged_once(store: TestStore) {
    store.insert_key(1).await;
    let before = key(1);
    let after = KeyRow { hash: hash(2), ..before.clone() };
    let mut transaction = Transaction::begin(&store.db, admin(10)).await.unwrap();
    keys::replace(&mut transaction, &before, &after, 0).await.unwrap();
    let db = store.db.clone();
    let late = async {
        store::ledger::insert_batch(&db, &[crate::support::row(1, Some(hash(1)))]).await.unwrap();
    };
    let replaced = async {
        store.somebody_waits_for_a_lock().await;
        transaction.commit().await.unwrap();
    };
    tokio::join!(late, replaced);
    assert_eq!(store.spend(&hash(2)).await, 100);
}

async fn deleted_and_replaced_keys_are_kept_for_those_whose_they_were(store: TestStore) {
    for n in 1..=3 {
        store.insert_key(n).await;
    }
    let after = KeyRow { hash: hash(9), key_name: "sk-...0009".to_owned(), ..key(1) };
    let mut transaction = Transaction::begin(&store.db, admin(10)).await.unwrap();
    keys::replace(&mut transaction, &key(1), &after, 20).await.unwrap();
    transaction.delete(&key(2)).await.unwrap();
    transaction.commit().await.unwrap();

    let mut transaction = Transaction::begin(&store.db, admin(11)).await.unwrap();
    for (n, is_free) in [(1, false), (2, true), (9, true)] {
        assert_eq!(keys::require_unused(&mut transaction, &hash(n)).await.is_ok(), is_free, "{n}");
    }
    for (n, was_there) in [(1, true), (2, true), (3, false), (9, false)] {
        assert_eq!(keys::was_there(&mut transaction, &hash(n)).await.unwrap(), was_there, "{n}");
    }
    for taken in [key(1), key(3)] {
        let taken = keys::replace(&mut transaction, &key(3), &taken, 0).await;
        assert!(matches!(taken, Err(StoreError::Conflict)), "{taken:?}");
    }
    drop(transaction);

    let of = |user: &str| {
        Scope::Tenant(Box::new(store::Tenancy { user: Some(user.to_owned()), ..store::Tenancy::default() }))
    };
    let deleted = keys::find_deleted(&store.db, &GATEWAY, &hash(2)).await.unwrap().unwrap();
    assert_eq!((deleted.row, deleted.deleted_at, deleted.deleted_by.as_str()), (key(2), 10, "admin"));
    assert!(keys::find_deleted(&store.db, &of("user-0"), &hash(2)).await.unwrap().is_some());
    assert!(keys::find_deleted(&store.db, &of("user-1"), &hash(2)).await.unwrap().is_none());
    assert!(keys::find_deleted(&store.db, &GATEWAY, &hash(3)).await.unwrap().is_none());
    let all = || DeletedKeyFilter::default();
    let text = |text: &str| Some(text.to_owned());
    for (scope, filter, expected) in [
        (GATEWAY, all(), vec![2, 1]),
        (of("user-1"), all(), vec![1]),
        (of("nobody"), all(), vec![]),
        (GATEWAY, DeletedKeyFilter { key_alias: text("alias-1"), ..all() }, vec![1]),
        (GATEWAY, DeletedKeyFilter { alias_part: text("LIAS-"), ..all() }, vec![2, 1]),
        (GATEWAY, DeletedKeyFilter { search: text(hash(2).as_str()), ..all() }, vec![2]),
        (GATEWAY, DeletedKeyFilter { user_id: text("user-0"), ..all() }, vec![2]),
        (GATEWAY, DeletedKeyFilter { user_part: text("ser"), ..all() }, vec![2, 1]),
        (GATEWAY, DeletedKeyFilter { team_id: text("none"), ..all() }, vec![]),
        (GATEWAY, DeletedKeyFilter { organization_id: text("none"), ..all() }, vec![]),
    ] {
        let (rows, total) = keys::list_deleted(&store.db, &scope, &filter, ALL).await.unwrap();
        let found: Vec<_> = rows.into_iter().map(|deleted| deleted.row.hash).collect();
        assert_eq!(found, expected.iter().map(|n| hash(*n)).collect::<Vec<_>>(), "{filter:?}");
        assert_eq!(total, expected.len() as u64);
    }
}

async fn spend_is_moved_by_the_ledger_and_by_a_reset_only(store: TestStore) {
    store.insert_key(1).await;
    let before = key(1);
    let after = KeyRow { spend: Nanos::new(7), ..before.clone() };
    update(&store, UPDATED, 5, &before, &after).await;
    assert_eq!(store.spend(&hash(1)).await, 0);
    let mut transaction = Transaction::begin(&store.db, admin(6)).await.unwrap();
    keys::reset_spend(&mut transaction, &before, &after).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(store.spend(&hash(1)).await, 7);
}

async fn a_key_sees_only_itself(store: TestStore) {
    let own = Scope::of_key(store.insert_key(1).await);
    let foreign = store.insert_key(2).await;
    let db = &store.db;

    assert!(store::find::<KeyRow>(db, &own, &[hash(1).as_str()]).await.unwrap().is_some());
    assert!(store::find::<KeyRow>(db, &own, &[foreign.as_str()]).await.unwrap().is_none());
    let (rows, total) = store::list(db, &own, &KeyFilter::default(), Order::default(), ALL).await.unwrap();
    assert_eq!((rows.len(), total, &rows[0].hash), (1, 1, &hash(1)));
    let filter = KeyFilter { key_hash: Some(foreign.clone()), ..KeyFilter::default() };
    assert_eq!(store::count(db, &own, &filter).await.unwrap(), 0);

    let mut transaction = Transaction::begin(db, admin(1)).await.unwrap();
    let missing = transaction.require::<KeyRow>(&own, &[foreign.as_str()]).await;
    assert!(matches!(missing, Err(StoreError::NotFound { what: "key" })));
    drop(transaction);
    assert_eq!(audit::list(db, &own, &AuditFilter::default(), ALL).await.unwrap().1, 1);
    assert_eq!(audit::list(db, &GATEWAY, &AuditFilter::default(), ALL).await.unwrap().1, 2);
}

async fn lists_filter_sort_and_page(store: TestStore) {
    for n in 1..=5 {
        store.insert_key(n).await;
    }
    let list = async |filter: KeyFilter, order: Order<KeySort>, page: Page| {
        let (rows, total) = store::list(&store.db, &GATEWAY, &filter, order, page).await.unwrap();
        (rows.into_iter().map(|row| row.stamps.created_at).collect::<Vec<_>>(), total)
    };
    let all = KeyFilter::default;
    let newest = Order::default();
    assert_eq!(list(all(), newest, Page { number: 1, size: 2 }).await, (vec![5, 4], 5));
    assert_eq!(list(all(), newest, Page { number: 3, size: 2 }).await, (vec![1], 5));
    assert_eq!(list(all(), newest, Page { number: u32::MAX, size: u32::MAX }).await, (vec![], 5));
    let by_alias = Order { by: KeySort::KeyAlias, direction: Direction::Ascending };
    assert_eq!(list(all(), by_alias, ALL).await, (vec![1, 2, 3, 4, 5], 5));
    for by in [KeySort::UpdatedAt, KeySort::Hash, KeySort::Spend, KeySort::MaxBudget, KeySort::ExpiresAt] {
        assert_eq!(list(all(), Order { by, ..newest }, ALL).await.1, 5, "{by:?}");
    }
    let text = |text: &str| Some(text.to_owned());
    for (filter, expected) in [
        (KeyFilter { user_id: text("user-1"), ..all() }, vec![5, 3, 1]),
        (KeyFilter { user_part: text("SER-1"), ..all() }, vec![5, 3, 1]),
        (KeyFilter { key_alias: text("alias-4"), ..all() }, vec![4]),
        (KeyFilter { key_alias: text("alias"), ..all() }, vec![]),
        (KeyFilter { alias_part: text("LIAS-4"), ..all() }, vec![4]),
        (KeyFilter { alias_part: text("lias_4"), ..all() }, vec![]),
        (KeyFilter { search: text("alias-2"), ..all() }, vec![2]),
        (KeyFilter { search: text(hash(3).as_str()), ..all() }, vec![3]),
        (KeyFilter { key_alias: text("' OR 1=1 --"), ..all() }, vec![]),
        (KeyFilter { team_id: text("nobody's"), ..all() }, vec![]),
        (KeyFilter { organization_id: text("nobody's"), ..all() }, vec![]),
        (
            KeyFilter { blocked: Some(false), not_expired_at: Some(9), created_by: text("admin"), ..all() },
            vec![5, 4, 3, 2, 1],
        ),
        (KeyFilter { expired_at: Some(9), ..all() }, vec![]),
    ] {
        assert_eq!(list(filter.clone(), newest, ALL).await.0, expected, "{filter:?}");
    }
}

async fn every_change_leaves_one_audit_row_without_secrets_and_a_failed_one_none(store: TestStore) {
    store.insert_key(1).await;
    let metadata = json!({"logging": [{"callback_vars": {"langfuse_secret_key": "canary", "max_tokens": 7}}]});
    let logging = KeyRow { metadata: metadata.as_object().cloned().unwrap(), ..key(1) };
    update(&store, UPDATED, 70, &key(1), &logging).await;
    let blocked = KeyRow { blocked: true, ..logging.clone() };
    let mut actor = admin(71);
    actor.changed_by = Some("person".to_owned());
    let mut transaction = Transaction::begin(&store.db, actor).await.unwrap();
    transaction.update(BLOCKED, &logging, &blocked).await.unwrap();
    assert_eq!(transaction.commit().await.unwrap().len(), 1);
    insert(&store, &key(1)).await.unwrap_err();

    let (trail, total) = audit::list(&store.db, &GATEWAY, &AuditFilter::default(), ALL).await.unwrap();
    assert_eq!(total, 3);
    assert_eq!(
        trail.iter().map(|row| (row.seq, row.action.as_str())).collect::<Vec<_>>(),
        [(3, "blocked"), (2, "updated"), (1, "created")]
    );
    assert_eq!((trail[0].at, trail[0].changed_by.as_deref()), (71, Some("person")));
    assert_eq!(
        (&trail[0].before.as_ref().unwrap()["blocked"], &trail[0].after.as_ref().unwrap()["blocked"]),
        (&json!(false), &json!(true))
    );
    let vars = &trail[1].after.as_ref().unwrap()["metadata"]["logging"][0]["callback_vars"];
    assert_eq!(*vars, json!({"langfuse_secret_key": "…", "max_tokens": 7}));
    assert!(!format!("{trail:?}").contains("canary"));

    let found = async |filter: AuditFilter| {
        let (rows, total) = audit::list(&store.db, &GATEWAY, &filter, ALL).await.unwrap();
        assert_eq!(rows.len() as u64, total);
        rows.into_iter().map(|row| row.seq).collect::<Vec<_>>()
    };
    let (all, text) = (AuditFilter::default, |text: &str| Some(text.to_owned()));
    for (filter, expected) in [
        (AuditFilter { action: text("updated"), ..all() }, vec![2]),
        (AuditFilter { changed_by: text("person"), ..all() }, vec![3]),
        (AuditFilter { changed_by: text("admin"), ..all() }, vec![2, 1]),
        (AuditFilter { actor: text("admin"), ..all() }, vec![3, 2, 1]),
        (AuditFilter { start: Some(70), end: Some(71), ..all() }, vec![2]),
        (AuditFilter { key_hash: Some(hash(1)), ..all() }, vec![3, 2, 1]),
        (AuditFilter { key_hash: Some(hash(2)), ..all() }, vec![]),
        (AuditFilter { team_id: text("t"), ..all() }, vec![]),
        (AuditFilter { search: text("2"), ..all() }, vec![2]),
        (AuditFilter { search: text(hash(1).as_str()), ..all() }, vec![3, 2, 1]),
        (AuditFilter { sort: AuditSort::Action, direction: Direction::Ascending, ..all() }, vec![3, 1, 2]),
        (AuditFilter { sort: AuditSort::ChangedBy, ..all() }, vec![3, 2, 1]),
    ] {
        assert_eq!(found(filter.clone()).await, expected, "{filter:?}");
    }
    assert_eq!(audit::require(&store.db, &GATEWAY, 2).await.unwrap(), trail[1]);
    for missing in [0, 4] {
        let missing = audit::require(&store.db, &GATEWAY, missing).await;
        assert!(matches!(missing, Err(StoreError::NotFound { .. })));
    }
}
