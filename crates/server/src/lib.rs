//! The binary: listeners, surfaces by dialect, management API, configuration.

pub mod app;
pub mod cli;
pub mod config;
pub mod http;
pub mod live;
mod manage;
pub mod meaning;
mod openapi;
pub mod secrets;
