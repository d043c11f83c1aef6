//! What the nouns share: a row is found, listed, made, changed and deleted in the same way, whatever it is.
//!
//! A noun says in its own file what its columns are and who sees it; the statements are put together here.

use std::fmt::Debug;

use money::Account;
use serde::Serialize;

use crate::db::{Row, Sql, Value};
use crate::{Db, Direction, Page, Scope, StoreError, Tenancy, text};

/// A noun that is one row of a table. Only this crate has such nouns.
pub trait Record: Stored + Clone + Debug + PartialEq + Serialize + Send + Sync + Sized {
    /// What errors call it.
    const NOUN: &'static str;
    /// Its table, which is also its name in the audit trail.
    const TABLE: &'static str;

    /// What names it among its kind, part by part; most have one part.
    fn id(&self) -> Vec<&str>;
}

/// The side of a [`Record`] that knows SQL: nobody outside can name it.
pub trait Stored {
    /// The columns of [`Record::id`].
    const KEY: &'static [&'static str];
    /// The other columns, in the order of [`Stored::values`].
    const COLUMNS: &'static [&'static str];
    /// Those of them that only the ledger moves: an update leaves them alone.
    const MOVED: &'static [&'static str] = &[];

    fn read(row: &Row) -> Result<Self, StoreError>
    where
        Self: Sized;

    fn values(&self) -> Result<Vec<Value<'_>>, StoreError>;

    /// What of it is looked for once it is in the archive.
    fn archived(&self) -> Archived<'_> {
        Archived::default()
    }

    /// Under what its budgets are counted, if it can have some.
    fn account(&self) -> Option<Account> {
        None
    }

    /// A condition that is true for the rows that a tenant may see.
    fn push_scope<'a>(sql: &mut Sql<'a>, tenancy: &'a Tenancy);
}

/// The columns of the archive by which deleted rows are found.
#[derive(Debug, Clone, Copy, Default)]
pub struct Archived<'a> {
    /// What people called it.
    pub name: Option<&'a str>,
    /// Whose it was.
    pub user_id: Option<&'a str>,
    /// Its team.
    pub team_id: Option<&'a str>,
    /// Its organization, where its team does not say so.
    pub organization_id: Option<&'a str>,
}

/// Which rows a list has; a list names its filter, and the filter its rows.
pub trait Filter: Pushed + Sync {
    /// What is listed.
    type Record: Record;
    /// By what it can be sorted.
    type Sort: Sort;
}

/// The side of a [`Filter`] that knows SQL: nobody outside can name it.
pub trait Pushed {
    /// Adds ` AND …` for each condition.
    fn push<'a>(&'a self, sql: &mut Sql<'a>);
}

/// A column to sort by.
pub trait Sort: Copy + Default + Send + Sync {
    /// Its name.
    fn column(self) -> &'static str;
}

/// An order of a list; ties go by id, so that pages do not overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Order<S> {
    /// By what.
    pub by: S,
    /// From which end.
    pub direction: Direction,
}

/// The row of that id, if the scope may see it.
pub async fn find<R: Record>(db: &Db, scope: &Scope, id: &[&str]) -> Result<Option<R>, StoreError> {
    let row = db.fetch_optional(select_one::<R>(scope, id)).await?;
    row.as_ref().map(R::read).transpose()
}

/// The same where a row that is missing is an error.
pub async fn require<R: Record>(db: &Db, scope: &Scope, id: &[&str]) -> Result<R, StoreError> {
    find(db, scope, id).await?.ok_or(StoreError::NotFound { what: R::NOUN })
}

/// A page of rows, and how many there are in all.
pub async fn list<F: Filter>(
    db: &Db,
    scope: &Scope,
    filter: &F,
    order: Order<F::Sort>,
    page: Page,
) -> Result<(Vec<F::Record>, u64), StoreError> {
    let mut tx = db.report().await?;
    let total = tx.fetch_number(select("SELECT COUNT(*) FROM ", scope, filter)).await?;
    let mut rows = select("SELECT * FROM ", scope, filter);
    push_order::<F>(&mut rows, order);
    rows.push(" LIMIT ").push_bind(page.limit()).push(" OFFSET ").push_bind(page.offset());
    let rows = tx.fetch_all(rows).await?;
    Ok((rows.iter().map(F::Record::read).collect::<Result<_, _>>()?, total.unsigned_abs()))
}

/// All rows, in the order of their ids. For lists that an administrator keeps short.
pub async fn all<F: Filter>(db: &Db, scope: &Scope, filter: &F) -> Result<Vec<F::Record>, StoreError> {
    let rows = db.fetch_all(select_all(scope, filter)).await?;
    rows.iter().map(F::Record::read).collect()
}

/// How many rows there are.
pub async fn count<F: Filter>(db: &Db, scope: &Scope, filter: &F) -> Result<u64, StoreError> {
    let total = db.report().await?.fetch_number(select("SELECT COUNT(*) FROM ", scope, filter)).await?;
    Ok(total.unsigned_abs())
}

pub(crate) fn select_all<'a, F: Filter>(scope: &'a Scope, filter: &'a F) -> Sql<'a> {
    let mut rows = select("SELECT * FROM ", scope, filter);
    rows.push(" ORDER BY ");
    push_key::<F::Record>(&mut rows);
    rows
}

pub(crate) fn select_one<'a, R: Record>(scope: &'a Scope, id: &[&'a str]) -> Sql<'a> {
    let mut sql = Sql::new("SELECT * FROM ");
    sql.push(R::TABLE).push(" WHERE 1 = 1");
    push_id::<R>(&mut sql, id);
    push_visible::<R>(&mut sql, scope);
    sql
}

pub(crate) fn insert<R: Record>(row: &R) -> Result<Sql<'_>, StoreError> {
    let mut sql = Sql::new("INSERT INTO ");
    sql.push(R::TABLE).push(" (");
    let mut between = "";
    for column in R::KEY.iter().chain(R::COLUMNS) {
        sql.push(between).push(column);
        between = ", ";
    }
    sql.push(") VALUES (");
    let mut between = "";
    for (column, value) in R::KEY.iter().zip(row.id().into_iter().map(Value::from)).chain(columns(row)?) {
        sql.push(between).push_bind(storable(column, value)?);
        between = ", ";
    }
    sql.push(")");
    Ok(sql)
}

/// Writes every column but the id and those that the ledger moves.
pub(crate) fn update<R: Record>(row: &R) -> Result<Sql<'_>, StoreError> {
    let mut sql = Sql::new("UPDATE ");
    sql.push(R::TABLE).push(" SET ");
    let mut between = "";
    for (column, value) in columns(row)?.filter(|(column, _)| !R::MOVED.contains(column)) {
        sql.push(between).push(column).push(" = ").push_bind(storable(column, value)?);
        between = ", ";
    }
    sql.push(" WHERE 1 = 1");
    push_id::<R>(&mut sql, &row.id());
    Ok(sql)
}

pub(crate) fn delete<R: Record>(row: &R) -> Sql<'_> {
    let mut sql = Sql::new("DELETE FROM ");
    sql.push(R::TABLE).push(" WHERE 1 = 1");
    push_id::<R>(&mut sql, &row.id());
    sql
}

fn columns<R: Record>(row: &R) -> Result<impl Iterator<Item = (&'static &'static str, Value<'_>)>, StoreError> {
    Ok(R::COLUMNS.iter().zip(row.values()?))
}

fn storable<'a>(column: &'static str, value: Value<'a>) -> Result<Value<'a>, StoreError> {
    match &value {
        Value::Text(Some(stored)) => text::check(column, stored)?,
        Value::Json(stored) => text::check_json(column, stored)?,
        Value::Text(None) | Value::Bool(_) | Value::Int(_) | Value::Bytes(_) => {}
    }
    Ok(value)
}

fn select<'a, F: Filter>(what: &'static str, scope: &'a Scope, filter: &'a F) -> Sql<'a> {
    let mut sql = Sql::new(what);
    sql.push(F::Record::TABLE).push(" WHERE 1 = 1");
    push_visible::<F::Record>(&mut sql, scope);
    filter.push(&mut sql);
    sql
}

fn push_visible<'a, R: Record>(sql: &mut Sql<'a>, scope: &'a Scope) {
    if let Scope::Tenant(tenancy) = scope {
        sql.push(" AND (");
        R::push_scope(sql, tenancy);
        sql.push(")");
    }
}

fn push_id<'a, R: Record>(sql: &mut Sql<'a>, id: &[&'a str]) {
    for (at, column) in R::KEY.iter().enumerate() {
        // a part that is missing finds nothing
        sql.push(" AND ").push(column).push(" = ").push_bind(id.get(at).copied());
    }
}

fn push_order<F: Filter>(sql: &mut Sql<'_>, order: Order<F::Sort>) {
    sql.push(" ORDER BY ").push(order.by.column()).push(" ").push(order.direction.sql()).push(", ");
    push_key::<F::Record>(sql);
}

fn push_key<R: Record>(sql: &mut Sql<'_>) {
    let mut between = "";
    for column in R::KEY {
        sql.push(between).push(column);
        between = ", ";
    }
}
