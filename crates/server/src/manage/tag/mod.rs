//! Tags of calls that were given a meaning: `/tag/…`.

mod body;
pub(crate) mod daily_activity;
pub(crate) mod delete;
pub(crate) mod distinct;
pub(crate) mod info;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod update;
mod view;
