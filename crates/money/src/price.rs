//! What a model's tokens cost, by class and length of the prompt. The arithmetic is in `cost`.

use std::fmt;
use std::sync::Arc;

use crate::{Nanos, Rate};

/// The prices of one model. What a missing class costs is said at its field; it is never zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// A prompt token that no cache had part in.
    pub input: Rate,
    /// A token that the model made.
    pub output: Rate,
    /// A prompt token read from the cache; `input` where missing.
    pub cache_read: Option<Rate>,
    /// A prompt token written to the five-minute cache; `input` where missing.
    pub cache_write_5m: Option<Rate>,
    /// A prompt token written to the one-hour cache; the five-minute price where missing.
    pub cache_write_1h: Option<Rate>,
    /// An output token that was reasoning; `output` where missing.
    pub reasoning: Option<Rate>,
    /// What a call costs beside its tokens. Below zero counts as nothing.
    pub per_request: Nanos,
    /// Other prices for long prompts.
    pub long_context: Option<LongContext>,
    /// What these figures are known as in the ledger.
    pub version: PriceVersion,
}

/// Prices of a whole call whose prompt is long. A missing input or output price is the ordinary
/// one; a missing cache price rises as the input price does, since providers publish it as a
/// multiple of that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LongContext {
    /// Applies when the prompt, cache classes included, has more tokens than this.
    pub above: u64,
    /// See [`Price::input`].
    pub input: Option<Rate>,
    /// See [`Price::output`].
    pub output: Option<Rate>,
    /// See [`Price::cache_read`].
    pub cache_read: Option<Rate>,
    /// See [`Price::cache_write_5m`].
    pub cache_write_5m: Option<Rate>,
    /// See [`Price::cache_write_1h`].
    pub cache_write_1h: Option<Rate>,
}

/// Names the figures that a call was priced with: `catalog:2026-11-22`, `config`. Stamped at
/// admission. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PriceVersion(Arc<str>);

// === impl Price ===

impl Price {
    /// Input and output only; fields can be set after.
    pub fn new(input: Rate, output: Rate, version: PriceVersion) -> Self {
        Self {
            input,
            output,
            cache_read: None,
            cache_write_5m: None,
            cache_write_1h: None,
            reasoning: None,
            per_request: Nanos::ZERO,
            long_context: None,
            version,
        }
    }

    /// The price of a model that is marked free.
    pub fn free(version: PriceVersion) -> Self {
        Self::new(Rate::ZERO, Rate::ZERO, version)
    }

    /// Whether no call can cost anything.
    pub fn is_free(&self) -> bool {
        let long = self
            .long_context
            .iter()
            .flat_map(|long| [long.input, long.output, long.cache_read, long.cache_write_5m, long.cache_write_1h]);
        let base = [self.cache_read, self.cache_write_5m, self.cache_write_1h, self.reasoning];
        let mut rates = [self.input, self.output].into_iter().chain(base.into_iter().chain(long).flatten());
        !self.per_request.is_positive() && rates.all(|rate| rate == Rate::ZERO)
    }
}

// === impl PriceVersion ===

impl PriceVersion {
    /// A version of this name.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for PriceVersion {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl fmt::Display for PriceVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
