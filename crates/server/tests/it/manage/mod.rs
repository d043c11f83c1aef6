//! The management API.

mod access;
mod budget;
mod credential;
mod key;
mod model;
mod organization;
mod spend;
