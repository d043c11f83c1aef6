//! Migrations: from several processes at once, against a newer schema, against an edited migration, and with
//! what an earlier one left.

use money::Nanos;
use store::keys::KeyRow;
use store::{Db, Scope, Stamps, StoreError, migrate};
use tokio::task::JoinSet;

use crate::support::{TestStore, on_both};

on_both![
    a_second_run_does_nothing,
    a_schema_that_this_release_cannot_work_with_is_refused_and_says_what_to_do,
    a_newer_schema_that_works_with_this_release_is_left_alone,
    an_edited_migration_is_refused,
    keys_are_what_they_were_when_their_table_is_made_anew,
];

/// A `Db` of its own is a set of connections of its own, as another process has.
async fn ten_at_once(location: String) {
    let mut starts = JoinSet::new();
    for _ in 0..10 {
        let location = location.clone();
        starts.spawn(async move {
            let db = Db::open(&location).await.unwrap();
            let count = migrate::run(&db, 7).await.unwrap();
            db.close().await;
            count
        });
    }
    let counts = starts.join_all().await;
    assert_eq!(counts.iter().sum::<usize>(), usize::try_from(migrate::known_version()).unwrap(), "{counts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 5)]
async fn ten_at_once_all_succeed_and_one_migrates_sqlite() {
    for _ in 0..5 {
        let dir = tempfile::tempdir().unwrap();
        ten_at_once(dir.path().join("data/store.db").display().to_string()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 5)]
async fn ten_at_once_all_succeed_and_one_migrates_postgres() {
    for _ in 0..3 {
        ten_at_once(testkit::services::database().await).await;
    }
}

async fn a_second_run_does_nothing(store: TestStore) {
    assert_eq!(migrate::run(&store.db, 2).await.unwrap(), 0);
}

async fn a_schema_that_this_release_cannot_work_with_is_refused_and_says_what_to_do(store: TestStore) {
    store.tell("INSERT INTO schema_migrations VALUES (9998, 'future', 1, 1), (9999, 'expansion', 1, 1)").await;
    store.tell("INSERT INTO schema_compatibility VALUES (9998, 9997), (9999, 1)").await;
    let error = migrate::run(&store.db, 1).await.unwrap_err();
    assert!(matches!(error, StoreError::NewerSchema { found: 9999, known } if known == migrate::known_version()));
    assert!(error.to_string().contains("start the release that migrated it"), "{error}");
}

async fn a_newer_schema_that_works_with_this_release_is_left_alone(store: TestStore) {
    store.tell("INSERT INTO schema_migrations VALUES (9999, 'expansion', 1, 1)").await;
    let error = migrate::run(&store.db, 1).await.unwrap_err();
    assert!(matches!(error, StoreError::NewerSchema { .. }), "nothing is said of what it works with");
    store.tell("INSERT INTO schema_compatibility VALUES (9999, 1)").await;
    assert_eq!(migrate::run(&store.db, 1).await.unwrap(), 0);
}

async fn an_edited_migration_is_refused(store: TestStore) {
    store.tell("UPDATE schema_migrations SET checksum = checksum + 1 WHERE version = 1").await;
    assert!(matches!(migrate::run(&store.db, 1).await.unwrap_err(), StoreError::EditedMigration { version: 1 }));
}

/// As the second migration left it: the third is run again, and the eighth, which adds a column.
const KEYS: &str = "
    DROP TABLE keys;
    ALTER TABLE team_members DROP COLUMN forgiven;
    DELETE FROM schema_migrations WHERE version IN (3, 7);
    DELETE FROM schema_compatibility WHERE version IN (3, 7);
    CREATE TABLE keys (
        hash TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64), key_name TEXT NOT NULL, key_alias TEXT UNIQUE,
        models TEXT NOT NULL, max_budget BIGINT CHECK (max_budget >= 0), spend BIGINT NOT NULL CHECK (spend >= 0),
        expires_at BIGINT, blocked BOOLEAN NOT NULL, metadata TEXT NOT NULL, user_id TEXT, created_at BIGINT NOT NULL,
        created_by TEXT, updated_at BIGINT NOT NULL, updated_by TEXT
    );
    ALTER TABLE keys ADD COLUMN team_id TEXT;
    ALTER TABLE keys ADD COLUMN organization_id TEXT;
    ALTER TABLE keys ADD COLUMN project_id TEXT;
    ALTER TABLE keys ADD COLUMN budget_id TEXT;
    ALTER TABLE keys ADD COLUMN limits TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE keys ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
    INSERT INTO keys VALUES (
        'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'name', 'alias', '[\"m\"]', 1, 2, 3, TRUE,
        '{\"n\":4}', 'user', 5, 'maker', 6, 'changer', 'team', 'organization', 'project', 'budget', '{\"rpm_limit\":7}',
        '{\"key_type\":\"llm_api\"}'
    );";

async fn keys_are_what_they_were_when_their_table_is_made_anew(store: TestStore) {
    store.tell(KEYS).await;
    assert_eq!(migrate::run(&store.db, 2).await.unwrap(), 2);
    let hash = "a".repeat(64);
    let key: KeyRow = store::require(&store.db, &Scope::Gateway, &[&hash]).await.unwrap();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!((key.key_name.as_str(), &key.key_alias, &key.user_id), ("name", &text("alias"), &text("user")));
    assert_eq!((&key.team_id, &key.organization_id), (&text("team"), &text("organization")));
    assert_eq!((&key.project_id, &key.budget_id, key.models.len()), (&text("project"), &text("budget"), 1));
    assert_eq!((key.limits.max_budget, key.spend, key.expires_at), (Some(Nanos::new(1)), Nanos::new(2), Some(3)));
    assert_eq!((key.blocked, key.metadata["n"].as_i64(), key.limits.rpm_limit), (true, Some(4), Some(7)));
    let Stamps { created_at, created_by, updated_at, updated_by } = &key.stamps;
    assert_eq!((*created_at, created_by, *updated_at, updated_by), (5, &text("maker"), 6, &text("changer")));
    assert_eq!(key.settings.key_type, text("llm_api"));
}

/// Instances of the release before charge keys while a new one migrates.
#[tokio::test]
async fn what_is_charged_beside_a_migration_is_kept() {
    let store = TestStore::postgres().await;
    store.tell(KEYS).await;
    let mut charging = store.hold("BEGIN; UPDATE keys SET spend = spend + 40").await;
    let db = store.db.clone();
    let migrating = async { migrate::run(&db, 2).await.unwrap() };
    let charged = async {
        store.somebody_waits_for_a_lock().await;
        sqlx::raw_sql("COMMIT").execute(&mut charging).await.unwrap();
    };
    assert_eq!(tokio::join!(migrating, charged).0, 2);
    let key: KeyRow = store::require(&store.db, &Scope::Gateway, &[&"a".repeat(64)]).await.unwrap();
    assert_eq!(key.spend, Nanos::new(42));
}

#[tokio::test]
async fn locations() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a/b/store.db");
    for location in
        [format!("sqlite://{}", path.display()), format!("sqlite:{}", path.display()), path.display().to_string()]
    {
        Db::open(&location).await.unwrap().close().await;
    }
    assert!(path.exists());
    for location in
        ["mysql://host/db", "postgres://host:port/db", "sqlite::memory:", "sqlite://", "", "sqlite://x.db?mode=ro"]
    {
        assert!(matches!(Db::open(location).await, Err(StoreError::Location { .. })), "{location}");
    }
}
