//! Models under one name, given to teams and keys: `/v1/access_group/…`, which is `/v1/unified_access_group/…` too.

mod assign;
mod body;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod find;
mod known;
pub(crate) mod list;
pub(crate) mod update;
mod view;

pub(in crate::manage) use known::check_known;
