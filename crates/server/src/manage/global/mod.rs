//! Reports on all that one may see: `/global/…`.

pub(crate) mod activity;
pub(crate) mod activity_exceptions;
pub(crate) mod activity_model;
pub(crate) mod all_end_users;
pub(crate) mod spend;
