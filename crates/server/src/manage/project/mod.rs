//! Parts of a team's work with limits of their own: `/project/…`.

mod body;
pub(crate) mod delete;
pub(crate) mod info;
mod judge;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod update;
mod view;
