//! Reading rows.

use super::{AttemptStatus, LedgerRow, since};
use crate::db::Sql;
use crate::{Db, KeyHash, Page, Scope, StoreError};

/// Which rows a query keeps; an absent field keeps all.
#[derive(Debug, Clone, Default)]
pub struct LedgerFilter {
    /// Rows of this key.
    pub key_hash: Option<KeyHash>,
    /// Rows of keys of this user.
    pub user_id: Option<String>,
    /// Rows of keys of this team.
    pub team_id: Option<String>,
    /// Rows on behalf of this customer.
    pub customer_id: Option<String>,
    /// All attempts of this call.
    pub request_id: Option<String>,
    /// Attempts that started at this moment or later, microseconds UTC.
    pub start: Option<i64>,
    /// Attempts that started before this moment, microseconds UTC.
    pub end: Option<i64>,
    /// Rows of this public model name.
    pub model_group: Option<String>,
    /// Rows that ended like this.
    pub status: Option<AttemptStatus>,
}

impl LedgerFilter {
    pub(super) fn push_where<'a>(&'a self, query: &mut Sql<'a>, scope: &'a Scope) {
        query.push(" WHERE 1 = 1");
        if let Scope::Tenant(tenancy) = scope {
            query.push(" AND (key_hash = ").push_bind(tenancy.key.as_ref());
            query.push(" OR user_id = ").push_bind(tenancy.user.as_deref()).push(" AND ").push(since::USER);
            query.push(" OR team_id IN ").push_list(&tenancy.teams_led).push(" AND ").push(since::TEAM);
            query.push(" OR organization_id IN ").push_list(&tenancy.organizations_led);
            query.push(" AND ").push(since::ORGANIZATION).push(")");
        }
        query.push_equal("key_hash", self.key_hash.as_ref());
        query.push_equal("user_id", self.user_id.as_ref());
        query.push_equal("team_id", self.team_id.as_ref());
        query.push_equal("customer_id", self.customer_id.as_ref());
        if let Some(id) = &self.request_id {
            query.push(" AND request_id = ").push_bind(id);
        }
        if let Some(start) = self.start {
            query.push(" AND started_at >= ").push_bind(start);
        }
        if let Some(end) = self.end {
            query.push(" AND started_at < ").push_bind(end);
        }
        if let Some(group) = &self.model_group {
            query.push(" AND model_group = ").push_bind(group);
        }
        if let Some(status) = self.status {
            query.push(" AND status = ").push_bind(status.as_str());
        }
    }
}

/// A page of rows, newest first, and how many there are in all.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: &LedgerFilter,
    page: Page,
) -> Result<(Vec<LedgerRow>, u64), StoreError> {
    let mut tx = db.ledger_report().await?;
    let total = tx.fetch_number(counting(scope, filter)).await?;

    let mut select = Sql::new("SELECT * FROM ledger");
    filter.push_where(&mut select, scope);
    select.push(" ORDER BY started_at DESC, request_id, attempt LIMIT ").push_bind(page.limit());
    select.push(" OFFSET ").push_bind(page.offset());
    let rows = tx.fetch_all(select).await?;
    Ok((rows.iter().map(LedgerRow::read).collect::<Result<_, _>>()?, total.unsigned_abs()))
}

/// How many rows there are.
pub async fn count(db: &Db, scope: &Scope, filter: &LedgerFilter) -> Result<u64, StoreError> {
    let total = db.ledger_report().await?.fetch_number(counting(scope, filter)).await?;
    Ok(total.unsigned_abs())
}

fn counting<'a>(scope: &'a Scope, filter: &'a LedgerFilter) -> Sql<'a> {
    let mut count = Sql::new("SELECT COUNT(*) FROM ledger");
    filter.push_where(&mut count, scope);
    count
}
