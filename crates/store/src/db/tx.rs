//! A transaction of either engine. Dropped without a commit, it is rolled back.

use sqlx::postgres::Postgres;
use sqlx::{Sqlite, Transaction};

use super::{Row, Sql, row};
use crate::StoreError;

#[derive(Debug)]
pub(crate) enum Tx {
    Lite(Transaction<'static, Sqlite>),
    Pg(Transaction<'static, Postgres>),
}

impl Tx {
    /// Whether others write rows at the same time, so that the order in which rows are taken matters.
    pub(crate) fn has_row_locks(&self) -> bool {
        matches!(self, Self::Pg(_))
    }

    /// How many rows it changed.
    pub(crate) async fn execute(&mut self, sql: Sql<'_>) -> Result<u64, StoreError> {
        match self {
            Self::Lite(tx) => sql.execute_lite(&mut **tx).await,
            Self::Pg(tx) => sql.execute_pg(&mut **tx).await,
        }
    }

    pub(crate) async fn fetch_all(&mut self, sql: Sql<'_>) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Lite(tx) => sql.fetch_all_lite(&mut **tx).await,
            Self::Pg(tx) => sql.fetch_all_pg(&mut **tx).await,
        }
    }

    /// Where one row is expected at most.
    pub(crate) async fn fetch_optional(&mut self, sql: Sql<'_>) -> Result<Option<Row>, StoreError> {
        Ok(self.fetch_all(sql).await?.into_iter().next())
    }

    /// Where one row with one number is certain.
    pub(crate) async fn fetch_number(&mut self, sql: Sql<'_>) -> Result<i64, StoreError> {
        row::number(&self.fetch_all(sql).await?)
    }

    /// Several statements without values, as a migration has them.
    pub(crate) async fn execute_script(&mut self, script: &'static str) -> Result<(), StoreError> {
        match self {
            Self::Lite(tx) => sqlx::raw_sql(script).execute(&mut **tx).await.map(drop)?,
            Self::Pg(tx) => sqlx::raw_sql(script).execute(&mut **tx).await.map(drop)?,
        }
        Ok(())
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Lite(tx) => tx.commit().await?,
            Self::Pg(tx) => tx.commit().await?,
        }
        Ok(())
    }

    pub(crate) async fn rollback(self) -> Result<(), StoreError> {
        match self {
            Self::Lite(tx) => tx.rollback().await?,
            Self::Pg(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}
