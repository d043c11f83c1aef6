//! Prices, the cost of a usage, balances and holds, and the windows that these are counted in. Pure; integers only.
//!
//! Amounts are [`Nanos`] (1e-9 USD), prices [`Rate`]s (1e-15 USD per token), so that a published
//! price is kept exactly and a charge is rounded once, up. Nothing here reads a clock, a file or
//! the environment: time and data are arguments.

mod account;
mod catalog;
mod cost;
mod decimal;
mod lease;
mod nanos;
mod price;
mod rate;
mod tokens;
pub mod window;

pub use account::{Account, AccountKind, NoAccount};
pub use catalog::{Ability, Catalog, CatalogError, Mode, Model};
pub use cost::Line;
pub use decimal::AmountError;
pub use lease::{Lease, Told};
pub use nanos::Nanos;
pub use price::{LongContext, Price, PriceVersion};
pub use rate::Rate;
pub use tokens::Tokens;

/// The decimal type that amounts and rates are made from, so that callers need no dependency of
/// their own.
pub use rust_decimal::Decimal;
