//! `/customer/…` and `/end_user/…`.

mod block;
mod delete;
mod list;
mod new;
mod update;

/// The two names of all of these routes.
const NAMES: [&str; 2] = ["/customer", "/end_user"];
