//! Customers, on whose behalf calls are made: `/customer/…`, which LiteLLM also calls `/end_user/…`.

pub(crate) mod block;
mod body;
pub(crate) mod daily_activity;
pub(crate) mod delete;
pub(crate) mod info;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod unblock;
pub(crate) mod update;
mod view;
