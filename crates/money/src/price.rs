//! What a call costs at one model: tokens by class, tier and length of the prompt, and what is counted otherwise. The
//! arithmetic is in `cost` and `bound`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::{Class, Nanos, Rate, Rates, ServiceTier, Terms, Unit};

/// The prices of one model. What is not stated has a price all the same: that of a class near it ([`Rates`]), of a shorter
/// prompt, of the ordinary tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// At the ordinary tier and for short prompts. Input and output are always stated.
    rates: Rates,
    /// Shorter prompts first.
    variants: Vec<Variant>,
    units: BTreeMap<Unit, Rate>,
    /// What a call costs beside its tokens. Below zero counts as nothing.
    pub per_request: Nanos,
    /// What is taken off the sum and put on it.
    pub terms: Terms,
    /// What is paid for the deployment whether it is called or not.
    pub flat: Option<Flat>,
    /// What these figures are known as in the ledger.
    pub version: PriceVersion,
}

/// Other prices of a whole call: of another tier, of one whose prompt is long, or of both. See [`Price::rates_at`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variant {
    /// Applies to calls that were served so.
    pub tier: ServiceTier,
    /// Applies when the prompt, cache classes included, has more tokens than this; 0 to all.
    pub above: u64,
    /// What differs.
    pub rates: Rates,
}

/// Capacity that is paid by the hour, used or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flat {
    /// How many units of it.
    pub count: u64,
    /// What one costs an hour.
    pub per_hour: Nanos,
    /// From when on, in microseconds UTC; before that it costs nothing.
    pub from: Option<i64>,
    /// Until when.
    pub to: Option<i64>,
}

/// Names the figures that a call was priced with: `catalog:2026-11-22`, `config:1f0c27aa`. Stamped at admission. Cheap to
/// clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PriceVersion(Arc<str>);

// === impl Price ===

impl Price {
    /// Input and output only; the rest can be set after.
    pub fn new(input: Rate, output: Rate, version: PriceVersion) -> Self {
        Self {
            rates: Rates::default().with(Class::Input, input).with(Class::Output, output),
            variants: Vec::new(),
            units: BTreeMap::new(),
            per_request: Nanos::ZERO,
            terms: Terms::default(),
            flat: None,
            version,
        }
    }

    /// The price of a model that is marked free.
    pub fn free(version: PriceVersion) -> Self {
        Self::new(Rate::ZERO, Rate::ZERO, version)
    }

    /// With the price of a class at the ordinary tier.
    #[must_use]
    pub fn with(mut self, class: Class, rate: Rate) -> Self {
        self.rates.set(class, rate);
        self
    }

    /// With prices of another tier or of long prompts; of two for the same the later one counts.
    #[must_use]
    pub fn with_variant(mut self, variant: Variant) -> Self {
        self.variants.retain(|known| (known.tier, known.above) != (variant.tier, variant.above));
        self.variants.push(variant);
        self.variants.sort_by_key(|variant| variant.above);
        self
    }

    /// With the price of what is not counted in tokens.
    #[must_use]
    pub fn with_unit(mut self, unit: Unit, rate: Rate) -> Self {
        self.units.insert(unit, rate);
        self
    }

    /// What a token of `class` costs at the ordinary tier in a call with a short prompt.
    pub fn rate(&self, class: Class) -> Rate {
        self.rates.charged(class)
    }

    /// What is stated for the ordinary tier and short prompts.
    pub fn rates(&self) -> &Rates {
        &self.rates
    }

    /// What is stated besides, shorter prompts first.
    pub fn variants(&self) -> &[Variant] {
        &self.variants
    }

    /// What is stated of what is not counted in tokens.
    pub fn units(&self) -> impl Iterator<Item = (&Unit, Rate)> {
        self.units.iter().map(|(unit, rate)| (unit, *rate))
    }

    /// Whether `tier` has prices of its own.
    pub fn knows(&self, tier: ServiceTier) -> bool {
        tier == ServiceTier::Standard || self.variants.iter().any(|variant| variant.tier == tier)
    }

    /// What one costs: in its form, else in none, else in the dearest form that has a price. Nothing where its kind has no price
    /// at all.
    pub fn unit(&self, unit: &Unit) -> Option<Rate> {
        let plain = || self.units.get(&Unit::plain(unit.kind));
        let dearest = || self.units.iter().filter(|(known, _)| known.kind == unit.kind).map(|(_, rate)| rate).max();
        self.units.get(unit).or_else(plain).or_else(dearest).copied()
    }

    /// The prices of a call at `tier` with a prompt of that many tokens. Of several lengths that it passes the longest one
    /// that states a class counts. A tier without prices of its own costs what the ordinary one does; where it has none for
    /// prompts so long and the ordinary one does, the dearer of both.
    pub fn rates_at(&self, tier: ServiceTier, prompt: u64) -> Rates {
        let (standard, long) = self.stated_at(ServiceTier::Standard, prompt);
        if tier == ServiceTier::Standard || !self.knows(tier) {
            return standard;
        }
        let (own, own_long) = self.stated_at(tier, prompt);
        if own_long < long { own.dearer(&standard) } else { own }
    }

    /// The prices that are stated for `tier`, and for prompts of which length.
    fn stated_at(&self, tier: ServiceTier, prompt: u64) -> (Rates, u64) {
        let applies = |variant: &&Variant| variant.tier == tier && (variant.above == 0 || prompt > variant.above);
        self.variants
            .iter()
            .filter(applies)
            .fold((self.rates, 0), |(rates, _), variant| (rates.overlaid(&variant.rates), variant.above))
    }

    /// The lengths of prompts above which other prices apply.
    pub(crate) fn bounds(&self) -> impl Iterator<Item = u64> {
        self.variants.iter().map(|variant| variant.above).filter(|above| *above > 0)
    }

    /// Whether no call can cost anything.
    pub fn is_free(&self) -> bool {
        let variants = self.variants.iter().map(|variant| &variant.rates);
        let rates = std::iter::once(&self.rates).chain(variants).flat_map(|rates| rates.stated().map(|(_, rate)| rate));
        let mut rates = rates.chain(self.units.values().copied());
        !self.per_request.is_positive()
            && !self.terms.margin_per_call.is_positive()
            && rates.all(|rate| rate == Rate::ZERO)
    }
}

// === impl Flat ===

impl Flat {
    /// What it costs from `from` until `to`, in microseconds UTC: by the microsecond, rounded up once.
    pub fn cost(&self, from: i64, to: i64) -> Nanos {
        const HOUR: u128 = 3_600_000_000;
        let from = self.from.map_or(from, |began| began.max(from));
        let to = self.to.map_or(to, |ended| ended.min(to));
        let time = u128::try_from(i128::from(to) - i128::from(from)).unwrap_or(0);
        let per_hour = u128::try_from(self.per_hour.get()).unwrap_or(0).saturating_mul(u128::from(self.count));
        i64::try_from(per_hour.saturating_mul(time).div_ceil(HOUR)).map_or(Nanos::MAX, Nanos::new)
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
