//! The management API.

mod access_group;
mod activity;
mod allowed_ip;
mod audit;
mod blocked;
mod budget;
mod credential;
mod customer;
mod end_calls;
mod escalation;
mod invitation;
mod key;
mod matrix;
mod model;
mod organization;
mod project;
mod raised;
mod reused;
mod spend;
mod spent;
mod tag;
mod taken;
mod team;
mod user;
