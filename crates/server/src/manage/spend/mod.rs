//! What was spent, and on what: `/spend/…`.

pub(crate) mod calculate;
pub(crate) mod export;
pub(crate) mod keys;
pub(crate) mod logs;
pub(crate) mod logs_v2;
pub(crate) mod receipt;
pub(crate) mod report;
pub(crate) mod rerate;
mod row;
pub(super) mod seen;
mod summary;
pub(crate) mod tags;
pub(crate) mod users;
