//! The most that a call can cost, and the output that a budget affords.

use crate::cost::{of_unit, times};
use crate::{Class, Nanos, Price, Rates, ServiceTier, Units, Usage};

/// What a call cannot pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The tokens of the whole prompt.
    pub input: u64,
    /// The tokens of all answers.
    pub output: u64,
    /// The prompt brings no sound, pictures or film.
    pub is_text: bool,
    /// As what it may be served.
    pub tiers: Tiers,
    /// What it uses besides at most.
    pub units: Units,
}

/// A set of tiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiers(u8);

impl Price {
    /// An amount that [`Self::cost`] exceeds for no usage within these bounds, however the prompt falls into classes.
    pub fn worst_case(&self, bounds: &Bounds) -> Nanos {
        self.charge(self.most(bounds, bounds.output))
    }

    /// The largest output bound whose [`Self::worst_case`] fits into `budget`; none if the input alone does not fit. That of
    /// `bounds` does not matter.
    pub fn affordable_output(&self, bounds: &Bounds, budget: Nanos) -> Option<u64> {
        let fits = |output: u64| self.charge(self.most(bounds, output)) <= budget;
        if !fits(0) {
            return None;
        }
        // what fits is below what does not: the bound grows with the output
        let (mut fitting, mut too_much) = (0, u64::MAX);
        if fits(too_much) {
            return Some(too_much);
        }
        while too_much - fitting > 1 {
            let middle = fitting + (too_much - fitting) / 2;
            if fits(middle) { fitting = middle } else { too_much = middle }
        }
        Some(fitting)
    }

    fn most(&self, bounds: &Bounds, output: u64) -> u128 {
        // prices change at each length, so the longest prompt up to each is the dearest that it applies to
        let lengths = self.bounds().filter(|above| *above < bounds.input).chain([bounds.input]);
        let tokens = lengths.flat_map(|prompt| {
            bounds.tiers.iter().map(move |tier| {
                let rates = self.rates_at(tier, prompt);
                dearest_prompt(&rates, bounds, prompt).saturating_add(times(output, dearest(&rates, &Class::OF_OUTPUT)))
            })
        });
        let units =
            bounds.units.iter().map(|(unit, count)| self.unit(unit).map_or(0, |rate| of_unit(unit, count, rate)));
        let units = units.fold(self.fixed(), u128::saturating_add);
        tokens.max().unwrap_or(u128::MAX).saturating_add(units)
    }
}

// === impl Bounds ===

impl Bounds {
    /// Of the tokens alone: whatever they are, however they are served, and nothing besides.
    pub fn of(input: u64, output: u64) -> Self {
        Self { input, output, is_text: false, tiers: Tiers::ALL, units: Units::default() }
    }

    /// Whether `usage` is within.
    pub fn contain(&self, usage: &Usage) -> bool {
        let Usage { tokens, media, units, tier } = usage;
        let no_media = [media.input_audio, media.input_image, media.input_video, media.cache_read_audio] == [0; 4];
        tokens.prompt() <= self.input
            && tokens.output <= self.output
            && (!self.is_text || no_media)
            && self.tiers.contains(*tier)
            && units.iter().all(|(unit, count)| count <= self.units.count(unit))
    }
}

// === impl Tiers ===

impl Tiers {
    /// Any.
    pub const ALL: Self = Self(u8::MAX);
    /// The ordinary one.
    pub const STANDARD: Self = Self(1);

    /// With `tier` in it.
    #[must_use]
    pub fn with(self, tier: ServiceTier) -> Self {
        Self(self.0 | Self::bit(tier))
    }

    /// Whether `tier` is in it.
    pub fn contains(self, tier: ServiceTier) -> bool {
        self.0 & Self::bit(tier) != 0
    }

    /// Each that is in it.
    pub fn iter(self) -> impl Iterator<Item = ServiceTier> {
        ServiceTier::ALL.into_iter().filter(move |tier| self.contains(*tier))
    }

    fn bit(tier: ServiceTier) -> u8 {
        1 << (tier as u8)
    }
}

fn dearest_prompt(rates: &Rates, bounds: &Bounds, tokens: u64) -> u128 {
    let text = dearest(rates, &Class::OF_TEXT);
    let rate = if bounds.is_text { text } else { text.max(dearest(rates, &Class::OF_MEDIA)) };
    // a bound of u64::MAX is met by any prompt, also by four classes that are each as large
    let classes = if tokens == u64::MAX { 4 } else { 1 };
    times(tokens, rate).saturating_mul(classes)
}

fn dearest(rates: &Rates, classes: &[Class]) -> crate::Rate {
    classes.iter().map(|class| rates.charged(*class)).max().unwrap_or_default()
}
