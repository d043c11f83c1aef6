//! The audit trail: every change that an administrator makes leaves one row, in the transaction of the change.

use serde::Serialize;
use serde_json::Value;

use crate::db::{Row, Sql, Tx};
use crate::{Db, OwnConnection, Page, Scope, StoreError, Touched, text};

/// Who changes something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The acting principal: a user id, a key hash or the name of the master key. Never a key.
    pub id: String,
    /// On whose behalf, when the caller says so (`litellm-changed-by`).
    pub changed_by: Option<String>,
    /// The moment of the change, microseconds UTC.
    pub at: i64,
}

/// One row of the trail.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow {
    /// Its place in the trail, from 1, without gaps.
    pub seq: i64,
    /// When, microseconds UTC.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// On whose behalf.
    pub changed_by: Option<String>,
    /// What was done: `created`, `updated`, `blocked`, `unblocked`, `deleted`.
    pub action: String,
    /// The table of the object.
    pub object_table: String,
    /// Its id in that table.
    pub object_id: String,
    /// The object before, secrets masked; none when it was created.
    pub before: Option<Value>,
    /// The object after, secrets masked; none when it was deleted.
    pub after: Option<Value>,
}

/// What [`list`] keeps; an absent field keeps all.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Rows on objects of this table.
    pub object_table: Option<String>,
    /// Rows on the object with this id.
    pub object_id: Option<String>,
}

/// A change to be noted.
pub(crate) struct Change<'a, T> {
    pub(crate) action: &'static str,
    pub(crate) object_table: &'static str,
    pub(crate) object_id: &'a str,
    pub(crate) before: Option<&'a T>,
    pub(crate) after: Option<&'a T>,
}

/// Writes the row and returns its place. `tx` was begun for a change, so nobody else takes the same number.
pub(crate) async fn record<T: Serialize + Sync>(
    tx: &mut Tx,
    actor: &Actor,
    change: Change<'_, T>,
) -> Result<i64, StoreError> {
    text::check("actor", &actor.id)?;
    text::check_opt("changed_by", actor.changed_by.as_deref())?;
    let before = change.before.map(snapshot).transpose()?;
    let after = change.after.map(snapshot).transpose()?;
    let insert = Sql::new(
        "INSERT INTO audit (seq, at, actor, changed_by, action, object_table, object_id, before_value, after_value)
         SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8 FROM audit
         RETURNING seq",
    )
    .bind(actor.at)
    .bind(&actor.id)
    .bind(&actor.changed_by)
    .bind(change.action)
    .bind(change.object_table)
    .bind(change.object_id)
    .bind(before)
    .bind(after);
    tx.fetch_number(insert).await
}

/// A page of the trail, newest first, and how many rows there are. A key sees what was done to itself.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: &AuditFilter,
    page: Page,
) -> Result<(Vec<AuditRow>, u64), StoreError> {
    let mut tx = db.snapshot().await?;
    let mut count = Sql::new("SELECT COUNT(*) FROM audit");
    push_where(&mut count, scope, filter);
    let total = tx.fetch_number(count).await?;

    let mut select = Sql::new("SELECT * FROM audit");
    push_where(&mut select, scope, filter);
    select.push(" ORDER BY seq DESC LIMIT ").push_bind(page.limit()).push(" OFFSET ").push_bind(page.offset());
    let rows = tx.fetch_all(select).await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, total.unsigned_abs()))
}

/// The last place in the trail; 0 when it is empty. The gateway itself asks.
pub async fn last_seq(connection: &mut OwnConnection) -> Result<i64, StoreError> {
    connection.fetch_number(Sql::new("SELECT COALESCE(MAX(seq), 0) FROM audit")).await
}

/// What was touched at that place in the trail and behind it, in its order, `most` rows at most. The gateway itself asks:
/// its instances forget what others have changed.
pub async fn touched_from(connection: &mut OwnConnection, seq: i64, most: u32) -> Result<Vec<Touched>, StoreError> {
    let rows = Sql::new("SELECT seq, object_table, object_id FROM audit WHERE seq >= $1 ORDER BY seq LIMIT $2");
    let rows = connection.fetch_all(rows.bind(seq).bind(most)).await?;
    let read =
        |row: &Row| Ok(Touched { seq: row.get("seq")?, table: row.get("object_table")?, id: row.get("object_id")? });
    rows.iter().map(read).collect()
}

fn push_where<'a>(query: &mut Sql<'a>, scope: &'a Scope, filter: &'a AuditFilter) {
    query.push(" WHERE 1 = 1");
    if let Scope::Tenant(tenancy) = scope {
        query.push(" AND object_table = 'keys' AND object_id = ").push_bind(tenancy.key.as_ref());
    }
    if let Some(table) = &filter.object_table {
        query.push(" AND object_table = ").push_bind(table);
    }
    if let Some(id) = &filter.object_id {
        query.push(" AND object_id = ").push_bind(id);
    }
}

fn read(row: &Row) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        seq: row.get("seq")?,
        at: row.get("at")?,
        actor: row.get("actor")?,
        changed_by: row.get("changed_by")?,
        action: row.get("action")?,
        object_table: row.get("object_table")?,
        object_id: row.get("object_id")?,
        before: parse("before_value", row.get("before_value")?)?,
        after: parse("after_value", row.get("after_value")?)?,
    })
}

fn parse(column: &'static str, stored: Option<String>) -> Result<Option<Value>, StoreError> {
    stored.map(|json| serde_json::from_str(&json).map_err(|_| StoreError::Unreadable { column })).transpose()
}

fn snapshot<T: Serialize>(object: &T) -> Result<String, StoreError> {
    let mut value = serde_json::to_value(object).map_err(|error| StoreError::Refused { source: error.into() })?;
    mask(&mut value, false);
    Ok(value.to_string())
}

const SECRET_NAMES: [&str; 8] =
    ["sealed", "secret", "password", "token", "credential", "authorization", "api_key", "private_key"];

/// Replaces the text of every field whose name, or whose parent's name, sounds like a secret (logging credentials in a
/// key's metadata, for example). Numbers stay: `max_tokens` is not a secret.
fn mask(value: &mut Value, secret: bool) {
    match value {
        Value::String(text) if secret => "…".clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, secret)),
        Value::Object(fields) => {
            for (name, item) in fields {
                let name = name.to_lowercase();
                mask(item, secret || SECRET_NAMES.iter().any(|word| name.contains(word)));
            }
        }
        _ => {}
    }
}
