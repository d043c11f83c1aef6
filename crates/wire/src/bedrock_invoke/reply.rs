//! Whole answers: the model's own, which are Anthropic's for Claude.

pub use crate::anthropic::reply::{is_error, read, scan_usage, write};
