//! Keys: rows, scopes, conflicts, the audit trail.

use money::Nanos;
use serde_json::json;
use store::audit::{self, AuditFilter};
use store::keys::{self, Change, KeyChanges, KeyFilter, KeyOrder, KeySelector, KeySort};
use store::{Direction, KeyHash, Page, Scope, StoreError, Unique};

use crate::support::{ALL, TestStore, admin, hash, key, on_both};

const GATEWAY: Scope = Scope::Gateway;

#[test]
fn a_hash_is_64_lower_case_hexadecimal_digits() {
    assert!(KeyHash::parse(&"0f".repeat(32)).is_ok());
    for text in ["", "sk-1234", &"0F".repeat(32), &"0g".repeat(32), &"0f".repeat(33), &"é".repeat(32)] {
        assert!(matches!(KeyHash::parse(text), Err(StoreError::InvalidKeyHash)), "{text}");
    }
    assert_eq!(format!("{:?}", hash(1)), "KeyHash(01010101…)");
    assert!(serde_json::from_str::<KeyHash>("\"sk-1234\"").is_err());
}

on_both![
    what_goes_in_comes_out,
    a_taken_hash_and_a_taken_alias_are_told_apart,
    an_update_keeps_clears_and_sets,
    text_that_cannot_be_stored_is_refused_and_nothing_is_stored,
    deletion_archives_and_names_what_it_deleted,
    a_key_sees_and_touches_only_itself,
    lists_filter_sort_and_page,
    every_change_leaves_one_audit_row_without_secrets_and_a_failed_one_none,
];

async fn what_goes_in_comes_out(store: TestStore) {
    let mut row = key(1);
    row.metadata.insert("deep".to_owned(), json!({"a": [1, null, "ä\u{2028}"]}));
    keys::insert(&store.db, &GATEWAY, &row, &admin(1)).await.unwrap();
    assert_eq!(keys::find(&store.db, &GATEWAY, &row.hash).await.unwrap(), Some(row));
    assert_eq!(keys::find(&store.db, &GATEWAY, &hash(9)).await.unwrap(), None);
}

async fn a_taken_hash_and_a_taken_alias_are_told_apart(store: TestStore) {
    store.insert_key(1).await;
    store.insert_key(2).await;

    let mut same_alias = key(3);
    same_alias.key_alias = key(1).key_alias;
    let error = keys::insert(&store.db, &GATEWAY, &same_alias, &admin(1)).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { what: Unique::KeyAlias }), "{error:?}");

    let mut same_hash = key(1);
    same_hash.key_alias = None;
    let error = keys::insert(&store.db, &GATEWAY, &same_hash, &admin(1)).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { what: Unique::Key }), "{error:?}");

    let rename = KeyChanges { key_alias: Change::Set("alias-1".to_owned()), ..KeyChanges::default() };
    let error = keys::update(&store.db, &GATEWAY, &hash(2), rename, &admin(1)).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { what: Unique::KeyAlias }), "{error:?}");
}

async fn an_update_keeps_clears_and_sets(store: TestStore) {
    let before = key(1);
    let hash = store.insert_key(1).await;
    let changes = KeyChanges {
        key_alias: Change::Clear,
        max_budget: Change::Set(Nanos::new(7)),
        models: Some(vec![]),
        ..KeyChanges::default()
    };
    let after = keys::update(&store.db, &GATEWAY, &hash, changes, &admin(50)).await.unwrap();
    assert_eq!((after.key_alias.as_deref(), after.max_budget, after.models.len()), (None, Some(Nanos::new(7)), 0));
    assert_eq!((&after.user_id, &after.metadata), (&before.user_id, &before.metadata));
    assert_eq!((after.updated_at, after.updated_by.as_deref()), (50, Some("admin")));
    assert_eq!(keys::find(&store.db, &GATEWAY, &hash).await.unwrap(), Some(after));

    assert!(keys::set_blocked(&store.db, &GATEWAY, &hash, true, &admin(51)).await.unwrap().blocked);
    assert!(!keys::set_blocked(&store.db, &GATEWAY, &hash, false, &admin(52)).await.unwrap().blocked);
    let missing = keys::set_blocked(&store.db, &GATEWAY, &crate::support::hash(9), true, &admin(53)).await;
    assert!(matches!(missing, Err(StoreError::NotFound { what: "key" })));
}

async fn text_that_cannot_be_stored_is_refused_and_nothing_is_stored(store: TestStore) {
    let nul = || Some("a\0b".to_owned());
    let mut rows = [key(1), key(2), key(3), key(4)];
    rows[0].key_alias = nul();
    rows[1].user_id = nul();
    rows[2].models = vec!["a\0b".to_owned()];
    rows[3].metadata.insert("x".to_owned(), json!([{"y\0": 1}]));
    for (row, name) in rows.iter().zip(["key_alias", "user_id", "models", "metadata"]) {
        let error = keys::insert(&store.db, &GATEWAY, row, &admin(1)).await.unwrap_err();
        assert!(matches!(error, StoreError::InvalidText { field } if field == name), "{error:?}");
    }
    let listed = keys::list(&store.db, &GATEWAY, &KeyFilter::default(), KeyOrder::default(), ALL).await.unwrap();
    assert_eq!(listed.1, 0);
}

async fn deletion_archives_and_names_what_it_deleted(store: TestStore) {
    for n in 1..=3 {
        store.insert_key(n).await;
    }
    let selector = KeySelector {
        hashes: vec![hash(1), hash(9), hash(1)],
        aliases: vec!["alias-2".to_owned(), "alias-1".to_owned(), "nobody".to_owned()],
    };
    // Twice the same key at the same moment: the archive takes both.
    for _ in 0..2 {
        assert_eq!(keys::delete(&store.db, &GATEWAY, &selector, &admin(60)).await.unwrap(), [hash(1), hash(2)]);
        store.insert_key(1).await;
        store.insert_key(2).await;
    }
    let filter = AuditFilter { object_id: Some(hash(1).as_str().to_owned()), ..AuditFilter::default() };
    let (trail, total) = audit::list(&store.db, &GATEWAY, &filter, ALL).await.unwrap();
    let actions: Vec<_> = trail.iter().map(|row| row.action.as_str()).collect();
    assert_eq!((actions.as_slice(), total), (["created", "deleted", "created", "deleted", "created"].as_slice(), 5));
    assert_eq!(trail[1].before.as_ref().unwrap()["key_name"], "sk-...0001");
    assert_eq!(trail[1].after, None);
}

async fn a_key_sees_and_touches_only_itself(store: TestStore) {
    let own = Scope::Key(store.insert_key(1).await);
    let foreign = store.insert_key(2).await;
    let db = &store.db;

    assert!(keys::find(db, &own, &hash(1)).await.unwrap().is_some());
    assert!(keys::find(db, &own, &foreign).await.unwrap().is_none());
    let (rows, total) = keys::list(db, &own, &KeyFilter::default(), KeyOrder::default(), ALL).await.unwrap();
    assert_eq!((rows.len(), total, &rows[0].hash), (1, 1, &hash(1)));
    let filter = KeyFilter { key_hash: Some(foreign.clone()), ..KeyFilter::default() };
    assert_eq!(keys::list(db, &own, &filter, KeyOrder::default(), ALL).await.unwrap().1, 0);

    assert!(matches!(keys::insert(db, &own, &key(3), &admin(1)).await, Err(StoreError::OutOfScope)));
    let update = keys::update(db, &own, &foreign, KeyChanges::default(), &admin(1)).await;
    assert!(matches!(update, Err(StoreError::NotFound { .. })));
    let selector = KeySelector { hashes: vec![foreign], aliases: vec!["alias-2".to_owned()] };
    assert!(keys::delete(db, &own, &selector, &admin(1)).await.unwrap().is_empty());
    assert_eq!(audit::list(db, &own, &AuditFilter::default(), ALL).await.unwrap().1, 1);
    assert_eq!(audit::list(db, &GATEWAY, &AuditFilter::default(), ALL).await.unwrap().1, 2);
}

async fn lists_filter_sort_and_page(store: TestStore) {
    for n in 1..=5 {
        store.insert_key(n).await;
    }
    let list = async |filter: KeyFilter, order: KeyOrder, page: Page| {
        let (rows, total) = keys::list(&store.db, &GATEWAY, &filter, order, page).await.unwrap();
        (rows.into_iter().map(|row| row.created_at).collect::<Vec<_>>(), total)
    };
    let all = KeyFilter::default;
    let newest = KeyOrder::default();
    assert_eq!(list(all(), newest, Page { number: 1, size: 2 }).await, (vec![5, 4], 5));
    assert_eq!(list(all(), newest, Page { number: 3, size: 2 }).await, (vec![1], 5));
    assert_eq!(list(all(), newest, Page { number: u32::MAX, size: u32::MAX }).await, (vec![], 5));
    let by_alias = KeyOrder { by: KeySort::KeyAlias, direction: Direction::Ascending };
    assert_eq!(list(all(), by_alias, ALL).await, (vec![1, 2, 3, 4, 5], 5));
    for by in [KeySort::UpdatedAt, KeySort::Spend, KeySort::MaxBudget, KeySort::ExpiresAt] {
        assert_eq!(list(all(), KeyOrder { by, ..newest }, ALL).await.1, 5, "{by:?}");
    }
    let filter = KeyFilter { user_id: Some("user-1".to_owned()), ..all() };
    assert_eq!(list(filter, newest, ALL).await, (vec![5, 3, 1], 3));
    let filter = KeyFilter { key_alias: Some("alias-4".to_owned()), ..all() };
    assert_eq!(list(filter, newest, ALL).await, (vec![4], 1));
    let filter = KeyFilter { key_alias: Some("' OR 1=1 --".to_owned()), ..all() };
    assert_eq!(list(filter, newest, ALL).await, (vec![], 0));
}

async fn every_change_leaves_one_audit_row_without_secrets_and_a_failed_one_none(store: TestStore) {
    let hash = store.insert_key(1).await;
    let metadata = json!({"logging": [{"callback_vars": {"langfuse_secret_key": "canary", "max_tokens": 7}}]});
    let changes = KeyChanges { metadata: metadata.as_object().cloned(), ..KeyChanges::default() };
    keys::update(&store.db, &GATEWAY, &hash, changes, &admin(70)).await.unwrap();
    let mut actor = admin(71);
    actor.changed_by = Some("person".to_owned());
    keys::set_blocked(&store.db, &GATEWAY, &hash, true, &actor).await.unwrap();
    keys::insert(&store.db, &GATEWAY, &key(1), &actor).await.unwrap_err();

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
}
