//! Budgets that have a name: `/budget/…`.

mod body;
pub(crate) mod delete;
pub(crate) mod info;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod settings;
pub(crate) mod update;
