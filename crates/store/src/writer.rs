//! Group commit: all rows go through one task, many in a transaction, and none is dropped.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use crate::balances::Moved;
use crate::journal::{Committable, Journal, Recovery};
use crate::ledger::{self, Inserted, LedgerRow};
use crate::{Db, StoreError};

const BATCH: usize = 1024;
/// How long rows are collected for a transaction: nobody waits for them, and each commit costs a sync of the disk.
const COLLECTING: Duration = Duration::from_millis(25);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// A server that is gone without a word is asked again after so long, over another connection: longer than any transaction takes.
const PATIENCE: Duration = Duration::from_mins(1);

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
    Check,
    PostAgain,
}

/// What is to be done at once.
#[derive(Default)]
struct Work {
    rows: Vec<LedgerRow>,
    marks: Vec<Committable>,
    waiting: Vec<oneshot::Sender<()>>,
    checks: bool,
    posts_again: bool,
}

/// Where calls leave their rows. Cheap to clone; the writer ends when the last one is dropped.
#[derive(Debug, Clone)]
pub struct LedgerPoster {
    queue: mpsc::Sender<Message>,
    health: watch::Receiver<WriterHealth>,
    moved: Moved,
}

/// The task that commits; [`LedgerWriter::run`] is its body.
#[derive(Debug)]
pub struct LedgerWriter {
    db: Db,
    journal: Arc<Journal>,
    queue: mpsc::Receiver<Message>,
    health: watch::Sender<WriterHealth>,
    /// A row that was committed, and nothing behind it: where it is gone, the database has lost what it had committed.
    last: Option<(String, u32)>,
    moved: Moved,
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

    /// Has it looked whether what was committed is still there, also when no rows come.
    pub fn check(&self) {
        // a writer that has so much to do looks anyway
        self.queue.try_send(Message::Check).ok();
    }

    /// Has all that the journal keeps posted again: the database may have lost some of it.
    pub async fn post_again(&self) -> Result<(), StoreError> {
        self.send(Message::PostAgain).await
    }

    /// How many messages wait in the queue.
    pub fn backlog(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Whether rows reach the database, to look at or to wait on.
    pub fn health(&self) -> watch::Receiver<WriterHealth> {
        self.health.clone()
    }

    /// The balances that committed rows were charged to.
    pub fn moved(&self) -> &Moved {
        &self.moved
    }

    async fn send(&self, message: Message) -> Result<(), StoreError> {
        self.queue.send(message).await.map_err(|_| StoreError::WriterEnded)
    }
}

impl LedgerWriter {
    /// A writer and the first of its posters; `capacity` rows wait at most.
    pub fn new(db: Db, journal: Arc<Journal>, capacity: usize) -> (LedgerPoster, Self) {
        let (queue, waiting) = mpsc::channel(capacity.max(1));
        let (health, watched) = watch::channel(WriterHealth::Committing);
        let moved = Moved::default();
        let poster = LedgerPoster { queue, health: watched, moved: moved.clone() };
        (poster, Self { db, journal, queue: waiting, health, last: None, moved })
    }

    /// Commits what is posted until all posters are dropped and everything is committed. Dropping the future loses
    /// nothing: what was not committed is in the journal.
    pub async fn run(mut self) {
        let mut messages = Vec::with_capacity(BATCH);
        while self.queue.recv_many(&mut messages, BATCH).await > 0 {
            self.collect(&mut messages).await;
            let Work { rows, marks, waiting, checks, posts_again } = Work::of(&mut messages);
            if posts_again {
                self.post_again(false).await;
            }
            if rows.is_empty() && (checks || !waiting.is_empty()) {
                self.look().await;
            }
            self.commit(&rows).await;
            self.moved.note(&rows);
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
    async fn commit(&mut self, rows: &[LedgerRow]) {
        let mut pause = FIRST_PAUSE;
        while !rows.is_empty() {
            match in_time(ledger::insert_behind(&self.db, rows, self.last.as_ref())).await {
                Ok(done) => {
                    self.note_last(rows, done);
                    self.journal.confirmed();
                    return self.note_success();
                }
                Err(StoreError::WentBack) => {
                    self.post_again(true).await;
                    continue;
                }
                Err(error) => self.note_failure(&error),
            }
            tokio::time::sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    /// These rows are committed.
    fn note_last(&mut self, rows: &[LedgerRow], done: Inserted) {
        // a database of one file goes back with its process only
        if let Some(row) = rows.last().filter(|_| done.quarantined == 0 && self.db.is_shared()) {
            self.last = Some((row.request_id.clone(), row.attempt));
        }
    }

    /// Looks whether the database still has what it had.
    async fn look(&mut self) {
        let Some(last) = &self.last else { return };
        match in_time(ledger::look_for(&self.db, last)).await {
            Ok(()) => self.journal.confirmed(),
            Err(StoreError::WentBack) => self.post_again(true).await,
            // whoever posts next says so
            Err(_) => {}
        }
    }

    /// Posts what the journal keeps: what the database still has changes nothing.
    async fn post_again(&mut self, is_lost: bool) {
        if is_lost {
            self.last = None;
        }
        let mut done = Inserted::default();
        for kept in self.journal.kept() {
            match self.journal.read_kept(&kept) {
                Ok(rows) => {
                    let added = self.add_missing(&rows).await;
                    self.note_last(&rows, added);
                    done.add(added);
                }
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "what the journal keeps cannot be read");
                }
            }
        }
        if is_lost || done.inserted > 0 {
            tracing::error!(
                rows = done.inserted,
                still_there = done.duplicates,
                "the database has lost what it had committed, as after a failover to a replica that was behind: rows of the ledger \
                 were posted again from the journal"
            );
        }
    }

    /// Tries until they are there.
    async fn add_missing(&self, rows: &[LedgerRow]) -> Inserted {
        let mut pause = FIRST_PAUSE;
        loop {
            match in_time(ledger::insert_missing(&self.db, rows)).await {
                Ok(done) => return done,
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

impl Work {
    fn of(messages: &mut Vec<Message>) -> Self {
        let mut work = Self::default();
        for message in messages.drain(..) {
            match message {
                Message::Row(row, committable) => {
                    work.rows.push(*row);
                    work.marks.push(committable);
                }
                Message::Flush(done) => work.waiting.push(done),
                Message::Check => work.checks = true,
                Message::PostAgain => work.posts_again = true,
            }
        }
        work
    }
}

/// A server that says nothing is one that cannot be reached.
async fn in_time<T>(asked: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    timeout(PATIENCE, asked).await.unwrap_or_else(|late| Err(StoreError::Unavailable { source: late.into() }))
}

/// Brings what an earlier process left into the ledger, then lets the journal forget it. To be run before the first call
/// is served. Doing it again, after a crash in the middle, changes nothing.
pub async fn commit_recovery(db: &Db, journal: &Journal, recovery: Recovery) -> Result<Inserted, StoreError> {
    let mut done = Inserted::default();
    for rows in recovery.rows.chunks(BATCH) {
        // most of them are there already: outcomes are kept behind their commit
        done.add(ledger::insert_missing(db, rows).await?);
    }
    journal.discard_recovered(recovery).map_err(StoreError::Journal)?;
    Ok(done)
}
