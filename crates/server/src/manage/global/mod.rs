//! Reports on all that one may see: `/global/…`.

pub(crate) mod activity;
pub(crate) mod activity_model;
pub(crate) mod spend;
