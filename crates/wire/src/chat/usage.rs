//! Tokens that a provider counted.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::ServiceTier;

/// Tokens by class, as far as the provider told. `input` excludes cache reads and writes; `output` includes `reasoning`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub input: Option<u64>,
    pub cache_read: Option<u64>,
    /// Cache writes with the short lifetime, and those whose lifetime is not said. A report that tells only this one tells the
    /// writes of all lifetimes; one that tells lifetimes tells both.
    pub cache_write_5m: Option<u64>,
    pub cache_write_1h: Option<u64>,
    pub output: Option<u64>,
    pub reasoning: Option<u64>,
    /// All of the prompt, from providers that tell in some reports of a stream how much of it the cache had, and in others not
    /// (Gemini): `input` is what the classes of the cache leave of it.
    pub whole_prompt: Option<u64>,
    /// The part of `input` that was sound, and that was images.
    pub input_audio: Option<u64>,
    pub input_image: Option<u64>,
    /// The part of `output` that was sound, and that was images.
    pub output_audio: Option<u64>,
    pub output_image: Option<u64>,
    /// As what the provider says that it served the call.
    pub tier: Option<ServiceTier>,
    /// The provider's figures contradict each other or are not counts (negative, fractional, falling).
    pub odd: bool,
}

impl Usage {
    /// Prompt tokens of all classes, as OpenAI counts them.
    pub fn prompt(&self) -> u64 {
        [self.input, self.cache_read, self.cache_write_5m, self.cache_write_1h]
            .into_iter()
            .flatten()
            .fold(0, u64::saturating_add)
    }

    /// Cache writes of every lifetime, if any was told.
    pub fn cache_write(&self) -> Option<u64> {
        match (self.cache_write_5m, self.cache_write_1h) {
            (None, None) => None,
            (a, b) => Some(a.unwrap_or(0).saturating_add(b.unwrap_or(0))),
        }
    }

    /// Whether the provider told enough to charge by.
    pub fn is_complete(&self) -> bool {
        self.input.is_some() && self.output.is_some()
    }

    /// Whether nothing at all was told.
    pub fn is_empty(&self) -> bool {
        *self == Self { odd: self.odd, tier: self.tier, ..Self::default() }
    }

    /// With the tier, as the provider calls it.
    #[must_use]
    pub(crate) fn served_as(self, tier: Option<&str>) -> Self {
        Self { tier: tier.and_then(ServiceTier::named), ..self }
    }

    /// Takes what a provider told, or notes that it cannot be read.
    pub(crate) fn told<'a, T: Deserialize<'a>>(&mut self, text: &'a str) -> Option<T> {
        let told = serde_json::from_str(text);
        self.odd |= told.is_err();
        told.ok()
    }

    /// A figure that was told, or nothing and a note when it is no count.
    pub(crate) fn count(&mut self, raw: Option<&RawValue>) -> Option<u64> {
        let count = raw?.get().parse();
        self.odd |= count.is_err();
        count.ok()
    }

    /// Takes cache writes by lifetime, beside their total. What the total says more has no lifetime and counts as short.
    pub(crate) fn set_cache_writes(&mut self, total: Option<u64>, short: u64, long: u64) {
        let sum = short.saturating_add(long);
        self.odd |= total.is_some_and(|total| total != sum);
        let rest = total.map_or(0, |total| total.saturating_sub(sum));
        self.cache_write_5m = Some(short.saturating_add(rest));
        self.cache_write_1h = Some(long);
    }

    /// Takes a later report of the same stream. Reports are cumulative: a count that falls keeps its highest value and is odd.
    pub fn merge(&mut self, later: &Self) {
        let mut odd = self.odd || later.odd;
        let mut later = *later;
        self.tier = later.tier.or(self.tier);
        match (self.cache_write_1h, later.cache_write_1h) {
            (Some(long), None) => later.cache_write_5m = later.cache_write_5m.map(|all| all.saturating_sub(long)),
            (None, Some(long)) => self.cache_write_5m = self.cache_write_5m.map(|all| all.saturating_sub(long)),
            _ => {}
        }
        // that it falls is no contradiction where the cache's part of it is told late
        later.input = later.input.filter(|_| later.whole_prompt.is_none());
        for (mine, theirs) in [
            (&mut self.whole_prompt, later.whole_prompt),
            (&mut self.input, later.input),
            (&mut self.cache_read, later.cache_read),
            (&mut self.cache_write_5m, later.cache_write_5m),
            (&mut self.cache_write_1h, later.cache_write_1h),
            (&mut self.output, later.output),
            (&mut self.reasoning, later.reasoning),
            (&mut self.input_audio, later.input_audio),
            (&mut self.input_image, later.input_image),
            (&mut self.output_audio, later.output_audio),
            (&mut self.output_image, later.output_image),
        ] {
            match (*mine, theirs) {
                (Some(a), Some(b)) if b < a => odd = true,
                (_, Some(b)) => *mine = Some(b),
                (_, None) => {}
            }
        }
        if let Some(whole) = self.whole_prompt {
            let cached = self.prompt().saturating_sub(self.input.unwrap_or(0));
            odd |= cached > whole;
            self.input = Some(whole.saturating_sub(cached));
        }
        self.odd = odd;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_reports_add_to_earlier_ones() {
        let mut usage = Usage { input: Some(10), output: Some(1), ..Usage::default() };
        usage.merge(&Usage { output: Some(7), ..Usage::default() });
        assert_eq!((usage.input, usage.output, usage.odd), (Some(10), Some(7), false));
    }

    #[test]
    fn a_falling_count_is_odd_and_keeps_the_highest() {
        let mut usage = Usage { output: Some(9), ..Usage::default() };
        usage.merge(&Usage { output: Some(3), ..Usage::default() });
        assert_eq!((usage.output, usage.odd), (Some(9), true));
    }

    #[test]
    fn a_total_of_cache_writes_is_not_added_to_their_lifetimes() {
        let split = Usage { cache_write_5m: Some(0), cache_write_1h: Some(100), ..Usage::default() };
        let total = Usage { cache_write_5m: Some(100), ..Usage::default() };
        for (first, second) in [(split, total), (total, split)] {
            let mut usage = first;
            usage.merge(&second);
            assert_eq!(usage, split);
        }
    }

    #[test]
    fn what_the_cache_had_of_a_prompt_may_be_told_in_any_report() {
        let told = |whole: Option<u64>, cache_read: Option<u64>| Usage {
            whole_prompt: whole,
            input: whole.map(|whole| whole - cache_read.unwrap_or(0)),
            cache_read,
            ..Usage::default()
        };
        let all = told(Some(100), Some(80));
        for reports in [
            [told(Some(100), None), told(Some(100), Some(80))],
            [told(Some(100), Some(80)), told(Some(100), None)],
            [told(None, Some(80)), told(Some(100), None)],
            [told(Some(100), None), told(None, Some(80))],
            [told(Some(60), Some(50)), told(Some(100), Some(80))],
        ] {
            let mut usage = Usage::default();
            for report in &reports {
                usage.merge(report);
            }
            assert_eq!(usage, all, "{reports:?}");
        }
    }

    #[test]
    fn zero_is_a_count() {
        let usage = Usage { input: Some(0), output: Some(0), ..Usage::default() };
        assert!(usage.is_complete() && !usage.is_empty());
    }
}
