//! What was spent in all: `/global/spend/…`.

pub(crate) mod all_tag_names;
pub(crate) mod end_users;
pub(crate) mod keys;
pub(crate) mod logs;
pub(crate) mod models;
pub(crate) mod provider;
pub(crate) mod report;
pub(crate) mod reset;
pub(crate) mod tags;
pub(crate) mod teams;
pub(crate) mod total;
