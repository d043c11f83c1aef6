//! Reading keys.

use super::{KeyHash, KeyRow};
use crate::db::Sql;
use crate::{Db, Direction, Page, Scope, StoreError};

/// What [`list`] keeps; an absent field keeps all.
#[derive(Debug, Clone, Default)]
pub struct KeyFilter {
    /// The key with exactly this alias.
    pub key_alias: Option<String>,
    /// The key with this hash.
    pub key_hash: Option<KeyHash>,
    /// Keys of this user.
    pub user_id: Option<String>,
}

/// By what [`list`] sorts; ties go by hash, so that pages do not overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeySort {
    /// When they were made.
    #[default]
    CreatedAt,
    /// When they were changed last.
    UpdatedAt,
    /// By alias.
    KeyAlias,
    /// By what they have spent.
    Spend,
    /// By what they may spend.
    MaxBudget,
    /// When they expire.
    ExpiresAt,
}

/// The order of a list of keys; the default is newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyOrder {
    /// By what.
    pub by: KeySort,
    /// From which end.
    pub direction: Direction,
}

impl KeySort {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::KeyAlias => "key_alias",
            Self::Spend => "spend",
            Self::MaxBudget => "max_budget",
            Self::ExpiresAt => "expires_at",
        }
    }
}

/// The key with this hash, if the scope may see it.
pub async fn find(db: &Db, scope: &Scope, hash: &KeyHash) -> Result<Option<KeyRow>, StoreError> {
    if !scope.admits(hash) {
        return Ok(None);
    }
    let row = db.fetch_optional(Sql::new("SELECT * FROM keys WHERE hash = $1").bind(hash)).await?;
    row.as_ref().map(KeyRow::read).transpose()
}

/// A page of keys, and how many there are in all.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: &KeyFilter,
    order: KeyOrder,
    page: Page,
) -> Result<(Vec<KeyRow>, u64), StoreError> {
    let mut tx = db.snapshot().await?;
    let mut count = Sql::new("SELECT COUNT(*) FROM keys");
    push_where(&mut count, scope, filter);
    let total = tx.fetch_number(count).await?;

    let mut select = Sql::new("SELECT * FROM keys");
    push_where(&mut select, scope, filter);
    select.push(" ORDER BY ").push(order.by.column()).push(" ").push(order.direction.sql());
    select.push(", hash LIMIT ").push_bind(page.limit()).push(" OFFSET ").push_bind(page.offset());
    let rows = tx.fetch_all(select).await?;
    Ok((rows.iter().map(KeyRow::read).collect::<Result<_, _>>()?, total.unsigned_abs()))
}

fn push_where<'a>(query: &mut Sql<'a>, scope: &'a Scope, filter: &'a KeyFilter) {
    query.push(" WHERE 1 = 1");
    for hash in [scope.key(), filter.key_hash.as_ref()].into_iter().flatten() {
        query.push(" AND hash = ").push_bind(hash);
    }
    if let Some(alias) = &filter.key_alias {
        query.push(" AND key_alias = ").push_bind(alias);
    }
    if let Some(user) = &filter.user_id {
        query.push(" AND user_id = ").push_bind(user);
    }
}
