//! Sums of what was spent, by whatever is asked.

use money::{Nanos, Tokens};

use super::rollup::{Facts, SUMS};
use super::{LedgerFilter, row};
use crate::db::{Row, Sql};
use crate::{Db, KeyHash, Scope, StoreError};

/// By what sums are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The day of the start. Days begin so many microseconds later than those of UTC.
    Day(i64),
    /// The key.
    Key,
    /// The key's user.
    User,
    /// The key's team.
    Team,
    /// The key's organization.
    Organization,
    /// The key's project.
    Project,
    /// The customer.
    Customer,
    /// The public model name.
    ModelGroup,
    /// The model that was called.
    Model,
    /// Its provider.
    Provider,
    /// The deployment.
    Deployment,
    /// The tag: what has several counts for each of them, what has none for nobody.
    Tag,
}

/// The sum of a group. What it was not grouped by is not there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sum {
    /// Days since 1970-01-01.
    pub day: Option<i64>,
    /// The key; none is the master key.
    pub key_hash: Option<KeyHash>,
    /// The key's user.
    pub user_id: Option<String>,
    /// The key's team.
    pub team_id: Option<String>,
    /// The key's organization.
    pub organization_id: Option<String>,
    /// The key's project.
    pub project_id: Option<String>,
    /// The customer.
    pub customer_id: Option<String>,
    /// The public model name.
    pub model_group: Option<String>,
    /// The model that was called.
    pub model: Option<String>,
    /// Its provider.
    pub provider: Option<String>,
    /// The deployment.
    pub deployment_id: Option<String>,
    /// The tag.
    pub tag: Option<String>,
    /// Rows.
    pub attempts: u64,
    /// Rows that ended in success.
    pub successes: u64,
    /// Rows without a price.
    pub unpriced: u64,
    /// Tokens by class.
    pub tokens: Tokens,
    /// Cost of the rows that have one, with what was corrected since.
    pub cost: Nanos,
}

/// What a sum can be grouped by beside days, and the names of these columns in an answer.
const COLUMNS: [(By, &str, &str, &str); 11] = [
    (By::Key, "key_hash", ", key_hash", ", CAST(NULL AS TEXT) AS key_hash"),
    (By::User, "user_id", ", user_id", ", CAST(NULL AS TEXT) AS user_id"),
    (By::Team, "team_id", ", team_id", ", CAST(NULL AS TEXT) AS team_id"),
    (By::Organization, "organization_id", ", organization_id", ", CAST(NULL AS TEXT) AS organization_id"),
    (By::Project, "project_id", ", project_id", ", CAST(NULL AS TEXT) AS project_id"),
    (By::Customer, "customer_id", ", customer_id", ", CAST(NULL AS TEXT) AS customer_id"),
    (By::ModelGroup, "model_group", ", model_group", ", CAST(NULL AS TEXT) AS model_group"),
    (By::Model, "model", ", model", ", CAST(NULL AS TEXT) AS model"),
    (By::Provider, "provider", ", provider", ", CAST(NULL AS TEXT) AS provider"),
    (By::Deployment, "deployment_id", ", deployment_id", ", CAST(NULL AS TEXT) AS deployment_id"),
    (By::Tag, "tag", ", tag", ", CAST(NULL AS TEXT) AS tag"),
];

/// A sum a group, in the order of what they are grouped by. What is not there has no group. By tag, and where the filter names
/// tags, what has several of these counts for each.
pub async fn sums(db: &Db, scope: &Scope, filter: &LedgerFilter, by: &[By]) -> Result<Vec<Sum>, StoreError> {
    let later = by.iter().find_map(|by| if let By::Day(later) = by { Some(*later) } else { None });
    let mut tx = db.ledger_report().await?;
    let facts = Facts::find(&mut tx, scope, filter, later, by.contains(&By::Tag) || filter.tags.is_some()).await?;
    let mut query = Sql::new("");
    facts.push(&mut query, &|query, from| {
        LedgerFilter::push_scope(query, scope);
        filter.push_facts(query, from);
    });
    query.push(" SELECT ");
    push_day(&mut query, later);
    query.push(" AS day");
    for (column, _, named, absent) in COLUMNS {
        query.push(if by.contains(&column) { named } else { absent });
    }
    query.push(", ").push(SUMS).push(" FROM spent WHERE 1 = 1").push_in("tag", filter.tags.as_ref());
    // the numbers of columns, as a day is an expression
    query.push(" GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 ORDER BY 1 NULLS FIRST");
    for (_, name, ..) in COLUMNS.iter().filter(|(column, ..)| by.contains(column)) {
        query.push(", ").push(name).push(" NULLS FIRST");
    }
    let rows = tx.fetch_all(query).await?;
    rows.iter().map(read).collect()
}

/// The number of the day on which a fact began.
pub(super) fn push_day(query: &mut Sql<'_>, later: Option<i64>) {
    match later {
        Some(0) => query.push("started_at / 86400000000"),
        Some(later) => query.push("(started_at - ").push_bind(later).push(") / 86400000000"),
        None => query.push("CAST(NULL AS BIGINT)"),
    };
}

fn read(row: &Row) -> Result<Sum, StoreError> {
    Ok(Sum {
        day: row.get("day")?,
        key_hash: row::key_hash(row.get("key_hash")?)?,
        user_id: row.get("user_id")?,
        team_id: row.get("team_id")?,
        organization_id: row.get("organization_id")?,
        project_id: row.get("project_id")?,
        customer_id: row.get("customer_id")?,
        model_group: row.get("model_group")?,
        model: row.get("model")?,
        provider: row.get("provider")?,
        deployment_id: row.get("deployment_id")?,
        tag: row.get("tag")?,
        attempts: count(row, "attempts")?,
        successes: count(row, "successes")?,
        unpriced: count(row, "unpriced")?,
        tokens: row::tokens(row)?,
        cost: Nanos::new(row.get("cost")?),
    })
}

/// A sum of ours that is never below nothing.
pub(super) fn count(row: &Row, column: &str) -> Result<u64, StoreError> {
    Ok(u64::try_from(row.get::<i64>(column)?).unwrap_or(0))
}
