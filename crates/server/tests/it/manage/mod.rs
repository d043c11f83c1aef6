//! The management API.

mod access;
mod budget;
mod credential;
mod invitation;
mod key;
mod model;
mod organization;
mod project;
mod spend;
mod team;
mod user;
