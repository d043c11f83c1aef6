//! `/model/…`, and what else models have routes for.

mod change;
mod info;
mod team;
mod make_public;
mod test_connection;
