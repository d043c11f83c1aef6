//! Organizations and who belongs to them.

mod member;
mod row;

pub use member::{OrganizationMember, OrganizationMemberFilter, OrganizationMemberSort};
pub use row::{OrganizationFilter, OrganizationRow, OrganizationSettings, OrganizationSort};
