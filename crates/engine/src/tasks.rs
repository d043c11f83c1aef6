//! Tasks that outlive the request that began them, counted so that a shutdown can wait for them.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;
use tracing::Instrument as _;

/// Running tasks. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Tasks(Arc<Running>);

#[derive(Debug, Default)]
struct Running {
    count: AtomicUsize,
    ended: Notify,
}

impl Tasks {
    /// Runs `future` on its own, under a name that shows in logs.
    pub fn spawn<F>(&self, name: &'static str, future: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let guard = Guard::new(Arc::clone(&self.0));
        #[expect(clippy::disallowed_methods, reason = "the one place that spawns")]
        drop(tokio::spawn(
            async move {
                let _counted = guard;
                future.await;
            }
            .instrument(tracing::debug_span!("task", name)),
        ));
    }

    /// How many run now.
    pub fn running(&self) -> usize {
        self.0.count.load(Ordering::Acquire)
    }

    /// Waits until none runs.
    pub async fn drained(&self) {
        loop {
            let ended = self.0.ended.notified();
            if self.running() == 0 {
                return;
            }
            ended.await;
        }
    }
}

/// Counts one task for as long as it lives, also when it panics.
struct Guard(Arc<Running>);

impl Guard {
    fn new(running: Arc<Running>) -> Self {
        running.count.fetch_add(1, Ordering::AcqRel);
        Self(running)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.count.fetch_sub(1, Ordering::AcqRel);
        self.0.ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waits_for_all_also_for_one_that_panics() {
        let tasks = Tasks::default();
        let (open, gate) = tokio::sync::oneshot::channel::<()>();
        tasks.spawn("waits", async move { gate.await.unwrap() });
        tasks.spawn("panics", async { panic!("on purpose") });
        assert_eq!(tasks.running(), 2);
        open.send(()).unwrap();
        tasks.drained().await;
        assert_eq!(tasks.running(), 0);
    }
}
