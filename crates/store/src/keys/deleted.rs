//! Keys that were deleted, or replaced by others, as they were in the end.

use serde_json::from_str;

use super::{KeyHash, KeyRow};
use crate::db::{Row, Sql};
use crate::record::Record as _;
use crate::{Db, Page, Scope, StoreError, Tenancy, Transaction};

/// A key that does not open any more, or only for as long as its replacement gave it.
#[derive(Debug, Clone, PartialEq)]
pub struct DeletedKey {
    /// What it was.
    pub row: KeyRow,
    /// Since when it is not, microseconds UTC.
    pub deleted_at: i64,
    /// Who ended it.
    pub deleted_by: String,
}

/// Conditions on deleted keys; an absent one keeps all.
#[derive(Debug, Clone, Default)]
pub struct DeletedKeyFilter {
    /// Keys with this hash: a key can be made again and deleted again.
    pub key_hash: Option<KeyHash>,
    /// Keys with exactly this alias.
    pub key_alias: Option<String>,
    /// Keys whose alias has this in it, in upper or lower case.
    pub alias_part: Option<String>,
    /// Keys with this hash, or whose alias has this in it.
    pub search: Option<String>,
    /// Keys of this user.
    pub user_id: Option<String>,
    /// Keys of users whose id has this in it.
    pub user_part: Option<String>,
    /// Keys of this team.
    pub team_id: Option<String>,
    /// Keys of this organization, by themselves or by their team.
    pub organization_id: Option<String>,
}

/// The last key of that hash that was deleted, if the scope may see it.
pub async fn find_deleted(db: &Db, scope: &Scope, hash: &KeyHash) -> Result<Option<DeletedKey>, StoreError> {
    let filter = DeletedKeyFilter { key_hash: Some(hash.clone()), ..DeletedKeyFilter::default() };
    let mut select = select("SELECT *", scope, &filter);
    select.push(" ORDER BY seq DESC LIMIT 1");
    db.fetch_optional(select).await?.as_ref().map(read).transpose()
}

/// Whether there was a key of that hash, whosever it was.
pub async fn was_there(transaction: &mut Transaction, hash: &KeyHash) -> Result<bool, StoreError> {
    let mut one = Sql::new("SELECT seq FROM archive WHERE object_table = ");
    one.push_bind(KeyRow::TABLE).push(" AND object_id = ").push_bind(hash).push(" LIMIT 1");
    Ok(transaction.fetch_optional(one).await?.is_some())
}

/// A page of deleted keys, those that were deleted last first, and how many there are in all.
pub async fn list_deleted(
    db: &Db,
    scope: &Scope,
    filter: &DeletedKeyFilter,
    page: Page,
) -> Result<(Vec<DeletedKey>, u64), StoreError> {
    let mut tx = db.report().await?;
    let total = tx.fetch_number(select("SELECT COUNT(*)", scope, filter)).await?;
    let mut rows = select("SELECT *", scope, filter);
    rows.push(" ORDER BY seq DESC LIMIT ").push_bind(page.limit()).push(" OFFSET ").push_bind(page.offset());
    let rows = tx.fetch_all(rows).await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, total.unsigned_abs()))
}

fn select<'a>(what: &'static str, scope: &'a Scope, filter: &'a DeletedKeyFilter) -> Sql<'a> {
    let mut sql = Sql::new(what);
    sql.push(" FROM archive WHERE object_table = ").push_bind(KeyRow::TABLE);
    if let Scope::Tenant(tenancy) = scope {
        sql.push(" AND (");
        push_owned(&mut sql, tenancy);
        sql.push(")");
    }
    sql.push_equal("object_id", filter.key_hash.as_ref());
    sql.push_equal("name", filter.key_alias.as_ref());
    sql.push_contains("name", filter.alias_part.as_deref());
    if let Some(search) = &filter.search {
        sql.push(" AND (object_id = ").push_bind(search).push(" OR ").push_like("name", search).push(")");
    }
    sql.push_equal("user_id", filter.user_id.as_ref());
    sql.push_contains("user_id", filter.user_part.as_deref());
    sql.push_equal("team_id", filter.team_id.as_ref());
    if let Some(organization) = &filter.organization_id {
        sql.push(" AND (organization_id = ").push_bind(organization);
        sql.push(" OR team_id IN (SELECT team_id FROM teams WHERE organization_id = ");
        sql.push_bind(organization).push("))");
    }
    sql
}

/// What was somebody's, and is for him to see: not what somebody had who had the same id before him, and was deleted with it.
fn push_owned<'a>(sql: &mut Sql<'a>, tenancy: &'a Tenancy) {
    sql.push("user_id = ").push_bind(tenancy.user.as_deref());
    sql.push(
        " AND deleted_at >= (SELECT COALESCE(MAX(created_at), 0) FROM users WHERE users.user_id = archive.user_id)",
    );
    sql.push(" OR team_id IN ").push_list(&tenancy.teams_led);
    sql.push(
        " AND deleted_at >= (SELECT COALESCE(MAX(created_at), 0) FROM teams WHERE teams.team_id = archive.team_id)",
    );
    sql.push(" OR organization_id IN ").push_list(&tenancy.organizations_led);
    sql.push(
        " AND deleted_at >= (SELECT COALESCE(MAX(created_at), 0) FROM organizations
              WHERE organizations.organization_id = archive.organization_id)",
    );
    sql.push(" OR EXISTS (SELECT 1 FROM teams WHERE teams.team_id = archive.team_id AND created_at <= deleted_at");
    sql.push(" AND teams.organization_id IN ").push_list(&tenancy.organizations_led).push(")");
}

fn read(row: &Row) -> Result<DeletedKey, StoreError> {
    let content = row.get::<String>("content")?;
    Ok(DeletedKey {
        row: from_str(&content).map_err(|_| StoreError::Unreadable { column: "archive.content" })?,
        deleted_at: row.get("deleted_at")?,
        deleted_by: row.get("deleted_by")?,
    })
}
