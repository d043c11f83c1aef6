//! The audit trail: `/audit`.

pub(crate) mod info;
pub(crate) mod list;
mod table;
mod view;
