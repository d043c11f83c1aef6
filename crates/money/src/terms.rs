//! What is taken off a provider's bill, and what is put on it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::decimal::{self, AmountError};
use crate::{FEMTOS, Nanos};

/// Decimal places of a part in a billion.
const DIGITS: u32 = 9;
const BILLION: u128 = 1_000_000_000;

/// A discount and then a margin, laid on the sum of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// The share of the sum that is taken off; all of it at most.
    pub discount: Share,
    /// The share of what is left that is put on.
    pub margin: Share,
    /// And what is put on each call.
    pub margin_per_call: Nanos,
}

/// A share in parts per billion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u64);

/// What the terms made of a provider's bill: `original - discount + margin` is the cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Billed {
    /// The bill of the provider, rounded up.
    pub original: Nanos,
    /// What was taken off.
    pub discount: Nanos,
    /// What was put on.
    pub margin: Nanos,
}

/// What becomes of a sum, in femto-dollars: `sum - discount + margin` is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) discount: u128,
    pub(crate) margin: u128,
}

// === impl Terms ===

impl Terms {
    /// Whether they change nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The discount is rounded down and the margin up, below a femto-dollar.
    pub(crate) fn apply(&self, sum: u128) -> Applied {
        let discount = self.discount.min(Share::ALL).of(sum, false);
        let per_call = u128::try_from(self.margin_per_call.get()).unwrap_or(0).saturating_mul(FEMTOS);
        Applied { discount, margin: self.margin.of(sum - discount, true).saturating_add(per_call) }
    }
}

// === impl Billed ===

impl Billed {
    /// In nano-dollars what `applied` did to `sum`, which became `total`. The discount takes up what rounding leaves; without one
    /// the margin does.
    pub(crate) fn new(sum: u128, applied: Applied, total: Nanos) -> Self {
        let nanos = |femtos: u128| i64::try_from(femtos.div_ceil(FEMTOS)).map_or(Nanos::MAX, Nanos::new);
        let original = nanos(sum);
        if applied.discount == 0 {
            return Self { original, discount: Nanos::ZERO, margin: total.saturating_sub(original) };
        }
        let margin = nanos(applied.margin);
        Self { original, discount: original.saturating_sub(total).saturating_add(margin), margin }
    }
}

// === impl Share ===

impl Share {
    /// All of it.
    pub const ALL: Self = Self(1_000_000_000);

    /// A fraction as written, `0.05`; digits after the ninth are cut off.
    pub fn parse(fraction: &str) -> Result<Self, AmountError> {
        let fraction = decimal::parse(fraction)?.trunc_with_scale(DIGITS);
        let parts = decimal::scaled_up(fraction, DIGITS)?;
        u64::try_from(parts).map(Self).map_err(|_| AmountError::TooLarge)
    }

    /// The fraction.
    pub fn to_decimal(self) -> Decimal {
        Decimal::from_i128_with_scale(i128::from(self.0), DIGITS).normalize()
    }

    fn of(self, sum: u128, up: bool) -> u128 {
        let (whole, rest) = (sum / BILLION, sum % BILLION * u128::from(self.0));
        let rest = if up { rest.div_ceil(BILLION) } else { rest / BILLION };
        whole.saturating_mul(u128::from(self.0)).saturating_add(rest)
    }
}
