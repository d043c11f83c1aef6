//! `/team/…`.

mod delete;
mod info;
mod list;
mod members;
mod models;
mod new;
mod permissions;
mod update;
