//! Virtual keys: `/key/…`.

mod alias;
pub(crate) mod aliases;
pub(crate) mod block;
mod body;
mod bulk;
pub(crate) mod bulk_update;
pub(crate) mod bulk_update_team;
pub(crate) mod delete;
pub(crate) mod generate;
mod guaranteed;
pub(crate) mod health;
pub(crate) mod info;
pub(crate) mod info_v2;
mod judge;
pub(crate) mod list;
mod name;
mod query;
pub(crate) mod regenerate;
pub(crate) mod reset_spend;
pub(crate) mod service_account;
pub(crate) mod unblock;
pub(crate) mod update;
mod view;

pub(in crate::manage) use alias::check_alias;
pub(in crate::manage) use body::expiry;
pub(in crate::manage) use judge::restrict_to_calls;
pub(in crate::manage) use name::hash_of;
pub(in crate::manage) use view::KeyView;
