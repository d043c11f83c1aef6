//! What people are told of budgets, kept until they have been told.
//!
//! Whoever sees first that a threshold is reached adds the alert, and a row for each way it goes out; nobody adds it again. Each of
//! those rows is claimed by an instance for a while, told, and ended: one that fails is tried later and repeats no other.

mod deliver;
mod fire;

pub use deliver::{Delivery, claim, deliver, give_up, postpone};
pub(crate) use fire::forget;
pub use fire::{Alert, fire, fired, forget_old};
