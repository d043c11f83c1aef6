//! `/spend/…`.

mod logs;
