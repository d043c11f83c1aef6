//! Teams and who belongs to them.

mod member;
mod roster;
mod row;

pub use member::{TeamMember, TeamMemberFilter, TeamMemberSort};
pub use roster::{RosterEntry, reset_member_spend, roster};
pub use row::{TeamFilter, TeamRow, TeamSettings, TeamSort};
