//! The database: SQLite in a file, or PostgreSQL. Both run the same statements ([`Sql`]); only how they are opened and how a
//! transaction begins differs.

mod own;
mod postgres;
mod row;
mod sql;
mod sqlite;
mod turns;
mod tx;

use std::path::Path;

use sqlx::{PgPool, SqlitePool};

use crate::StoreError;

pub use own::OwnConnection;
pub use postgres::PostgresOptions;
pub(crate) use row::Row;
pub(crate) use sql::{Sql, Value, json};

use turns::Turns;
pub(crate) use tx::Tx;

/// Changes of administrators stand in one line behind this lock, as all writers do in SQLite: what a change looked at is
/// still so when it is written, and the audit trail is numbered without gaps.
const CHANGES_LOCK: i64 = 0x7475_726e_7069_6b65;

/// What a connection remembers of statements: a batch of the ledger has some for each number of its rows.
const STATEMENTS: usize = 300;

/// An open database. Cheap to clone. Run [`crate::migrate::run`] before the first query.
#[derive(Debug, Clone)]
pub struct Db {
    engine: Engine,
    turns: Turns,
}

#[derive(Debug, Clone)]
enum Engine {
    /// One connection that writes and some that read.
    Lite {
        write: SqlitePool,
        read: SqlitePool,
    },
    Pg(PgPool),
}

impl Db {
    /// Opens `postgres://…`, `postgresql://…`, `sqlite:…`, `sqlite://…` or a plain path; a file and its folder are made when
    /// missing.
    pub async fn open(location: &str) -> Result<Self, StoreError> {
        if PostgresOptions::is_url(location) {
            return Self::open_postgres(&PostgresOptions::parse(location)?).await;
        }
        Self::open_path(&sqlite::path_of(location)?).await
    }

    /// Opens a SQLite file; it and its folder are made when missing.
    pub async fn open_path(path: &Path) -> Result<Self, StoreError> {
        let (write, read) = sqlite::open(path).await?;
        Ok(Self { engine: Engine::Lite { write, read }, turns: Turns::of(sqlite::READERS) })
    }

    /// Connects to PostgreSQL. One connection is made at once, so that a wrong address or password is said here.
    pub async fn open_postgres(options: &PostgresOptions) -> Result<Self, StoreError> {
        let turns = Turns::of(options.connections());
        Ok(Self { engine: Engine::Pg(postgres::open(options).await?), turns })
    }

    /// New connections to PostgreSQL use this password from now on; those that stand are kept. SQLite has none.
    pub fn set_password(&self, password: &str) {
        if let Engine::Pg(pool) = &self.engine {
            pool.set_connect_options((*pool.connect_options()).clone().password(password));
        }
    }

    /// Whether several instances may share this database.
    pub fn is_shared(&self) -> bool {
        matches!(self.engine, Engine::Pg(_))
    }

    /// Waits for running statements and closes all connections.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Lite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Engine::Pg(pool) => pool.close().await,
        }
    }

    /// A transaction that may write. In SQLite it holds the write lock from its beginning, so that it cannot fail on its
    /// first write.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match &self.engine {
            Engine::Lite { write, .. } => Tx::lite(write.begin_with("BEGIN IMMEDIATE").await?),
            Engine::Pg(pool) => Tx::pg(pool.begin().await?),
        })
    }

    /// A transaction for a change that looks before it writes: no other such change runs beside it.
    pub(crate) async fn begin_change(&self) -> Result<Tx, StoreError> {
        self.begin_in_line(None).await
    }

    /// The same without a limit of time: large tables take long, and other instances wait for their turn.
    pub(crate) async fn begin_migration(&self) -> Result<Tx, StoreError> {
        self.begin_in_line(Some("SET LOCAL statement_timeout = 0")).await
    }

    /// `first` is said to PostgreSQL before it is waited for.
    async fn begin_in_line(&self, first: Option<&'static str>) -> Result<Tx, StoreError> {
        let turn = self.turns.change().await?;
        let mut tx = self.begin().await?.with(turn);
        if tx.has_row_locks() {
            if let Some(first) = first {
                tx.execute(Sql::new(first)).await?;
            }
            tx.execute(Sql::new("SELECT pg_advisory_xact_lock($1)").bind(CHANGES_LOCK)).await?;
        }
        Ok(tx)
    }

    /// A transaction that reads: its statements see one state.
    pub(crate) async fn snapshot(&self) -> Result<Tx, StoreError> {
        Ok(match &self.engine {
            Engine::Lite { read, .. } => Tx::lite(read.begin().await?),
            Engine::Pg(pool) => Tx::pg(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?),
        })
    }

    /// The same for a list, which may look at many rows: only some of these run at once.
    pub(crate) async fn report(&self) -> Result<Tx, StoreError> {
        let turn = self.turns.report().await?;
        Ok(self.snapshot().await?.with(turn))
    }

    /// The same for what looks at many rows of the ledger, behind which lists of administrators must not wait.
    pub(crate) async fn ledger_report(&self) -> Result<Tx, StoreError> {
        let turn = self.turns.ledger_report().await?;
        Ok(self.snapshot().await?.with(turn))
    }

    /// Reads outside a transaction.
    pub(crate) async fn fetch_all(&self, sql: Sql<'_>) -> Result<Vec<Row>, StoreError> {
        match &self.engine {
            Engine::Lite { read, .. } => sql.fetch_all_lite(read).await,
            Engine::Pg(pool) => sql.fetch_all_pg(pool).await,
        }
    }

    /// The same where one row is expected at most.
    pub(crate) async fn fetch_optional(&self, sql: Sql<'_>) -> Result<Option<Row>, StoreError> {
        Ok(self.fetch_all(sql).await?.into_iter().next())
    }
}
