//! Teams and who belongs to them.

mod member;
mod row;

pub use member::{TeamMember, TeamMemberFilter, TeamMemberSort};
pub use row::{TeamFilter, TeamRow, TeamSettings, TeamSort};
