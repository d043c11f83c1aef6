//! A row of either engine.

use sqlx::postgres::{PgRow, Postgres};
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row as _, Sqlite, Type};

use crate::StoreError;

/// A row that was read.
pub enum Row {
    Lite(SqliteRow),
    Pg(PgRow),
}

/// What a column may hold, by either engine.
pub(crate) trait Column:
    for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>
{
}

impl<T> Column for T where T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres> {}

impl Row {
    /// The value of the column of that name.
    pub(crate) fn get<T: Column>(&self, column: &str) -> Result<T, StoreError> {
        Ok(match self {
            Self::Lite(row) => row.try_get(column)?,
            Self::Pg(row) => row.try_get(column)?,
        })
    }

    /// What JSON says in the column of that name; `named` is what an error calls it.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, named: &'static str) -> Result<T, StoreError> {
        let column = named.rsplit('.').next().unwrap_or(named);
        serde_json::from_str(&self.get::<String>(column)?).map_err(|_| StoreError::Unreadable { column: named })
    }
}

/// The one number of the one row.
pub(super) fn number(rows: &[Row]) -> Result<i64, StoreError> {
    match rows.first() {
        Some(Row::Lite(row)) => Ok(row.try_get(0)?),
        Some(Row::Pg(row)) => Ok(row.try_get(0)?),
        None => Err(sqlx::Error::RowNotFound.into()),
    }
}
