//! `/model/…`.

mod change;
mod info;
