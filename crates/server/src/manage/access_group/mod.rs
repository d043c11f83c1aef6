//! Access groups: names for several models. `/access_group/…` are those that deployments say they are of; `unified` has those
//! that are given to teams and keys.

mod body;
pub(crate) mod delete;
pub(crate) mod info;
pub(crate) mod list;
pub(in crate::manage) mod name;
pub(crate) mod new;
mod tag;
pub(crate) mod unified;
pub(crate) mod update;
mod view;
