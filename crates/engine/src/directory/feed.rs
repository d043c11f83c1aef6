//! News of what other instances have changed: the audit trail, read on from where it was read last.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use store::{OwnConnection, StoreError, audit};
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
        let mut feed = Feed { connection: OwnConnection::new(self.db.clone()), seq: None, is_silent: false };
        loop {
            period.tick().await;
            feed.catch_up(&self).await;
        }
    }
}

/// Where the trail was read last.
struct Feed {
    connection: OwnConnection,
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
        let began = directory.clock.now();
        while !self.read_on(directory).await? {}
        directory.confirmed_at.store(began, Ordering::Relaxed);
        Ok(())
    }

    /// Whether the end was reached.
    async fn read_on(&mut self, directory: &Directory) -> Result<bool, StoreError> {
        let Some(seq) = self.seq else {
            let last = audit::last_seq(&mut self.connection).await?;
            // nobody knows what has changed before
            directory.forget_everything();
            self.seq = Some(last);
            return Ok(true);
        };
        let touched = audit::touched_from(&mut self.connection, seq, MOST).await?;
        // the row that was the last is there for ever, unless an older database was put back
        if seq > 0 && touched.first().is_none_or(|first| first.seq != seq) {
            self.seq = None;
            return Ok(false);
        }
        let known = usize::from(seq > 0);
        directory.forget(touched.get(known..).unwrap_or_default());
        self.seq = touched.last().map(|last| last.seq).or(self.seq);
        Ok(touched.len() < MOST as usize)
    }
}
