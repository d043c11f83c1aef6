//! What the ledger says of a balance: how it begins, and how it is looked over.

use money::{Account, AccountKind};

use super::{A_STATEMENT, BalanceId, lock, push_values};
use crate::db::{Sql, Tx};
use crate::{Db, StoreError};

/// Makes the balances that there are not yet, with what the ledger has of them. `ids` are sorted.
pub(super) async fn open_all(db: &Db, ids: &[&BalanceId], now: i64) -> Result<(), StoreError> {
    let mut missing: Vec<&BalanceId> = Vec::new();
    for some in ids.chunks(A_STATEMENT) {
        let mut known =
            Sql::new("SELECT account, starts_at, ends_at FROM balances WHERE (account, starts_at, ends_at) IN ");
        push_values(&mut known, some.iter().map(|id| (*id, [])));
        let known = db.fetch_all(known).await?;
        let known = known.iter().map(BalanceId::read).collect::<Result<Vec<_>, _>>()?;
        missing.extend(some.iter().filter(|id| !known.contains(**id)));
    }
    if missing.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    for id in missing {
        let mut open = Sql::new(
            "INSERT INTO balances (account, starts_at, ends_at, spent, debited, forgiven, counted_at) VALUES (",
        );
        id.push(&mut open);
        open.push(", 0, 0, 0, ").push_bind(now).push(") ON CONFLICT (account, starts_at, ends_at) DO NOTHING");
        // the row is locked from here on: who charges it waits, and adds to what is counted
        if tx.execute(open).await? == 1 {
            set(&mut tx, id, now).await?;
            forgive(&mut tx, id).await?;
        }
    }
    tx.commit().await
}

/// What an administrator said that a key or a member of a team has spent counts, where that is less; and of a budget for ever in
/// any case.
async fn forgive(tx: &mut Tx, id: &BalanceId) -> Result<(), StoreError> {
    let spend = match (id.account.kind(), id.account.parts()) {
        (AccountKind::Key, _) => Sql::new(
            "SELECT spend FROM keys WHERE hash = COALESCE((SELECT replaced_by FROM replaced_keys WHERE hash = $1), $1)",
        )
        .bind(id.account.id()),
        // without a reset it may be less than the ledger has: that of members who left and came again
        (AccountKind::TeamMember, Some((team, user))) => {
            Sql::new("SELECT spend FROM team_members WHERE team_id = $1 AND user_id = $2 AND forgiven > 0")
                .bind(team)
                .bind(user)
        }
        _ => return Ok(()),
    };
    let Some(row) = tx.fetch_optional(spend).await? else { return Ok(()) };
    let spend: i64 = row.get("spend")?;
    let mut forgive = Sql::new("UPDATE balances SET forgiven = spent - ");
    forgive.push_bind(spend).push(" WHERE (account, starts_at, ends_at) IN ");
    push_values(&mut forgive, [(id, [])]);
    if !id.is_for_ever() {
        forgive.push(" AND spent > ").push_bind(spend);
    }
    tx.execute(forgive).await.map(drop)
}

/// Counts a balance anew, and says by how much it was off. Calls of instances that did not know the budget yet when they began
/// are in no lease; here they are found.
pub async fn recount(db: &Db, id: &BalanceId, now: i64) -> Result<i64, StoreError> {
    let mut tx = db.begin().await?;
    let states = lock::lock(&mut tx, None, &[id]).await?;
    let Some(before) = states.get(id).map(|state| state.spent) else { return Ok(0) };
    let off = set(&mut tx, id, now).await?.saturating_sub(before).max(0);
    tx.commit().await?;
    Ok(off)
}

/// Sets a locked balance to what the ledger has. What leases hold stays taken out.
async fn set(tx: &mut Tx, id: &BalanceId, now: i64) -> Result<i64, StoreError> {
    let spent = tx.fetch_number(sum(id)).await?;
    // what was charged stays charged, whatever has become of those whom its rows name
    let mut set = Sql::new("UPDATE balances SET debited = debited + CASE WHEN spent < ");
    set.push_bind(spent).push(" THEN ").push_bind(spent).push(" - spent ELSE 0 END, spent = CASE WHEN spent < ");
    set.push_bind(spent).push(" THEN ").push_bind(spent).push(" ELSE spent END, counted_at = ").push_bind(now);
    set.push(" WHERE (account, starts_at, ends_at) IN ");
    push_values(&mut set, [(id, [])]);
    tx.execute(set).await?;
    Ok(spent)
}

/// The sum of the rows of an account that began in a window.
fn sum(id: &BalanceId) -> Sql<'_> {
    let mut sum = Sql::new("SELECT CAST((SELECT COALESCE(SUM(cost), 0) FROM ledger WHERE started_at >= ");
    push_rows(&mut sum, id);
    sum.push(") + (SELECT COALESCE(SUM(cost), 0) FROM adjustments WHERE started_at >= ");
    push_rows(&mut sum, id);
    sum.push(") AS BIGINT)");
    sum
}

fn push_rows<'a>(sql: &mut Sql<'a>, id: &'a BalanceId) {
    sql.push_bind(id.starts_at).push(" AND started_at < ").push_bind(id.ends_at);
    push_of(sql, &id.account);
}

/// Adds ` AND …` for the rows of an account. Rows of somebody who had the same id before are not his.
fn push_of(sql: &mut Sql<'_>, account: &Account) {
    let id = || account.id().to_owned();
    let (first, second) = account.parts().unwrap_or_default();
    match account.kind() {
        AccountKind::Gateway => {}
        AccountKind::Organization => {
            sql.push(" AND organization_id = ").push_bind(id());
            since(sql, "SELECT created_at FROM organizations WHERE organization_id = ", id());
        }
        AccountKind::OrganizationMember => {
            sql.push(" AND organization_id = ").push_bind(first).push(" AND user_id = ").push_bind(second.clone());
            since(sql, "SELECT created_at FROM users WHERE user_id = ", second);
        }
        AccountKind::Team => {
            sql.push(" AND team_id = ").push_bind(id());
            since(sql, "SELECT created_at FROM teams WHERE team_id = ", id());
        }
        AccountKind::TeamMember => {
            sql.push(" AND team_id = ").push_bind(first).push(" AND user_id = ").push_bind(second.clone());
            since(sql, "SELECT created_at FROM users WHERE user_id = ", second);
        }
        AccountKind::Project => {
            sql.push(" AND project_id = ").push_bind(id());
            since(sql, "SELECT created_at FROM projects WHERE project_id = ", id());
        }
        AccountKind::User => {
            // what a team's key spends is the team's
            sql.push(" AND team_id IS NULL AND user_id = ").push_bind(id());
            since(sql, "SELECT created_at FROM users WHERE user_id = ", id());
        }
        AccountKind::Key => push_key(sql, &id()),
        AccountKind::Customer => {
            sql.push(" AND customer_id = ").push_bind(id());
            since(sql, "SELECT created_at FROM customers WHERE user_id = ", id());
        }
        AccountKind::Tag => {
            sql.push(" AND (request_id, attempt) IN (SELECT request_id, attempt FROM ledger_tags WHERE tag = ");
            sql.push_bind(id()).push(")");
        }
        AccountKind::Provider => drop(sql.push(" AND provider = ").push_bind(id())),
        AccountKind::Deployment => drop(sql.push(" AND deployment_id = ").push_bind(id())),
        AccountKind::Model => {
            if let Ok(of) = Account::parse(&first) {
                push_of(sql, &of);
            }
            sql.push(" AND model_group = ").push_bind(second);
        }
    }
}

/// A key may have had several hashes; the account has the first of them.
fn push_key(sql: &mut Sql<'_>, first: &str) {
    sql.push(" AND (key_hash = ").push_bind(first.to_owned());
    sql.push(" OR key_hash = (SELECT replaced_by FROM replaced_keys WHERE hash = ").push_bind(first.to_owned());
    sql.push(") OR key_hash IN (SELECT hash FROM replaced_keys WHERE replaced_by = (SELECT replaced_by FROM replaced_keys WHERE hash = ");
    sql.push_bind(first.to_owned()).push(")))");
    since(sql, "SELECT MIN(created_at) FROM keys WHERE hash = ", first.to_owned());
}

fn since(sql: &mut Sql<'_>, made: &'static str, id: String) {
    sql.push(" AND started_at >= COALESCE((").push(made).push_bind(id).push("), 0)");
}
