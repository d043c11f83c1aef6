//! Virtual keys: their rows and queries. The store sees hashes, never a key.

mod hash;
mod list;
mod replaced;
mod row;

pub use hash::KeyHash;
pub use list::{KeyFilter, KeySort};
pub use replaced::{REPLACED_KEYS, find_current, replace, reset_spend};
pub use row::{KeyRow, KeySettings};
