//! What of the ledger belongs to somebody who exists now. An id can be given out again once its owner was deleted; the rows of
//! the owner before stay, and are not for the next one to see. `facts` is the table that is read, or sums of whole hours of it.

/// Rows that were begun since there is the user of that id.
pub(super) const USER: &str =
    "facts.started_at >= (SELECT COALESCE(MAX(users.created_at), 0) FROM users WHERE users.user_id = facts.user_id)";

/// The same of its team.
pub(super) const TEAM: &str =
    "facts.started_at >= (SELECT COALESCE(MAX(teams.created_at), 0) FROM teams WHERE teams.team_id = facts.team_id)";

/// The same of its organization.
pub(super) const ORGANIZATION: &str =
    "facts.started_at >= (SELECT COALESCE(MAX(organizations.created_at), 0) FROM organizations
    WHERE organizations.organization_id = facts.organization_id)";
