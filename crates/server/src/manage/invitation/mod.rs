//! Invitations to the console: `/invitation/…`.

pub(crate) mod delete;
pub(crate) mod info;
pub(crate) mod new;
pub(crate) mod update;
mod view;
