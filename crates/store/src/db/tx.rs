//! A transaction of either engine. Dropped without a commit, it is rolled back.

use sqlx::postgres::Postgres;
use sqlx::{Sqlite, Transaction};

use super::turns::Turn;
use super::{Row, Sql, row};
use crate::StoreError;

#[derive(Debug)]
pub(crate) struct Tx {
    begun: Begun,
    /// Given back when the transaction has ended.
    _turn: Option<Turn>,
}

#[derive(Debug)]
enum Begun {
    Lite(Transaction<'static, Sqlite>),
    Pg(Transaction<'static, Postgres>),
}

impl Tx {
    pub(super) fn lite(tx: Transaction<'static, Sqlite>) -> Self {
        Self { begun: Begun::Lite(tx), _turn: None }
    }

    pub(super) fn pg(tx: Transaction<'static, Postgres>) -> Self {
        Self { begun: Begun::Pg(tx), _turn: None }
    }

    /// The same, whose end ends this turn.
    pub(super) fn with(self, turn: Turn) -> Self {
        Self { _turn: Some(turn), ..self }
    }

    /// Whether others write rows at the same time, so that the order in which rows are taken matters.
    pub(crate) fn has_row_locks(&self) -> bool {
        matches!(self.begun, Begun::Pg(_))
    }

    /// How many rows it changed.
    pub(crate) async fn execute(&mut self, sql: Sql<'_>) -> Result<u64, StoreError> {
        match &mut self.begun {
            Begun::Lite(tx) => sql.execute_lite(&mut **tx).await,
            Begun::Pg(tx) => sql.execute_pg(&mut **tx).await,
        }
    }

    pub(crate) async fn fetch_all(&mut self, sql: Sql<'_>) -> Result<Vec<Row>, StoreError> {
        match &mut self.begun {
            Begun::Lite(tx) => sql.fetch_all_lite(&mut **tx).await,
            Begun::Pg(tx) => sql.fetch_all_pg(&mut **tx).await,
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
        match &mut self.begun {
            Begun::Lite(tx) => sqlx::raw_sql(script).execute(&mut **tx).await.map(drop)?,
            Begun::Pg(tx) => sqlx::raw_sql(script).execute(&mut **tx).await.map(drop)?,
        }
        Ok(())
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self.begun {
            Begun::Lite(tx) => tx.commit().await?,
            Begun::Pg(tx) => tx.commit().await?,
        }
        Ok(())
    }

    pub(crate) async fn rollback(self) -> Result<(), StoreError> {
        match self.begun {
            Begun::Lite(tx) => tx.rollback().await?,
            Begun::Pg(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}
