//! How long answers usually are, learned from those before: what a call without a ceiling is expected to use.

/// A class holds answers of up to 1, 2, 3, 4, 6, 8, 12, 16, … tokens.
const CLASSES: usize = 48;
/// Answers remembered; with more, all weigh half.
const MOST: u16 = 128;
/// Fewer say nothing yet.
const LEAST: u16 = 8;

/// The lengths of recent answers of one key at one model.
#[derive(Clone, Debug)]
pub(super) struct Lengths {
    counts: [u16; CLASSES],
    sum: u16,
}

impl Default for Lengths {
    fn default() -> Self {
        Self { counts: [0; CLASSES], sum: 0 }
    }
}

impl Lengths {
    pub(super) fn add(&mut self, tokens: u64) {
        let class = (0..CLASSES).find(|class| tokens <= most_of(*class)).unwrap_or(CLASSES - 1);
        if self.sum >= MOST {
            self.counts.iter_mut().for_each(|count| *count /= 2);
            self.sum = self.counts.iter().sum();
        }
        if let Some(count) = self.counts.get_mut(class) {
            *count += 1;
            self.sum += 1;
        }
    }

    /// What nineteen of twenty answers did not pass, at most half too much. `None` while little is known.
    pub(super) fn usual(&self) -> Option<u64> {
        if self.sum < LEAST {
            return None;
        }
        let mut left = u32::from(self.sum) * 19 / 20;
        let class = self.counts.iter().position(|count| {
            let within = left <= u32::from(*count);
            left = left.saturating_sub(u32::from(*count));
            within
        });
        class.map(most_of)
    }
}

/// The longest answer of a class.
fn most_of(class: usize) -> u64 {
    let power = 1_u64 << (class / 2).min(62);
    if class.is_multiple_of(2) { power } else { power + power / 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nineteen_of_twenty_are_no_longer_than_usual() {
        let mut lengths = Lengths::default();
        assert_eq!(lengths.usual(), None);
        (0..95).for_each(|_| lengths.add(100));
        (0..5).for_each(|_| lengths.add(9_000));
        assert_eq!(lengths.usual(), Some(128));
        (0..20).for_each(|_| lengths.add(9_000));
        assert_eq!(lengths.usual(), Some(12_288));
        // what was long ago is forgotten
        (0..600).for_each(|_| lengths.add(3));
        assert_eq!(lengths.usual(), Some(3));
    }

    #[test]
    fn every_length_has_a_class() {
        assert!((0..CLASSES).is_sorted_by_key(most_of));
        for tokens in [0, 1, 2, 3, 5, 1_000_000, u64::MAX] {
            let mut lengths = Lengths::default();
            (0..8).for_each(|_| lengths.add(tokens));
            assert!(lengths.usual().unwrap() >= tokens.min(most_of(CLASSES - 1)), "{tokens}");
        }
    }
}
