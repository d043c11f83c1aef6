//! `/key/…`.

mod aliases;
mod bonds;
mod bulk_update;
mod bulk_update_team;
mod delete;
mod generate;
mod health;
mod info;
mod info_v2;
mod limits;
mod list;
mod regenerate;
mod reset_spend;
mod service_account;
mod update;
