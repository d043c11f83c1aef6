//! A connection that one task keeps to itself: it never waits for a turn in the pool, and never sees a connection begin
//! while the others are busy.

use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{ConnectOptions, PgPool};
use tokio::time::timeout;

use super::{Db, Engine, Row, Sql, row};
use crate::StoreError;

/// How long a query may take. A server that says nothing for so long is asked again over a new connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// Reads as [`Db`] does, on any runtime: nothing of it outlives it.
#[derive(Debug)]
pub struct OwnConnection {
    db: Db,
    /// To PostgreSQL, once it is needed. SQLite has no connection that could be lost.
    standing: Option<PgConnection>,
}

impl OwnConnection {
    /// Connects with the first query.
    pub fn new(db: Db) -> Self {
        Self { db, standing: None }
    }

    /// A query that fails is a connection that is given up.
    pub(crate) async fn fetch_all(&mut self, sql: Sql<'_>) -> Result<Vec<Row>, StoreError> {
        let Engine::Pg(pool) = &self.db.engine else { return self.db.fetch_all(sql).await };
        let standing = self.standing.take();
        let (connection, rows) = timeout(PATIENCE, ask(pool, standing, sql))
            .await
            .map_err(|late| StoreError::Unavailable { source: late.into() })??;
        self.standing = Some(connection);
        Ok(rows)
    }

    /// The same where one row with one number is certain.
    pub(crate) async fn fetch_number(&mut self, sql: Sql<'_>) -> Result<i64, StoreError> {
        row::number(&self.fetch_all(sql).await?)
    }
}

/// The password of the pool may have changed since its last connection, so it is asked for its options.
async fn ask(
    pool: &PgPool,
    standing: Option<PgConnection>,
    sql: Sql<'_>,
) -> Result<(PgConnection, Vec<Row>), StoreError> {
    let mut connection = match standing {
        Some(connection) => connection,
        None => pool.connect_options().connect().await?,
    };
    let rows = sql.fetch_all_pg(&mut connection).await?;
    Ok((connection, rows))
}
