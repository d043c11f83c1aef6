//! Users: `/user/…`.

pub(crate) mod available_roles;
pub(crate) mod available_users;
mod body;
pub(in crate::manage) mod bound;
pub(crate) mod bulk_update;
pub(crate) mod daily_activity;
pub(crate) mod delete;
pub(crate) mod filter_ui;
pub(crate) mod info;
pub(in crate::manage) mod judge;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod row;
pub(crate) mod update;
mod view;

pub(super) use view::UserView;
