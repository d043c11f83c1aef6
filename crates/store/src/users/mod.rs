//! People, and services that act as one.

mod person;
mod row;

pub use person::{Membership, Person, find_person};
pub use row::{UserFilter, UserRow, UserSettings, UserSort};
