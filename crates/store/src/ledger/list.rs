//! Reading rows.

use money::Nanos;

use super::rollup::From;
use super::{AttemptStatus, LedgerRow, since};
use crate::db::Sql;
use crate::{Db, Direction, KeyHash, Page, Scope, StoreError};

/// Which rows a query keeps; an absent field keeps all.
#[derive(Debug, Clone, Default)]
pub struct LedgerFilter {
    /// Rows of this key.
    pub key_hash: Option<KeyHash>,
    /// Rows of the master key, or all but these.
    pub of_master: Option<bool>,
    /// Rows of keys of this user.
    pub user_id: Option<String>,
    /// Rows of keys of this team.
    pub team_id: Option<String>,
    /// Rows of keys of this organization.
    pub organization_id: Option<String>,
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
    /// Rows of this model, by its public name or by its provider's.
    pub model: Option<String>,
    /// Rows of this deployment.
    pub deployment_id: Option<String>,
    /// Rows of this provider.
    pub provider: Option<String>,
    /// Rows of calls that had one of these tags.
    pub tags: Option<Vec<String>>,
    /// Rows that ended like this.
    pub status: Option<AttemptStatus>,
    /// Rows with this class of error, or with this status of the provider.
    pub error: Option<String>,
    /// Rows that cost so much or more.
    pub least_cost: Option<Nanos>,
    /// Rows that cost so much or less.
    pub most_cost: Option<Nanos>,
}

impl LedgerFilter {
    /// Adds a condition on `ledger AS facts`.
    pub(super) fn push_where<'a>(&'a self, query: &mut Sql<'a>, scope: &'a Scope) {
        query.push(" WHERE 1 = 1");
        if let Some(start) = self.start {
            query.push(" AND facts.started_at >= ").push_bind(start);
        }
        if let Some(end) = self.end {
            query.push(" AND facts.started_at < ").push_bind(end);
        }
        Self::push_scope(query, scope);
        self.push_dimensions(query);
        self.push_of_rows(query);
        if self.tags.is_some() {
            query.push(
                " AND (facts.request_id, facts.attempt) IN (SELECT request_id, attempt FROM ledger_tags WHERE 1 = 1",
            );
            query.push_in("tag", self.tags.as_ref()).push(")");
        }
    }

    /// Adds the conditions on facts of that kind, but for time and tags.
    pub(super) fn push_facts<'a>(&'a self, query: &mut Sql<'a>, from: From) {
        self.push_dimensions(query);
        if self.is_of_dimensions() || from == From::Rollups {
            return;
        }
        if from == From::Ledger {
            return self.push_of_rows(query);
        }
        query.push(" AND (facts.request_id, facts.attempt) IN (SELECT facts.request_id, facts.attempt FROM ledger AS facts WHERE 1 = 1");
        self.push_of_rows(query);
        query.push(")");
    }

    /// Whether roll-ups know all that it asks for.
    pub(super) fn is_of_dimensions(&self) -> bool {
        let Self { request_id, status, error, least_cost, most_cost, .. } = self;
        request_id.is_none() && status.is_none() && error.is_none() && least_cost.is_none() && most_cost.is_none()
    }

    /// Adds that the scope may see it.
    pub(super) fn push_scope<'a>(query: &mut Sql<'a>, scope: &'a Scope) {
        let Scope::Tenant(tenancy) = scope else { return };
        query.push(" AND (facts.key_hash = ").push_bind(tenancy.key.as_ref());
        query.push(" OR facts.user_id = ").push_bind(tenancy.user.as_deref()).push(" AND ").push(since::USER);
        query.push(" OR facts.team_id IN ").push_list(&tenancy.teams_led).push(" AND ").push(since::TEAM);
        query.push(" OR facts.organization_id IN ").push_list(&tenancy.organizations_led);
        query.push(" AND ").push(since::ORGANIZATION).push(")");
    }

    fn push_dimensions<'a>(&'a self, query: &mut Sql<'a>) {
        match self.of_master {
            Some(true) => query.push(" AND facts.key_hash IS NULL"),
            Some(false) => query.push(" AND facts.key_hash IS NOT NULL"),
            None => query,
        };
        query.push_equal("facts.key_hash", self.key_hash.as_ref());
        query.push_equal("facts.user_id", self.user_id.as_ref());
        query.push_equal("facts.team_id", self.team_id.as_ref());
        query.push_equal("facts.organization_id", self.organization_id.as_ref());
        query.push_equal("facts.customer_id", self.customer_id.as_ref());
        query.push_equal("facts.model_group", self.model_group.as_ref());
        query.push_equal("facts.deployment_id", self.deployment_id.as_ref());
        query.push_equal("facts.provider", self.provider.as_ref());
        if let Some(model) = &self.model {
            query
                .push(" AND (facts.model = ")
                .push_bind(model)
                .push(" OR facts.model_group = ")
                .push_bind(model)
                .push(")");
        }
    }

    /// What only rows of the ledger tell.
    fn push_of_rows<'a>(&'a self, query: &mut Sql<'a>) {
        query.push_equal("facts.request_id", self.request_id.as_ref());
        query.push_equal("facts.status", self.status.map(AttemptStatus::as_str));
        if let Some(error) = &self.error {
            query.push(" AND (facts.error_kind = ").push_bind(error);
            query.push(" OR facts.http_status = ").push_bind(error.parse::<i64>().unwrap_or(-1)).push(")");
        }
        if let Some(least) = self.least_cost {
            query.push(" AND facts.cost >= ").push_bind(least);
        }
        if let Some(most) = self.most_cost {
            query.push(" AND facts.cost <= ").push_bind(most);
        }
    }
}

/// In which order rows come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LedgerOrder {
    /// When they began.
    #[default]
    Start,
    /// When they ended.
    End,
    /// What they cost.
    Cost,
    /// All their tokens.
    Tokens,
    /// How long they took.
    Duration,
}

impl LedgerOrder {
    fn column(self) -> &'static str {
        match self {
            Self::Start => "started_at",
            Self::End => "ended_at",
            Self::Cost => "cost",
            Self::Tokens => {
                "(input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens + output_tokens)"
            }
            Self::Duration => "(ended_at - started_at)",
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
    list_by(db, scope, filter, (LedgerOrder::Start, Direction::Descending), page).await
}

/// The same in another order.
pub async fn list_by(
    db: &Db,
    scope: &Scope,
    filter: &LedgerFilter,
    (order, direction): (LedgerOrder, Direction),
    page: Page,
) -> Result<(Vec<LedgerRow>, u64), StoreError> {
    let mut tx = db.ledger_report().await?;
    let total = tx.fetch_number(counting(scope, filter)).await?;

    let mut select = Sql::new("SELECT * FROM ledger AS facts");
    filter.push_where(&mut select, scope);
    select.push(" ORDER BY ").push(order.column()).push(" ").push(direction.sql());
    select.push(", request_id, attempt LIMIT ").push_bind(page.limit());
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
    let mut count = Sql::new("SELECT COUNT(*) FROM ledger AS facts");
    filter.push_where(&mut count, scope);
    count
}
