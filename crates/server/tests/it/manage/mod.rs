//! The management API.

mod access;
mod key;
mod spend;
