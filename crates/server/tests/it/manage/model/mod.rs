//! `/model/…`.

mod change;
mod info;
mod team;
