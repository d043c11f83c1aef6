//! A histogram of durations with a relative error below one percent, whatever their size.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Each power of two is cut into so many buckets (as a power of two).
const FINENESS: u32 = 7;

/// Counts by bucket; the index grows with the duration.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Histogram {
    pub(crate) fn record(&mut self, taken: Duration) {
        let index = bucket(u64::try_from(taken.as_nanos()).unwrap_or(u64::MAX));
        if self.counts.len() <= index {
            self.counts.resize(index + 1, 0);
        }
        if let Some(count) = self.counts.get_mut(index) {
            *count += 1;
        }
        self.total += 1;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.total += other.total;
    }

    /// The duration below or at which `percent` of all lie, in milliseconds; `None` when there is none.
    pub(crate) fn percentile(&self, percent: u64) -> Option<f64> {
        let wanted = (self.total * percent).div_ceil(100).max(1);
        let mut seen = 0;
        let index = self.counts.iter().position(|count| {
            seen += count;
            seen >= wanted
        })?;
        Some(middle(index))
    }
}

/// Small values have a bucket each; from there on the leading bits choose it.
fn bucket(nanos: u64) -> usize {
    let shift = (u64::BITS - nanos.leading_zeros()).saturating_sub(FINENESS + 1);
    let index = (u64::from(shift) << FINENESS) + (nanos >> shift);
    usize::try_from(index).unwrap_or(usize::MAX)
}

/// The middle of a bucket, in milliseconds.
#[expect(clippy::cast_precision_loss, reason = "a bucket is far coarser than what is lost")]
fn middle(index: usize) -> f64 {
    let index = index as u64;
    let shift = (index >> FINENESS).saturating_sub(1);
    let low = (index - (shift << FINENESS)) << shift;
    let width = 1_u64 << shift;
    (low as f64 + (width - 1) as f64 / 2.0) / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_tells_a_duration_within_one_percent() {
        let mut last = 0;
        for nanos in (0..5000).chain((12..60).map(|power| (1_u64 << power) + 12345)) {
            let index = bucket(nanos);
            assert!(index >= last, "{nanos}");
            last = index;
            #[expect(clippy::cast_precision_loss, reason = "as above")]
            let error = (middle(index) * 1e6 - nanos as f64).abs() / (nanos.max(1) as f64);
            assert!(error < 0.01, "{nanos} is told as {}", middle(index) * 1e6);
        }
    }

    #[test]
    fn percentiles_of_both_halves() {
        let (mut low, mut high) = (Histogram::default(), Histogram::default());
        for millis in 1..=50 {
            low.record(Duration::from_millis(millis));
            high.record(Duration::from_millis(millis + 50));
        }
        low.merge(&high);
        for (percent, expected) in [(1, 1.0), (50, 50.0), (99, 99.0), (100, 100.0)] {
            let told = low.percentile(percent).unwrap();
            assert!((told - expected).abs() / expected < 0.01, "p{percent} is told as {told}");
        }
        assert_eq!(Histogram::default().percentile(50), None);
    }
}
