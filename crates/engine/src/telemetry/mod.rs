//! What is counted and logged: every metric name once, events by area.

pub mod budgets;
pub mod events;
pub mod metrics;
