//! `/organization/…`.

mod delete;
mod list;
mod members;
mod new;
mod update;
