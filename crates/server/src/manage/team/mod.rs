//! Teams and their members: `/team/…`.

pub(crate) mod available;
pub(crate) mod block;
mod body;
pub(crate) mod bulk_member_add;
pub(crate) mod daily_activity;
pub(crate) mod delete;
pub(crate) mod info;
pub(super) mod judge;
pub(crate) mod list;
pub(crate) mod list_pages;
pub(super) mod member;
pub(crate) mod member_add;
pub(crate) mod member_delete;
pub(crate) mod member_reset;
pub(crate) mod member_update;
pub(crate) mod members_me;
pub(crate) mod model;
pub(crate) mod new;
pub(crate) mod patch;
pub(in crate::manage) mod permission;
pub(crate) mod permissions_bulk_update;
pub(crate) mod permissions_list;
pub(crate) mod permissions_update;
pub(crate) mod unblock;
pub(crate) mod update;
mod view;

pub(super) use view::TeamView;
