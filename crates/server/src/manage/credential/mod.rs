//! Credentials that models refer to by name: `/credentials/…`.

mod body;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod find;
pub(crate) mod list;
pub(crate) mod update;
mod view;
