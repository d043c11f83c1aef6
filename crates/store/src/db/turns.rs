//! Turns: whatever takes long, or stands in a line, leaves connections to those who look up who is calling.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::StoreError;

/// How long one waits for a turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Held for as long as it is somebody's turn.
pub(super) type Turn = OwnedSemaphorePermit;

#[derive(Debug, Clone)]
pub(super) struct Turns {
    /// Queries over many rows.
    reports: Arc<Semaphore>,
    /// Changes wait for each other anyway: here, without a connection each.
    changes: Arc<Semaphore>,
}

impl Turns {
    /// Of so many connections at most half are for reports.
    pub(super) fn of(connections: u32) -> Self {
        let reports = usize::try_from(connections / 2).unwrap_or(1).max(1);
        Self { reports: Arc::new(Semaphore::new(reports)), changes: Arc::new(Semaphore::new(1)) }
    }

    pub(super) async fn report(&self) -> Result<Turn, StoreError> {
        take(&self.reports).await
    }

    pub(super) async fn change(&self) -> Result<Turn, StoreError> {
        take(&self.changes).await
    }
}

async fn take(turns: &Arc<Semaphore>) -> Result<Turn, StoreError> {
    let turn = timeout(PATIENCE, Arc::clone(turns).acquire_owned()).await;
    // it is never closed
    turn.ok().and_then(Result::ok).ok_or_else(|| sqlx::Error::PoolTimedOut.into())
}
