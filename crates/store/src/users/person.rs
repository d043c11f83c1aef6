//! A user with all that it belongs to.

use super::UserRow;
use crate::db::{Row, Sql};
use crate::organizations::OrganizationMember;
use crate::record::Stored as _;
use crate::teams::TeamMember;
use crate::{Db, Limits, StoreError};

/// A user, its teams and its organizations, as they were at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The user.
    pub row: UserRow,
    /// Its teams, by id.
    pub teams: Vec<Membership>,
    /// Its organizations, by id.
    pub organizations: Vec<OrganizationMember>,
}

/// That a user belongs to a team.
#[derive(Debug, Clone, PartialEq)]
pub struct Membership {
    /// As what.
    pub member: TeamMember,
    /// What it may spend of the team's money, and which models it may use there, if something is said.
    pub limits: Option<Limits>,
}

impl Membership {
    /// Whether the user leads the team.
    pub fn is_admin(&self) -> bool {
        self.member.role == "admin"
    }
}

/// The user of that id. Whoever asks is the gateway itself: it has to know who is calling.
pub async fn find_person(db: &Db, user_id: &str) -> Result<Option<Person>, StoreError> {
    let mut tx = db.snapshot().await?;
    let user = Sql::new("SELECT * FROM users WHERE user_id = $1").bind(user_id);
    let Some(user) = tx.fetch_optional(user).await? else { return Ok(None) };
    let teams = Sql::new(
        "SELECT team_members.*, budgets.limits FROM team_members LEFT JOIN budgets ON budgets.budget_id = team_members.budget_id
         WHERE team_members.user_id = $1 ORDER BY team_members.team_id",
    );
    let teams = tx.fetch_all(teams.bind(user_id)).await?;
    let organizations = Sql::new("SELECT * FROM organization_members WHERE user_id = $1 ORDER BY organization_id");
    let organizations = tx.fetch_all(organizations.bind(user_id)).await?;
    Ok(Some(Person {
        row: UserRow::read(&user)?,
        teams: teams.iter().map(membership).collect::<Result<_, _>>()?,
        organizations: organizations.iter().map(OrganizationMember::read).collect::<Result<_, _>>()?,
    }))
}

fn membership(row: &Row) -> Result<Membership, StoreError> {
    let limits = row.get::<Option<String>>("limits")?.map(|text| serde_json::from_str(&text)).transpose();
    let limits = limits.map_err(|_| StoreError::Unreadable { column: "budgets.limits" })?;
    Ok(Membership { member: TeamMember::read(row)?, limits })
}

impl Person {
    /// Its place in a team.
    pub fn membership(&self, team_id: &str) -> Option<&Membership> {
        self.teams.iter().find(|membership| membership.member.team_id == team_id)
    }
}
