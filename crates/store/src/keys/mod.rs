//! Virtual keys: their rows and queries. The store sees hashes, never a key.

mod changes;
mod hash;
mod list;
mod row;
mod write;

pub use changes::{Change, KeyChanges};
pub use hash::KeyHash;
pub use list::{KeyFilter, KeyOrder, KeySort, find, list};
pub use row::KeyRow;
pub use write::{KeySelector, delete, insert, set_blocked, update};
