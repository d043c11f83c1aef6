//! The kinds of token that have prices of their own.

use serde::{Deserialize, Serialize};

use crate::Rate;

/// What a token is charged as. Each token of a call is of one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A prompt token that no cache had part in and that has no class of its own below.
    Input,
    /// A prompt token read from the cache.
    CacheRead,
    /// A prompt token written to the five-minute cache.
    #[serde(rename = "cache_write_5m")]
    CacheWrite5m,
    /// A prompt token written to the one-hour cache.
    #[serde(rename = "cache_write_1h")]
    CacheWrite1h,
    /// A prompt token that was sound.
    InputAudio,
    /// A prompt token that was sound, read from the cache.
    CacheReadAudio,
    /// A prompt token that was a picture.
    InputImage,
    /// A prompt token that was film.
    InputVideo,
    /// A token that the model made and that has no class of its own below.
    Output,
    /// An output token that was reasoning.
    Reasoning,
    /// An output token that was sound.
    OutputAudio,
    /// An output token that was a picture.
    OutputImage,
}

/// Prices of classes, as far as they are stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates([Option<Rate>; Class::ALL.len()]);

// === impl Class ===

impl Class {
    /// Each once.
    pub const ALL: [Self; 12] = [
        Self::Input,
        Self::CacheRead,
        Self::CacheWrite5m,
        Self::CacheWrite1h,
        Self::InputAudio,
        Self::CacheReadAudio,
        Self::InputImage,
        Self::InputVideo,
        Self::Output,
        Self::Reasoning,
        Self::OutputAudio,
        Self::OutputImage,
    ];
    /// What any prompt may consist of.
    pub(crate) const OF_TEXT: [Self; 4] = [Self::Input, Self::CacheRead, Self::CacheWrite5m, Self::CacheWrite1h];
    /// What a prompt may consist of besides that brings sound, pictures or film.
    pub(crate) const OF_MEDIA: [Self; 4] = [Self::InputAudio, Self::CacheReadAudio, Self::InputImage, Self::InputVideo];
    /// What an answer may consist of.
    pub(crate) const OF_OUTPUT: [Self; 4] = [Self::Output, Self::Reasoning, Self::OutputAudio, Self::OutputImage];

    /// Its word in the catalogue and the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::CacheRead => "cache_read",
            Self::CacheWrite5m => "cache_write_5m",
            Self::CacheWrite1h => "cache_write_1h",
            Self::InputAudio => "input_audio",
            Self::CacheReadAudio => "cache_read_audio",
            Self::InputImage => "input_image",
            Self::InputVideo => "input_video",
            Self::Output => "output",
            Self::Reasoning => "reasoning",
            Self::OutputAudio => "output_audio",
            Self::OutputImage => "output_image",
        }
    }

    /// The class whose price moves that of this one along: `Input` or `Output`.
    pub(crate) fn root(self) -> Self {
        if Self::OF_OUTPUT.contains(&self) { Self::Output } else { Self::Input }
    }
}

// === impl Rates ===

impl Rates {
    /// What is stated of `class`.
    pub fn get(&self, class: Class) -> Option<Rate> {
        self.0.get(class as usize).copied().flatten()
    }

    /// States the price of `class`.
    pub fn set(&mut self, class: Class, rate: Rate) {
        if let Some(place) = self.0.get_mut(class as usize) {
            *place = Some(rate);
        }
    }

    /// With the price of `class` stated.
    #[must_use]
    pub fn with(mut self, class: Class, rate: Rate) -> Self {
        self.set(class, rate);
        self
    }

    /// What is stated, by class.
    pub fn stated(&self) -> impl Iterator<Item = (Class, Rate)> {
        Class::ALL.into_iter().filter_map(|class| self.get(class).map(|rate| (class, rate)))
    }

    /// What a token of `class` costs: never nothing for want of a figure.
    ///
    /// | not stated | costs |
    /// |---|---|
    /// | cache read, cache write of five minutes | the input |
    /// | cache write of an hour | the one of five minutes |
    /// | sound, picture or film that goes in | the input |
    /// | sound read from the cache | sound that goes in, where that is stated, else the cache read |
    /// | reasoning, sound or picture that comes out | the output |
    pub(crate) fn charged(&self, class: Class) -> Rate {
        let stated = self.get(class);
        stated.unwrap_or_else(|| match class {
            Class::Input | Class::Output => Rate::ZERO,
            Class::CacheWrite1h => self.charged(Class::CacheWrite5m),
            Class::CacheReadAudio => self.get(Class::InputAudio).unwrap_or_else(|| self.charged(Class::CacheRead)),
            Class::CacheRead | Class::CacheWrite5m | Class::InputAudio | Class::InputImage | Class::InputVideo => {
                self.charged(Class::Input)
            }
            Class::Reasoning | Class::OutputAudio | Class::OutputImage => self.charged(Class::Output),
        })
    }

    /// These prices with those of `over` in their place. What `over` does not state rises as the input or the output does,
    /// since providers publish it as a multiple of that; it never falls.
    pub(crate) fn overlaid(&self, over: &Self) -> Self {
        let mut rates = *self;
        for class in Class::ALL {
            let root = class.root();
            let risen = || self.get(class).map(|rate| risen(rate, self.charged(root), over.get(root)));
            if let Some(rate) = over.get(class).or_else(risen) {
                rates.set(class, rate);
            }
        }
        rates
    }

    /// Of each class the dearer price.
    pub(crate) fn dearer(&self, other: &Self) -> Self {
        Class::ALL
            .into_iter()
            .fold(Self::default(), |rates, class| rates.with(class, self.charged(class).max(other.charged(class))))
    }
}

/// `rate` raised as the price that it goes by rose `from` → `to`, rounded up; never lowered.
fn risen(rate: Rate, from: Rate, to: Option<Rate>) -> Rate {
    let Some(to) = to.filter(|to| *to > from) else { return rate };
    if from == Rate::ZERO {
        return rate.max(to); // there is no proportion to keep
    }
    let product = u128::from(rate.get()) * u128::from(to.get());
    let raised = product.div_ceil(u128::from(from.get()));
    Rate::new(u64::try_from(raised).unwrap_or(u64::MAX))
}
