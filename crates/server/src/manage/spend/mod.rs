//! What was spent, and on what: `/spend/…`.

pub(crate) mod logs;
mod row;
mod summary;
