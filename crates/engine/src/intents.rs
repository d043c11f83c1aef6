//! Intents in the database, for those who cannot keep their disks: an attempt is dispatched only once its intent is there. Those that
//! wait at the same time share a transaction.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use store::Db;
use store::intents::Intended;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::tasks::Tasks;

/// The longest that an attempt waits for its intent: a database that is frozen tells nobody.
const PATIENCE: Duration = Duration::from_secs(5);

/// Between tries while the database takes nothing.
const PAUSE: Duration = Duration::from_millis(200);

#[derive(Debug)]
pub(crate) struct Intents {
    db: Db,
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<(Intended, oneshot::Sender<()>)>,
    /// What may be on record although nothing of it was dispatched, by call and attempt.
    withdrawn: Vec<(String, u32)>,
    is_running: bool,
}

/// An intent is not on record for certain: nothing may be dispatched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotRecorded;

impl Intents {
    pub(crate) fn new(db: Db) -> Self {
        Self { db, queue: Mutex::default() }
    }

    /// Puts an intent on record; it is there when this returns. Where it fails, what may get there all the same is withdrawn.
    pub(crate) async fn put(self: &Arc<Self>, intended: Intended) -> Result<(), NotRecorded> {
        let (request_id, attempt) = (intended.intent.request_id.clone(), intended.intent.attempt);
        let (answer, answered) = oneshot::channel();
        self.queue.lock().waiting.push((intended, answer));
        self.wake();
        if let Ok(Ok(())) = timeout(PATIENCE, answered).await {
            return Ok(());
        }
        self.withdraw(request_id, attempt);
        Err(NotRecorded)
    }

    /// An attempt that was put on record, or may have been, and was not dispatched: it must not be charged when this instance dies.
    pub(crate) fn withdraw(self: &Arc<Self>, request_id: String, attempt: u32) {
        self.queue.lock().withdrawn.push((request_id, attempt));
        self.wake();
    }

    fn wake(self: &Arc<Self>) {
        let mut queue = self.queue.lock();
        if !queue.is_running {
            queue.is_running = true;
            // not among the tasks that a shutdown waits for: those who wait are
            Tasks::default().spawn("intents", Arc::clone(self).put_on());
        }
    }

    /// Transactions, until nobody waits and nothing is to be withdrawn.
    async fn put_on(self: Arc<Self>) {
        let mut is_failing = false;
        loop {
            let (waiting, withdrawn) = {
                let mut queue = self.queue.lock();
                if queue.waiting.is_empty() && queue.withdrawn.is_empty() {
                    queue.is_running = false;
                    return;
                }
                (std::mem::take(&mut queue.waiting), std::mem::take(&mut queue.withdrawn))
            };
            let (intended, answers): (Vec<_>, Vec<_>) = waiting.into_iter().unzip();
            match store::intents::change(&self.db, &intended, &withdrawn).await {
                Ok(()) => {
                    is_failing = false;
                    for answer in answers {
                        // whoever waited may have left; it withdraws what it put
                        answer.send(()).ok();
                    }
                }
                Err(error) => {
                    if !std::mem::replace(&mut is_failing, true) {
                        tracing::error!(
                            error = &error as &dyn std::error::Error,
                            "attempts could not be put on record in the database"
                        );
                    }
                    self.queue.lock().withdrawn.extend(withdrawn);
                    // whoever waited is told, and withdraws; what is withdrawn is tried again
                    drop(answers);
                    sleep(PAUSE).await;
                }
            }
        }
    }
}
