//! The members of teams as a roster shows them, and what one has spent.

use money::{Account, AccountKind, Nanos};

use super::{TeamMember, TeamRow};
use crate::db::{Row, Sql};
use crate::record::{Record as _, Stored as _};
use crate::{Db, Scope, StoreError, Transaction, UPDATED, balances};

/// One line of a roster.
#[derive(Debug, Clone, PartialEq)]
pub struct RosterEntry {
    /// The membership.
    pub member: TeamMember,
    /// The address of the user.
    pub user_email: Option<String>,
    /// What people call the user.
    pub user_alias: Option<String>,
}

/// The members of those of these teams that the scope sees: whoever sees a team sees who belongs to it. By team and user.
pub async fn roster(db: &Db, scope: &Scope, team_ids: &[String]) -> Result<Vec<RosterEntry>, StoreError> {
    let mut sql = Sql::new(
        "SELECT members.*, users.user_email, users.user_alias
         FROM team_members AS members JOIN users ON users.user_id = members.user_id WHERE members.team_id IN (",
    );
    sql.push("SELECT team_id FROM teams WHERE team_id IN ").push_list(team_ids);
    if let Scope::Tenant(tenancy) = scope {
        sql.push(" AND (");
        TeamRow::push_scope(&mut sql, tenancy);
        sql.push(")");
    }
    sql.push(") ORDER BY members.team_id, members.created_at, members.user_id");
    db.fetch_all(sql).await?.iter().map(entry).collect()
}

fn entry(row: &Row) -> Result<RosterEntry, StoreError> {
    Ok(RosterEntry {
        member: TeamMember::read(row)?,
        user_email: row.get("user_email")?,
        user_alias: row.get("user_alias")?,
    })
}

/// Sets what a member has spent of the team's money; the rest is forgiven.
pub async fn reset_member_spend(
    transaction: &mut Transaction,
    before: &TeamMember,
    spend: Nanos,
) -> Result<TeamMember, StoreError> {
    let now = transaction.actor().at;
    let forgiven = before.spend.saturating_add(before.forgiven).saturating_sub(spend);
    let after = TeamMember { spend, forgiven, updated_at: now, ..before.clone() };
    debug_assert_eq!(before.id(), after.id());
    let set = Sql::new(
        "UPDATE team_members SET forgiven = forgiven + spend - $1, spend = $1 WHERE team_id = $2 AND user_id = $3",
    );
    transaction.execute(set.bind(spend).bind(&after.team_id).bind(&after.user_id)).await?;
    let account = Account::member(AccountKind::TeamMember, &after.team_id, &after.user_id);
    balances::forgive(transaction, &account, spend, now).await?;
    transaction.update(UPDATED, before, &after).await?;
    Ok(after)
}
