//! How many keys teams and users have.

use std::collections::HashMap;

use super::KeyRow;
use crate::db::Sql;
use crate::record::Stored as _;
use crate::{Db, Scope, StoreError};

/// How many of the keys that the scope sees each of these teams has; none is left out.
pub async fn count_of_teams(db: &Db, scope: &Scope, ids: &[String]) -> Result<HashMap<String, u64>, StoreError> {
    count(db, Sql::new("SELECT team_id AS owner, COUNT(*) AS number FROM keys WHERE team_id IN "), scope, ids).await
}

/// The same of users.
pub async fn count_of_users(db: &Db, scope: &Scope, ids: &[String]) -> Result<HashMap<String, u64>, StoreError> {
    count(db, Sql::new("SELECT user_id AS owner, COUNT(*) AS number FROM keys WHERE user_id IN "), scope, ids).await
}

async fn count<'a>(
    db: &Db,
    mut sql: Sql<'a>,
    scope: &'a Scope,
    ids: &'a [String],
) -> Result<HashMap<String, u64>, StoreError> {
    sql.push_list(ids);
    if let Scope::Tenant(tenancy) = scope {
        sql.push(" AND (");
        KeyRow::push_scope(&mut sql, tenancy);
        sql.push(")");
    }
    sql.push(" GROUP BY 1");
    let rows = db.report().await?.fetch_all(sql).await?;
    rows.iter().map(|row| Ok((row.get("owner")?, row.get::<i64>("number")?.unsigned_abs()))).collect()
}
