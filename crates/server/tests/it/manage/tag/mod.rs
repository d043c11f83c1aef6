//! `/tag/…`.

mod delete;
mod list;
mod new;
mod update;
