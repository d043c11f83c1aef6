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
    /// Queries over many rows of the ledger.
    ledger_reports: Arc<Semaphore>,
    /// Queries over many rows of anything else.
    reports: Arc<Semaphore>,
    /// Changes wait for each other anyway: here, without a connection each.
    changes: Arc<Semaphore>,
}

impl Turns {
    /// Of so many connections at most half are for reports, one at least for each kind.
    pub(super) fn of(connections: u32) -> Self {
        let quarter = usize::try_from(connections / 4).unwrap_or(1).max(1);
        let turns = |number| Arc::new(Semaphore::new(number));
        Self { ledger_reports: turns(quarter), reports: turns(quarter), changes: turns(1) }
    }

    pub(super) async fn ledger_report(&self) -> Result<Turn, StoreError> {
        take(&self.ledger_reports).await
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
