//! Who may do what: roles, routes, models, and what may be granted. Asked when something is written and when it is used.
//!
//! A caller stands somewhere towards an object (it leads its team, it owns it, …); an [`Action`] says which of these places
//! are enough. That is the whole of [`authorize()`]. Which fields it may set is in [`fields`], how far a grant may go in
//! [`grant`].

mod action;
mod authorize;
pub mod bonds;
pub mod fields;
pub mod grant;
mod listing;
pub mod models;
pub mod role;
pub mod routes;
mod standing;

pub use action::Action;
pub use authorize::{Refused, authorize, enter};
pub use standing::{Place, Standing};
