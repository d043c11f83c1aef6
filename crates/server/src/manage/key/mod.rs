//! Virtual keys: `/key/…`.

pub(crate) mod block;
mod body;
pub(crate) mod delete;
pub(crate) mod generate;
pub(crate) mod info;
mod judge;
pub(crate) mod list;
mod name;
pub(crate) mod unblock;
pub(crate) mod update;
mod view;

pub(in crate::manage) use body::expiry;
pub(in crate::manage) use judge::restrict_to_calls;
pub(in crate::manage) use name::hash_of;
pub(in crate::manage) use view::KeyView;
