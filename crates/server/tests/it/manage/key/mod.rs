//! `/key/…`.

mod delete;
mod generate;
mod info;
mod list;
mod update;
