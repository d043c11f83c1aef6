//! Group commit: all rows go through one task, many in a transaction, and none is dropped.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use crate::journal::{Committable, Journal, Recovery};
use crate::ledger::{self, Inserted, LedgerRow};
use crate::{Db, StoreError};

const BATCH: usize = 1024;
/// How long rows are collected for a transaction: nobody waits for them, and each commit costs a sync of the disk.
const COLLECTING: Duration = Duration::from_millis(25);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Whether rows reach the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriterHealth {
    /// The last transaction was committed, or none was needed yet.
    Committing,
    /// The last transaction failed; its rows are kept and tried again.
    Retrying,
}

enum Message {
    Row(Box<LedgerRow>, Committable),
    Flush(oneshot::Sender<()>),
}

/// Where calls leave their rows. Cheap to clone; the writer ends when the last one is dropped.
#[derive(Debug, Clone)]
pub struct LedgerPoster {
    queue: mpsc::Sender<Message>,
    health: watch::Receiver<WriterHealth>,
}

/// The task that commits; [`LedgerWriter::run`] is its body.
#[derive(Debug)]
pub struct LedgerWriter {
    db: Db,
    journal: Arc<Journal>,
    queue: mpsc::Receiver<Message>,
    health: watch::Sender<WriterHealth>,
}

impl LedgerPoster {
    /// Hands a row over; waits while the queue is full. The row is committed some milliseconds later. The error means
    /// that the writer has ended: the row is safe in the journal if its outcome is.
    pub async fn post(&self, row: LedgerRow, committable: Committable) -> Result<(), StoreError> {
        self.send(Message::Row(Box::new(row), committable)).await
    }

    /// Waits until every row that was posted before is committed.
    pub async fn flushed(&self) -> Result<(), StoreError> {
        let (done, committed) = oneshot::channel();
        self.send(Message::Flush(done)).await?;
        committed.await.map_err(|_| StoreError::WriterEnded)
    }

    /// How many messages wait in the queue.
    pub fn backlog(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Whether rows reach the database, to look at or to wait on.
    pub fn health(&self) -> watch::Receiver<WriterHealth> {
        self.health.clone()
    }

    async fn send(&self, message: Message) -> Result<(), StoreError> {
        self.queue.send(message).await.map_err(|_| StoreError::WriterEnded)
    }
}

impl LedgerWriter {
    /// A writer and the first of its posters; `capacity` rows wait at most.
    pub fn new(db: Db, journal: Arc<Journal>, capacity: usize) -> (LedgerPoster, Self) {
        let (queue, posted) = mpsc::channel(capacity.max(1));
        let (health, watched) = watch::channel(WriterHealth::Committing);
        (LedgerPoster { queue, health: watched }, Self { db, journal, queue: posted, health })
    }

    /// Commits what is posted until all posters are dropped and everything is committed. Dropping the future loses
    /// nothing: what was not committed is in the journal.
    pub async fn run(mut self) {
        let mut messages = Vec::with_capacity(BATCH);
        while self.queue.recv_many(&mut messages, BATCH).await > 0 {
            self.collect(&mut messages).await;
            let mut rows = Vec::with_capacity(messages.len());
            let mut marks = Vec::with_capacity(messages.len());
            let mut waiting = Vec::new();
            for message in messages.drain(..) {
                match message {
                    Message::Row(row, committable) => {
                        rows.push(*row);
                        marks.push(committable);
                    }
                    Message::Flush(done) => waiting.push(done),
                }
            }
            self.commit(&rows).await;
            for mark in marks {
                self.journal.committed(mark);
            }
            for done in waiting {
                // Whoever waited may have left.
                done.send(()).ok();
            }
        }
        self.journal.tidy();
    }

    /// Takes what else comes within a short while, unless the batch is full or somebody waits for it. The queue is not
    /// watched meanwhile: being woken for each row would cost more than the row.
    async fn collect(&mut self, messages: &mut Vec<Message>) {
        if messages.len() == BATCH || messages.iter().any(|message| matches!(message, Message::Flush(_))) {
            return;
        }
        tokio::time::sleep(COLLECTING).await;
        while messages.len() < BATCH {
            let Ok(message) = self.queue.try_recv() else { return };
            messages.push(message);
        }
    }

    /// Tries until the rows are committed.
    async fn commit(&self, rows: &[LedgerRow]) {
        let mut pause = FIRST_PAUSE;
        while !rows.is_empty() {
            match ledger::insert_batch(&self.db, rows).await {
                Ok(_) => return self.note_success(),
                Err(error) => self.note_failure(&error),
            }
            tokio::time::sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    fn note_success(&self) {
        if self.health.send_replace(WriterHealth::Committing) == WriterHealth::Retrying {
            tracing::info!("ledger rows reach the database again");
        }
    }

    /// One line when it begins, not one a try.
    fn note_failure(&self, error: &StoreError) {
        if self.health.send_replace(WriterHealth::Retrying) == WriterHealth::Committing {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            tracing::error!(%error, cause, "ledger rows do not reach the database; they are kept and tried again: {error}");
        }
    }
}

/// Brings what an earlier process left into the ledger, then lets the journal forget it. To be run before the first call
/// is served. Doing it again, after a crash in the middle, changes nothing.
pub async fn commit_recovery(db: &Db, journal: &Journal, recovery: Recovery) -> Result<Inserted, StoreError> {
    let mut done = Inserted::default();
    for rows in recovery.rows.chunks(BATCH) {
        done.add(ledger::insert_batch(db, rows).await?);
    }
    journal.discard_recovered(recovery).map_err(StoreError::Journal)?;
    Ok(done)
}
