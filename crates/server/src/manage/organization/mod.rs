//! Organizations and who belongs to them: `/organization/…`.

mod body;
pub(crate) mod daily_activity;
pub(crate) mod delete;
pub(crate) mod info;
pub(crate) mod infos;
pub(crate) mod list;
mod member;
pub(crate) mod member_add;
pub(crate) mod member_delete;
pub(crate) mod member_update;
pub(crate) mod new;
pub(crate) mod patch;
pub(crate) mod update;
mod view;
