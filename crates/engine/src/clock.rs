//! Time, injected: budgets, expiries and deadlines are most of what can go wrong, and all of it is time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// The wall clock. Deadlines use tokio's own, which tests pause.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    /// Stands still until told otherwise.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock for tests that shows `micros`.
    pub fn manual(micros: i64) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(micros)))
    }

    /// Microseconds since 1970, UTC.
    pub fn now(&self) -> i64 {
        match self {
            Self::Manual(now) => now.load(Ordering::Relaxed),
            Self::System => {
                #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else is given")]
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
            }
        }
    }

    /// Microseconds since some moment, which never go back: for what counts by time that passes.
    pub fn steady(&self) -> i64 {
        static BEGAN: OnceLock<Instant> = OnceLock::new();
        match self {
            Self::Manual(now) => now.load(Ordering::Relaxed),
            Self::System => {
                let passed = BEGAN.get_or_init(Instant::now).elapsed();
                i64::try_from(passed.as_micros()).unwrap_or(i64::MAX)
            }
        }
    }

    /// Moves a manual clock on; the system's goes by itself.
    pub fn advance(&self, micros: i64) {
        if let Self::Manual(now) = self {
            now.fetch_add(micros, Ordering::Relaxed);
        }
    }
}
