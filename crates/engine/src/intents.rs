//! Intents in the database, for those who cannot keep their disks: an attempt is dispatched only once its intent is there. Those that
//! wait at the same time share a transaction.

use std::sync::Arc;

use parking_lot::Mutex;
use store::journal::Intent;
use store::{Db, StoreError};
use tokio::sync::oneshot;

use crate::tasks::Tasks;

#[derive(Debug)]
pub(crate) struct Intents {
    db: Db,
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<(Arc<str>, Intent, Answer)>,
    is_running: bool,
}

type Answer = oneshot::Sender<Result<(), Arc<StoreError>>>;

impl Intents {
    pub(crate) fn new(db: Db) -> Self {
        Self { db, queue: Mutex::default() }
    }

    /// Puts an intent on record; it is there when this returns.
    pub(crate) async fn put(
        self: &Arc<Self>,
        instance: Arc<str>,
        intent: Intent,
    ) -> Result<(), Option<Arc<StoreError>>> {
        let (answer, answered) = oneshot::channel();
        {
            let mut queue = self.queue.lock();
            queue.waiting.push((instance, intent, answer));
            if !queue.is_running {
                queue.is_running = true;
                // not among the tasks that a shutdown waits for: those who wait are
                Tasks::default().spawn("intents", Arc::clone(self).put_on());
            }
        }
        answered.await.map_err(|_| None)?.map_err(Some)
    }

    /// Transactions, until nobody waits.
    async fn put_on(self: Arc<Self>) {
        loop {
            let waiting = {
                let mut queue = self.queue.lock();
                if queue.waiting.is_empty() {
                    queue.is_running = false;
                    return;
                }
                std::mem::take(&mut queue.waiting)
            };
            let (mut intents, mut answers) = (Vec::with_capacity(waiting.len()), Vec::with_capacity(waiting.len()));
            let mut instance = Arc::<str>::from("");
            for (of, intent, answer) in waiting {
                instance = of;
                intents.push(intent);
                answers.push(answer);
            }
            let put = store::intents::put(&self.db, &instance, &intents).await.map_err(Arc::new);
            for answer in answers {
                // whoever waited may have left
                answer.send(put.clone()).ok();
            }
        }
    }
}
