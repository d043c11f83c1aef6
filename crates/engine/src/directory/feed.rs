//! News of what other instances have changed: the audit trail, read on from where it was read last.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use store::{StoreError, audit};
use tokio::time::{MissedTickBehavior, interval};

use super::Directory;

/// How often the trail is looked at. What somebody changed elsewhere is obeyed here so much later at most, and the time that
/// the look takes.
const PERIOD: Duration = Duration::from_secs(1);
/// Rows of the trail a look; when there are more, the next look follows at once.
const MOST: u32 = 1_000;

impl Directory {
    /// Follows the trail for as long as the gateway runs.
    pub async fn follow(self: Arc<Self>) {
        let mut period = interval(PERIOD);
        period.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut feed = Feed { seq: None, is_silent: false };
        loop {
            period.tick().await;
            feed.catch_up(&self).await;
        }
    }
}

/// Where the trail was read last.
struct Feed {
    /// None: not yet.
    seq: Option<i64>,
    /// Whether the last look failed, so that it is said once.
    is_silent: bool,
}

impl Feed {
    async fn catch_up(&mut self, directory: &Directory) {
        match self.read(directory).await {
            Ok(()) if self.is_silent => {
                self.is_silent = false;
                tracing::info!("changes by other instances are heard of again");
            }
            Ok(()) => {}
            Err(error) if !self.is_silent => {
                self.is_silent = true;
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(%error, cause, "changes by other instances are not heard of: {error}");
            }
            Err(_) => {}
        }
    }

    async fn read(&mut self, directory: &Directory) -> Result<(), StoreError> {
        let (db, began) = (&directory.db, directory.clock.now());
        let last = audit::last_seq(db).await?;
        let mut seq = match self.seq {
            Some(seq) if seq <= last => seq,
            // the first look, or a database that was put back: nobody knows what has changed meanwhile
            _ => {
                directory.forget_everything();
                last
            }
        };
        loop {
            let touched = audit::touched_since(db, seq, MOST).await?;
            directory.forget(&touched);
            seq = touched.last().map_or(seq, |last| last.seq);
            self.seq = Some(seq);
            if touched.len() < MOST as usize {
                break;
            }
        }
        directory.confirmed_at.store(began, Ordering::Relaxed);
        Ok(())
    }
}
