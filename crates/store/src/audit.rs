//! The audit trail: every change that an administrator makes leaves one row, in the transaction of the change.

use serde::Serialize;
use serde_json::Value;

use crate::db::{Row, Sql, Tx};
use crate::{Db, Direction, KeyHash, OwnConnection, Page, Scope, StoreError, Touched, text};

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
    /// What was done: `created`, `updated`, `blocked`, `unblocked`, `rotated`, `deleted`.
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

/// What [`list`] keeps, and in what order; an absent field keeps all.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Rows on objects of this table.
    pub object_table: Option<String>,
    /// Rows on the object with this id.
    pub object_id: Option<String>,
    /// What was done.
    pub action: Option<String>,
    /// By whom, or on whose behalf where that was said.
    pub changed_by: Option<String>,
    /// By whom himself.
    pub actor: Option<String>,
    /// From this moment, microseconds UTC.
    pub start: Option<i64>,
    /// Before this moment.
    pub end: Option<i64>,
    /// Rows on objects that were this team's before or after.
    pub team_id: Option<String>,
    /// Rows on keys that had this hash before or after.
    pub key_hash: Option<KeyHash>,
    /// Rows whose place, object or author this is.
    pub search: Option<String>,
    /// By what they are sorted.
    pub sort: AuditSort,
    /// From which end.
    pub direction: Direction,
}

/// By what the trail is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuditSort {
    /// The place in the trail.
    #[default]
    Seq,
    /// What was done.
    Action,
    /// The table of the object.
    ObjectTable,
    /// The id of the object.
    ObjectId,
    /// By whom, or on whose behalf.
    ChangedBy,
}

impl AuditSort {
    fn column(self) -> &'static str {
        match self {
            Self::Seq => "seq",
            Self::Action => "action",
            Self::ObjectTable => "object_table",
            Self::ObjectId => "object_id",
            Self::ChangedBy => "COALESCE(changed_by, actor)",
        }
    }
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
    let team_before = before.as_ref().and_then(|row| own_text(row, "team_id"));
    let team_after = after.as_ref().and_then(|row| own_text(row, "team_id"));
    let hash_after = after.as_ref().and_then(|row| own_text(row, "hash"));
    let insert = Sql::new(
        "INSERT INTO audit (seq, at, actor, changed_by, action, object_table, object_id, before_value, after_value,
             team_before, team_after, hash_after)
         SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM audit
         RETURNING seq",
    )
    .bind(actor.at)
    .bind(&actor.id)
    .bind(&actor.changed_by)
    .bind(change.action)
    .bind(change.object_table)
    .bind(change.object_id)
    .bind(before.as_ref().map(Value::to_string))
    .bind(after.as_ref().map(Value::to_string))
    .bind(team_before)
    .bind(team_after)
    .bind(hash_after);
    tx.fetch_number(insert).await
}

/// What a row says of itself in a field of its own: columns by which the trail is searched, as no search in its JSON could
/// tell a field of the row from one that somebody wrote into the row.
fn own_text<'a>(row: &'a Value, field: &str) -> Option<&'a str> {
    row.get(field).and_then(Value::as_str)
}

/// The row at that place, if the scope may see it.
pub async fn require(db: &Db, scope: &Scope, seq: i64) -> Result<AuditRow, StoreError> {
    let mut select = Sql::new("SELECT * FROM audit");
    let filter = AuditFilter::default();
    push_where(&mut select, scope, &filter);
    select.push_equal("seq", Some(seq));
    let row = db.fetch_optional(select).await?;
    row.as_ref().map(read).transpose()?.ok_or(StoreError::NotFound { what: "audit log" })
}

/// A page of the trail, newest first unless asked otherwise, and how many rows there are. A key sees what was done to itself.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: &AuditFilter,
    page: Page,
) -> Result<(Vec<AuditRow>, u64), StoreError> {
    let mut tx = db.report().await?;
    let mut count = Sql::new("SELECT COUNT(*) FROM audit");
    push_where(&mut count, scope, filter);
    let total = tx.fetch_number(count).await?;

    let mut select = Sql::new("SELECT * FROM audit");
    push_where(&mut select, scope, filter);
    select.push(" ORDER BY ").push(filter.sort.column()).push(" ").push(filter.direction.sql());
    select.push(", seq ").push(filter.direction.sql());
    select.push(" LIMIT ").push_bind(page.limit()).push(" OFFSET ").push_bind(page.offset());
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
    query.push_equal("object_table", filter.object_table.as_ref());
    query.push_equal("object_id", filter.object_id.as_ref());
    query.push_equal("action", filter.action.as_ref());
    query.push_equal("COALESCE(changed_by, actor)", filter.changed_by.as_ref());
    query.push_equal("actor", filter.actor.as_ref());
    if let Some(start) = filter.start {
        query.push(" AND at >= ").push_bind(start);
    }
    if let Some(end) = filter.end {
        query.push(" AND at < ").push_bind(end);
    }
    if let Some(team) = &filter.team_id {
        query.push(" AND (team_before = ").push_bind(team).push(" OR team_after = ").push_bind(team).push(")");
    }
    if let Some(hash) = &filter.key_hash {
        // the id of an object is the one that it had before
        query.push(" AND object_table = 'keys' AND (object_id = ").push_bind(hash);
        query.push(" OR hash_after = ").push_bind(hash).push(")");
    }
    if let Some(search) = &filter.search {
        query.push(" AND (object_id = ").push_bind(search).push(" OR actor = ").push_bind(search);
        query.push(" OR changed_by = ").push_bind(search).push(" OR seq = ");
        query.push_bind(search.parse::<i64>().ok()).push(")");
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

fn snapshot<T: Serialize>(object: &T) -> Result<Value, StoreError> {
    let mut value = serde_json::to_value(object).map_err(|error| StoreError::Refused { source: error.into() })?;
    mask(&mut value, false);
    Ok(value)
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
