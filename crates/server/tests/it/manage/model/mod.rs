//! `/model/…`, and what else models have routes for.

mod change;
mod info;
mod make_public;
mod team;
mod test_connection;
