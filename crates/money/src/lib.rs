//! Prices, the cost of a usage, balances and holds, and the windows that these are counted in. Pure; integers only.
//!
//! Amounts are [`Nanos`] (1e-9 USD), prices [`Rate`]s (1e-15 USD per token), so that a published
//! price is kept exactly and a charge is rounded once, up. Nothing here reads a clock, a file or
//! the environment: time and data are arguments.

mod account;
mod bound;
mod catalog;
mod class;
mod cost;
mod decimal;
mod lease;
mod nanos;
mod price;
mod prices;
mod rate;
mod terms;
mod tokens;
mod units;
mod usage;
pub mod window;

pub use account::{Account, AccountKind, NoAccount};
pub use bound::{Bounds, Tiers};
pub use catalog::{Ability, Catalog, CatalogError, Mode, Model};
pub use class::{Class, Rates};
pub use cost::{Breakdown, Item, Line};
pub use decimal::AmountError;
pub use lease::{Lease, Told};
pub use nanos::Nanos;
pub use price::{Flat, Price, PriceVersion, Variant};
pub use prices::{Prices, Validity};
pub use rate::Rate;
pub use terms::{Billed, Share, Terms};
pub use tokens::Tokens;
pub use units::{NoUnit, Unit, UnitKind, Units};
pub use usage::{Media, ServiceTier, Usage};

/// The decimal type that amounts and rates are made from, so that callers need no dependency of
/// their own.
pub use rust_decimal::Decimal;

/// Femto-dollars in a nano-dollar.
const FEMTOS: u128 = 1_000_000;
