//! What the tests share: a fresh store and rows to put into it.

use std::sync::Arc;

use money::{Nanos, Tokens};
use sqlx::{Connection, PgConnection, SqliteConnection};
use store::journal::{Intent, Journal, JournalConfig, Recovery};
use store::keys::KeyRow;
use store::ledger::{AttemptStatus, LedgerRow, Payer, Provenance};
use store::{Actor, Db, KeyHash, Limits, Page, Scope, Stamps, Transaction, migrate};

pub(crate) const ALL: Page = Page { number: 1, size: 1000 };

/// Runs each of these functions once with SQLite and once with PostgreSQL, each time on a fresh database.
macro_rules! on_both {
    ($($name:ident,)+) => { $(
        mod $name {
            use crate::support::TestStore;

            #[tokio::test]
            async fn sqlite() {
                super::$name(TestStore::sqlite().await).await;
            }

            #[tokio::test]
            async fn postgres() {
                super::$name(TestStore::postgres().await).await;
            }
        }
    )+ };
}
pub(crate) use on_both;

/// A migrated database, and a folder with room for a journal that is deleted with the test.
pub(crate) struct TestStore {
    pub(crate) db: Db,
    pub(crate) dir: tempfile::TempDir,
    /// Where it is, if that is PostgreSQL.
    postgres: Option<String>,
}

impl TestStore {
    pub(crate) async fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open_path(&dir.path().join("store.db")).await.unwrap();
        migrate::run(&db, 1).await.unwrap();
        Self { db, dir, postgres: None }
    }

    pub(crate) async fn postgres() -> Self {
        let url = testkit::services::database().await;
        let db = Db::open(&url).await.unwrap();
        migrate::run(&db, 1).await.unwrap();
        Self { db, dir: tempfile::tempdir().unwrap(), postgres: Some(url) }
    }

    /// The same database, opened once more.
    pub(crate) async fn another(&self) -> Db {
        match &self.postgres {
            Some(url) => Db::open(url).await.unwrap(),
            None => Db::open_path(&self.dir.path().join("store.db")).await.unwrap(),
        }
    }

    /// A statement that no function of the store makes.
    pub(crate) async fn tell(&self, statement: &'static str) {
        if let Some(url) = &self.postgres {
            let mut other = PgConnection::connect(url).await.unwrap();
            sqlx::raw_sql(statement).execute(&mut other).await.unwrap();
        } else {
            let path = self.dir.path().join("store.db");
            let mut other = SqliteConnection::connect(path.to_str().unwrap()).await.unwrap();
            sqlx::raw_sql(statement).execute(&mut other).await.unwrap();
        }
    }

    /// A connection to PostgreSQL that has said this, and holds what that gives it.
    pub(crate) async fn hold(&self, statement: &'static str) -> PgConnection {
        let mut other = PgConnection::connect(self.postgres.as_deref().unwrap()).await.unwrap();
        sqlx::raw_sql(statement).execute(&mut other).await.unwrap();
        other
    }

    /// Waits until a statement waits for another transaction. SQLite does not tell: there it may be sooner.
    pub(crate) async fn somebody_waits_for_a_lock(&self) {
        let Some(url) = &self.postgres else { return tokio::task::yield_now().await };
        let mut other = PgConnection::connect(url).await.unwrap();
        let waiting = "SELECT COUNT(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE NOT granted AND datname = current_database()";
        while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut other).await.unwrap() == 0 {
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn journal(&self) -> (Journal, Recovery) {
        self.journal_of(1 << 20)
    }

    pub(crate) fn journal_of(&self, segment_bytes: u64) -> (Journal, Recovery) {
        let config = JournalConfig { segment_bytes, kept_bytes: 0, ..JournalConfig::default() };
        Journal::open(&self.dir.path().join("journal"), config).unwrap()
    }

    /// One that keeps so many bytes of outcomes behind their commit.
    pub(crate) fn journal_keeping(&self, kept_bytes: u64) -> (Journal, Recovery) {
        let config = JournalConfig { segment_bytes: 2000, kept_bytes, ..JournalConfig::default() };
        Journal::open(&self.dir.path().join("journal"), config).unwrap()
    }

    /// How many segments are on disk.
    pub(crate) fn segments(&self) -> usize {
        let files = std::fs::read_dir(self.dir.path().join("journal")).unwrap();
        files.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|ending| ending == "seg")).count()
    }

    pub(crate) async fn insert_key(&self, n: u8) -> KeyHash {
        let row = key(n);
        let mut transaction = Transaction::begin(&self.db, admin(1)).await.unwrap();
        transaction.insert(&row).await.unwrap();
        transaction.commit().await.unwrap();
        row.hash
    }

    pub(crate) async fn spend(&self, hash: &KeyHash) -> i64 {
        store::find::<KeyRow>(&self.db, &Scope::Gateway, &[hash.as_str()]).await.unwrap().unwrap().spend.get()
    }
}

pub(crate) fn hash(n: u8) -> KeyHash {
    KeyHash::parse(&format!("{n:02x}").repeat(32)).unwrap()
}

pub(crate) fn admin(at: i64) -> Actor {
    Actor { id: "admin".to_owned(), changed_by: None, at }
}

pub(crate) fn key(n: u8) -> KeyRow {
    KeyRow {
        key_alias: Some(format!("alias-{n}")),
        user_id: Some(format!("user-{}", n % 2)),
        models: vec!["gpt".to_owned(), "claude".to_owned()],
        limits: Limits { max_budget: Some(Nanos::new(5_000_000_000)), ..Limits::default() },
        metadata: serde_json::from_str(r#"{"team": "red", "rpm": 3}"#).unwrap(),
        ..KeyRow::new(hash(n), format!("sk-...{n:04}"), stamps(i64::from(n)))
    }
}

pub(crate) fn stamps(at: i64) -> Stamps {
    Stamps { created_at: at, created_by: Some("admin".to_owned()), updated_at: at, updated_by: None }
}

pub(crate) fn intent(n: u32, key_hash: Option<KeyHash>) -> Intent {
    Intent {
        request_id: format!("0190b6a0-0000-7000-8000-{n:012}"),
        attempt: 0,
        at: i64::from(n) * 1_000_000,
        payer: Arc::new(Payer { key_hash, ..Payer::default() }),
        call_type: "chat".to_owned(),
        model_group: "gpt".to_owned(),
        model: "gpt-5.2".to_owned(),
        deployment_id: "d1".to_owned(),
        provider: "openai".to_owned(),
        stream: true,
        upper: Tokens { input: 100, output: 1000, ..Tokens::default() },
        hold: Some(Nanos::new(1_000)),
        price_version: Some("2026-11".to_owned()),
        detail: None,
    }
}

/// The outcome of `intent(n, …)`: a tenth of the hold.
pub(crate) fn row(n: u32, key_hash: Option<KeyHash>) -> LedgerRow {
    LedgerRow {
        first_byte_at: Some(i64::from(n) * 1_000_000 + 10),
        ended_at: i64::from(n) * 1_000_000 + 20,
        tokens: Tokens { input: 10, cache_read: 1, cache_write_5m: 2, cache_write_1h: 3, output: 20, reasoning: 4 },
        cost: Some(Nanos::new(100)),
        provenance: Provenance::Final,
        status: AttemptStatus::Success,
        http_status: Some(200),
        error_kind: None,
        ..intent(n, key_hash).into_unknown()
    }
}
