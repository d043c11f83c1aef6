//! Migrations: from several processes at once, against a newer schema, against an edited migration.

use sqlx::{Connection, SqliteConnection};
use store::{Db, StoreError, migrate};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 5)]
async fn five_at_once_all_succeed_and_one_migrates() {
    for _ in 0..10 {
        let dir = tempfile::tempdir().unwrap();
        let mut starts = JoinSet::new();
        for _ in 0..5 {
            let path = dir.path().join("data/store.db");
            starts.spawn(async move {
                // A Db of its own is a set of connections of its own, as another process has.
                let db = Db::open_path(&path).await.unwrap();
                let count = migrate::run(&db, 7).await.unwrap();
                db.close().await;
                count
            });
        }
        let counts = starts.join_all().await;
        assert_eq!(counts.iter().sum::<usize>(), usize::try_from(migrate::known_version()).unwrap(), "{counts:?}");
    }
}

#[tokio::test]
async fn a_second_run_does_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open_path(&dir.path().join("store.db")).await.unwrap();
    assert_eq!(migrate::run(&db, 1).await.unwrap(), 1);
    assert_eq!(migrate::run(&db, 2).await.unwrap(), 0);
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_says_what_to_do() {
    let (db, _dir) = migrated_then("INSERT INTO schema_migrations VALUES (9999, 'future', 1, 1)").await;
    let error = migrate::run(&db, 1).await.unwrap_err();
    assert!(matches!(error, StoreError::NewerSchema { found: 9999, known } if known == migrate::known_version()));
    assert!(error.to_string().contains("start the release that migrated it"), "{error}");
}

#[tokio::test]
async fn an_edited_migration_is_refused() {
    let (db, _dir) = migrated_then("UPDATE schema_migrations SET checksum = checksum + 1 WHERE version = 1").await;
    assert!(matches!(migrate::run(&db, 1).await.unwrap_err(), StoreError::EditedMigration { version: 1 }));
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
    for location in ["postgres://host/db", "sqlite::memory:", "sqlite://", "", "sqlite://x.db?mode=ro"] {
        assert!(matches!(Db::open(location).await, Err(StoreError::Location { .. })), "{location}");
    }
}

async fn migrated_then(sql: &'static str) -> (Db, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store.db");
    let db = Db::open_path(&path).await.unwrap();
    migrate::run(&db, 1).await.unwrap();
    let mut other = SqliteConnection::connect(path.to_str().unwrap()).await.unwrap();
    sqlx::query(sql).execute(&mut other).await.unwrap();
    (db, dir)
}
