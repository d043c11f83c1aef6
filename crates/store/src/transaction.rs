//! A change by an administrator: everything that belongs to it, with its rows in the audit trail, in one transaction.

use serde_json::Value;

use crate::db::{Row, Sql, Tx};
use crate::record::{self, Archived, Filter, Record, Stored as _};
use crate::{Actor, Db, Scope, StoreError, audit, balances};

/// What happened to a row, as the audit trail says it.
pub const CREATED: &str = "created";
/// See [`CREATED`].
pub const UPDATED: &str = "updated";
/// See [`CREATED`].
pub const DELETED: &str = "deleted";
/// See [`CREATED`].
pub const BLOCKED: &str = "blocked";
/// See [`CREATED`].
pub const UNBLOCKED: &str = "unblocked";

/// What the trail calls calls under way, whose id is the table and id of who pays for them, and when they were ended:
/// `keys/…@1767268800000000`.
pub const CALLS: &str = "calls";

/// What the trail calls corrections of what was spent, whose id is the model.
pub const ADJUSTMENTS: &str = "adjustments";

/// A row that a change touched: what instances have to forget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Its place in the audit trail.
    pub seq: i64,
    /// Its table.
    pub table: String,
    /// Its id, as the trail has it.
    pub id: String,
}

/// A transaction with an actor. Changes run one after the other on all instances, so that what one has found is still so
/// when it writes. Dropped without a commit, nothing has happened.
#[derive(Debug)]
pub struct Transaction {
    tx: Tx,
    actor: Actor,
    touched: Vec<Touched>,
}

impl Transaction {
    /// Begins, as soon as no other change is under way.
    pub async fn begin(db: &Db, actor: Actor) -> Result<Self, StoreError> {
        Ok(Self { tx: db.begin_change().await?, actor, touched: Vec::new() })
    }

    /// Who changes something, and when.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The row of that id, if the scope may see it.
    pub async fn find<R: Record>(&mut self, scope: &Scope, id: &[&str]) -> Result<Option<R>, StoreError> {
        let row = self.tx.fetch_optional(record::select_one::<R>(scope, id)).await?;
        row.as_ref().map(R::read).transpose()
    }

    /// The same where a row that is missing ends the change.
    pub async fn require<R: Record>(&mut self, scope: &Scope, id: &[&str]) -> Result<R, StoreError> {
        self.find(scope, id).await?.ok_or(StoreError::NotFound { what: R::NOUN })
    }

    /// All rows, in the order of their ids. For lists that an administrator keeps short.
    pub async fn all<F: Filter>(&mut self, scope: &Scope, filter: &F) -> Result<Vec<F::Record>, StoreError> {
        let rows = self.tx.fetch_all(record::select_all(scope, filter)).await?;
        rows.iter().map(F::Record::read).collect()
    }

    /// Stores a new row. A key that exists is a [`StoreError::Conflict`].
    pub async fn insert<R: Record>(&mut self, row: &R) -> Result<(), StoreError> {
        self.tx.execute(record::insert(row)?).await?;
        self.note(CREATED, None, Some(row)).await.map(drop)
    }

    /// Replaces a row that was found. `action` says what that meant.
    pub async fn update<R: Record>(&mut self, action: &'static str, before: &R, after: &R) -> Result<(), StoreError> {
        self.tx.execute(record::update(after)?).await?;
        self.note(action, Some(before), Some(after)).await.map(drop)
    }

    /// Deletes a row that was found. What it was stays in the archive.
    pub async fn delete<R: Record>(&mut self, row: &R) -> Result<(), StoreError> {
        self.tx.execute(record::delete(row)).await?;
        if let Some(account) = row.account() {
            balances::forget(self, &account).await?;
        }
        let seq = self.note(DELETED, Some(row), None).await?;
        self.archive(seq, row).await
    }

    /// Keeps what a row was; `seq` is the audit row of its end.
    pub(crate) async fn archive<R: Record>(&mut self, seq: i64, row: &R) -> Result<(), StoreError> {
        let id = audit_id(row);
        let Archived { name, user_id, team_id, organization_id } = row.archived();
        let kept = serde_json::to_string(row).map_err(|error| StoreError::Refused { source: error.into() })?;
        let archive = Sql::new(
            "INSERT INTO archive (seq, object_table, object_id, deleted_at, deleted_by, name, user_id, team_id,
                 organization_id, content)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        );
        let archive = archive.bind(seq).bind(R::TABLE).bind(id).bind(self.actor.at).bind(&self.actor.id);
        let archive = archive.bind(name).bind(user_id).bind(team_id).bind(organization_id).bind(kept);
        self.tx.execute(archive).await.map(drop)
    }

    /// Makes it so, and says what was touched.
    pub async fn commit(self) -> Result<Vec<Touched>, StoreError> {
        self.tx.commit().await?;
        Ok(self.touched)
    }

    /// Notes that the row's change touched something else, which instances have to forget.
    pub(crate) async fn touch<R: Record>(&mut self, table: &'static str, row: &R) -> Result<(), StoreError> {
        let id = audit_id(row);
        let change =
            audit::Change::<R> { action: UPDATED, object_table: table, object_id: &id, before: None, after: None };
        let seq = audit::record(&mut self.tx, &self.actor, change).await?;
        self.touched.push(Touched { seq, table: table.to_owned(), id });
        Ok(())
    }

    /// Ends the calls under way that the holder of this row, a team or a customer, pays for: the trail tells all instances. Those
    /// of a key have a function of their own ([`crate::keys::end_calls`]).
    pub async fn end_calls<R: Record>(&mut self, row: &R) -> Result<(), StoreError> {
        self.end_calls_of::<R>(&audit_id(row)).await
    }

    pub(crate) async fn end_calls_of<R: Record>(&mut self, id: &str) -> Result<(), StoreError> {
        // the moment tells one ending from another, as instances hear of each more than once
        let id = format!("{}/{id}@{}", R::TABLE, self.actor.at);
        let change =
            audit::Change::<R> { action: DELETED, object_table: CALLS, object_id: &id, before: None, after: None };
        let seq = audit::record(&mut self.tx, &self.actor, change).await?;
        self.touched.push(Touched { seq, table: CALLS.to_owned(), id });
        Ok(())
    }

    /// For a query that is also made outside a change.
    pub(crate) fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }

    /// The first row of a query that no noun has in common with others.
    pub(crate) async fn fetch_optional(&mut self, sql: Sql<'_>) -> Result<Option<Row>, StoreError> {
        self.tx.fetch_optional(sql).await
    }

    /// A statement that no noun has in common with others.
    pub(crate) async fn execute(&mut self, sql: Sql<'_>) -> Result<u64, StoreError> {
        self.tx.execute(sql).await
    }

    /// The same that finds one number.
    pub(crate) async fn fetch_number(&mut self, sql: Sql<'_>) -> Result<i64, StoreError> {
        self.tx.fetch_number(sql).await
    }

    /// Notes in the trail what happened to many rows of a table at once.
    pub(crate) async fn note_many<T: serde::Serialize + Sync>(
        &mut self,
        (table, id): (&'static str, &str),
        after: &T,
    ) -> Result<(), StoreError> {
        let change =
            audit::Change { action: UPDATED, object_table: table, object_id: id, before: None, after: Some(after) };
        let seq = audit::record(&mut self.tx, &self.actor, change).await?;
        self.touched.push(Touched { seq, table: table.to_owned(), id: id.to_owned() });
        Ok(())
    }

    /// Notes in the trail what happened to a row, and returns its place there.
    pub(crate) async fn note<R: Record>(
        &mut self,
        action: &'static str,
        before: Option<&R>,
        after: Option<&R>,
    ) -> Result<i64, StoreError> {
        let id = before.or(after).map(audit_id).unwrap_or_default();
        let change = audit::Change { action, object_table: R::TABLE, object_id: &id, before, after };
        let seq = audit::record(&mut self.tx, &self.actor, change).await?;
        self.touched.push(Touched { seq, table: R::TABLE.to_owned(), id });
        Ok(seq)
    }
}

/// Its id in one text: a list of its parts where it has several, which no name can look like by accident.
fn audit_id<R: Record>(row: &R) -> String {
    match row.id().as_slice() {
        [one] => (*one).to_owned(),
        parts => Value::from(parts.iter().map(|part| Value::from(*part)).collect::<Vec<_>>()).to_string(),
    }
}
