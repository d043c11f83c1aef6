//! Delays that vary, and vary in the same way for the same seed.

use std::time::Duration;

/// SplitMix64: small, and even enough for delays.
#[derive(Debug)]
pub(super) struct Jitter(u64);

impl Jitter {
    /// Directions and connections each have a sequence of their own.
    pub(super) fn new(connection: u64, direction: u64) -> Self {
        Self(connection << 1 | direction)
    }

    /// The next delay below `most`.
    pub(super) fn next(&mut self, seed: u64, most: Duration) -> Duration {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0 ^ seed.rotate_left(32);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        let nanos = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(bits.checked_rem(nanos).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_connection_make_a_sequence() {
        let most = Duration::from_secs(1);
        let delays = |connection, seed| {
            let mut jitter = Jitter::new(connection, 0);
            [(); 50].map(|()| jitter.next(seed, most))
        };
        assert_eq!(delays(1, 7), delays(1, 7));
        assert_ne!(delays(1, 7), delays(2, 7));
        assert_ne!(delays(1, 7), delays(1, 8));
        assert!(delays(1, 7).iter().all(|delay| *delay < most));
        assert!(delays(1, 7).iter().any(|delay| *delay > most / 2));
        assert_eq!(Jitter::new(1, 1).next(7, Duration::ZERO), Duration::ZERO);
    }
}
