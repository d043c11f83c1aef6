//! The management API.

mod access;
mod credential;
mod key;
mod model;
mod spend;
