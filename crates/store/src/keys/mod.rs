//! Virtual keys: their rows and queries. The store sees hashes, never a key.

mod count;
mod deleted;
mod hash;
mod list;
mod replaced;
mod row;

pub use count::{count_of_teams, count_of_users};
pub use deleted::{DeletedKey, DeletedKeyFilter, find_deleted, list_deleted, was_there};
pub use hash::KeyHash;
pub use list::{KeyFilter, KeyNames, KeySort, OwnKeys};
pub use replaced::{REPLACED_KEYS, end_calls, find_by_account, find_current, replace, require_unused, reset_spend};
pub use row::{KeyRow, KeySettings};
