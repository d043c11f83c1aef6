//! What all connections of one upstream share.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::decide::Flaky;
use crate::log::Log;
use crate::script::Script;
use crate::write::Ids;

pub(crate) struct Shared {
    pub(crate) log: Arc<Log>,
    pub(crate) scripts: Scripts,
    pub(crate) flaky: Flaky,
    pub(crate) ids: Ids,
}

impl Shared {
    pub(crate) fn new(log: Log) -> Self {
        Self { log: Arc::new(log), scripts: Scripts::default(), flaky: Flaky::default(), ids: Ids::default() }
    }
}

/// Scripts that wait for their request, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Scripts(Mutex<VecDeque<Script>>);

impl Scripts {
    pub(crate) fn push(&self, script: Script) {
        self.0.lock().push_back(script);
    }

    /// Takes the oldest script that waits for this request.
    pub(crate) fn take(&self, path: &str, model: Option<&str>, body: &str, turn: bool) -> Option<Script> {
        let mut waiting = self.0.lock();
        let at = waiting.iter().position(|script| script.when.matches(path, model, body, turn))?;
        waiting.remove(at)
    }

    pub(crate) fn waiting(&self) -> usize {
        self.0.lock().len()
    }
}
