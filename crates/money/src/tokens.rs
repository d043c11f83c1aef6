//! How much of each priced thing a call used.

use serde::{Deserialize, Serialize};

/// Tokens by price class. `input` excludes cache reads and writes; `output` includes `reasoning`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Prompt tokens that no cache had part in.
    pub input: u64,
    /// Prompt tokens read from the provider's cache.
    pub cache_read: u64,
    /// Prompt tokens written to a cache of five minutes, or of a provider's only duration.
    pub cache_write_5m: u64,
    /// Prompt tokens written to a cache of an hour.
    pub cache_write_1h: u64,
    /// Tokens that the model made, reasoning included.
    pub output: u64,
    /// The part of `output` that was reasoning. What exceeds `output` is not counted.
    pub reasoning: u64,
}

impl Tokens {
    /// The whole prompt: input, cache reads, cache writes. Saturates.
    pub fn prompt(&self) -> u64 {
        self.input
            .saturating_add(self.cache_read)
            .saturating_add(self.cache_write_5m)
            .saturating_add(self.cache_write_1h)
    }

    /// Prompt and output. Saturates.
    pub fn total(&self) -> u64 {
        self.prompt().saturating_add(self.output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasoning_is_part_of_the_output() {
        let tokens =
            Tokens { input: 1, cache_read: 2, cache_write_5m: 4, cache_write_1h: 8, output: 16, reasoning: 10 };
        assert_eq!((tokens.prompt(), tokens.total()), (15, 31));
        let most = Tokens { input: u64::MAX, cache_read: 1, output: 1, ..Tokens::default() };
        assert_eq!((most.prompt(), most.total()), (u64::MAX, u64::MAX));
    }
}
