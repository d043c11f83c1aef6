//! The log of what was served: kept in memory, awaited by tests, written to a file line by line.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::request::Parts;
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::counts::Counts;
use crate::dialect::Dialect;
use crate::served::{Auth, Served, State};
use crate::write::Sent;

pub(crate) struct Log {
    records: Mutex<Vec<Served>>,
    changed: watch::Sender<()>,
    file: Option<File>,
    keep_bodies: bool,
    started: Instant,
}

/// A condition on the log that did not come true in time.
#[derive(Debug)]
pub struct TimedOut {
    /// The log as it stood.
    pub served: Vec<Served>,
}

/// The right to write one record. Dropped before its end it means that the client left: that is how the server
/// tells us, by dropping what it no longer needs.
pub(crate) struct Ticket {
    log: Arc<Log>,
    seq: u64,
    over: bool,
}

/// What is known of a request when it begins.
pub(crate) struct Asked {
    pub(crate) dialect: Option<Dialect>,
    pub(crate) model: Option<String>,
    pub(crate) stream: bool,
    pub(crate) body: Bytes,
}

impl Log {
    pub(crate) fn new(file: Option<File>, keep_bodies: bool) -> Self {
        let (changed, _) = watch::channel(());
        Self { records: Mutex::default(), changed, file, keep_bodies, started: Instant::now() }
    }

    pub(crate) fn begin(self: &Arc<Self>, head: &Parts, asked: Asked) -> Ticket {
        let mut records = self.records.lock();
        let seq = records.len() as u64 + 1;
        let record = Served {
            seq,
            state: State::Begun,
            begun_ms: self.now_ms(),
            ended_ms: None,
            method: head.method.to_string(),
            path: head.uri.to_string(),
            dialect: asked.dialect,
            auth: Auth::of(&head.headers),
            model: asked.model,
            stream: asked.stream,
            headers: headers(head),
            body_len: asked.body.len(),
            body: if self.keep_bodies { asked.body } else { Bytes::new() },
            status: None,
            measured: Counts::default(),
            usage: None,
            usage_json: None,
            terminal_sent: false,
            bytes_sent: 0,
        };
        self.write(&record);
        records.push(record);
        drop(records);
        self.changed.send_replace(());
        Ticket { log: Arc::clone(self), seq, over: false }
    }

    pub(crate) fn last(&self) -> Option<Served> {
        self.records.lock().last().cloned()
    }

    pub(crate) fn count(&self) -> usize {
        self.records.lock().len()
    }

    pub(crate) fn served(&self) -> Vec<Served> {
        self.records.lock().clone()
    }

    pub(crate) async fn wait_for(
        &self,
        limit: Duration,
        mut condition: impl FnMut(&[Served]) -> bool,
    ) -> Result<Vec<Served>, TimedOut> {
        let mut changes = self.changed.subscribe();
        let wait = async {
            while !condition(&self.records.lock()) {
                if changes.changed().await.is_err() {
                    return;
                }
            }
        };
        let in_time = tokio::time::timeout(limit, wait).await.is_ok();
        let served = self.served();
        if in_time { Ok(served) } else { Err(TimedOut { served }) }
    }

    fn edit(&self, seq: u64, change: impl FnOnce(&mut Served)) {
        let mut records = self.records.lock();
        let at = usize::try_from(seq - 1).unwrap_or(usize::MAX);
        if let Some(record) = records.get_mut(at) {
            change(record);
            if record.is_over() {
                self.write(&Served { body: Bytes::new(), ..record.clone() });
            }
        }
        drop(records);
        self.changed.send_replace(());
    }

    /// One write call a line, so that a killed process leaves whole lines behind.
    fn write(&self, record: &Served) {
        let Some(mut file) = self.file.as_ref() else { return };
        let line = serde_json::to_string(record).unwrap_or_default() + "\n";
        if let Err(error) = file.write_all(line.as_bytes()) {
            // an oracle that loses lines must at least say so; if even that fails nobody listens
            writeln!(io::stderr(), "testkit-upstream: cannot write the log: {error}").ok();
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Ticket {
    pub(crate) fn measured(&self, counts: Counts) {
        self.log.edit(self.seq, |record| record.measured = counts);
    }

    /// The head of the response goes out.
    pub(crate) fn answered(&self, status: u16) {
        self.log.edit(self.seq, |record| record.status = Some(status));
    }

    /// A piece of the body has gone to the connection, and with it, perhaps, what it told the client.
    pub(crate) fn sent(&self, bytes: usize, told: Option<Sent>) {
        self.log.edit(self.seq, |record| {
            record.bytes_sent += bytes as u64;
            let Some(told) = told else { return };
            record.terminal_sent |= told.terminal;
            if let Some(usage) = told.usage {
                record.usage = usage.counts;
                record.usage_json = Some(usage.json);
            }
        });
    }

    pub(crate) fn end(&mut self, state: State) {
        if !std::mem::replace(&mut self.over, true) {
            let now = self.log.now_ms();
            self.log.edit(self.seq, |record| {
                record.state = state;
                record.ended_ms = Some(now);
            });
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.end(State::ClientGone);
    }
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the log did not become as expected; it has {} records", self.served.len())
    }
}

impl std::error::Error for TimedOut {}

fn headers(head: &Parts) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::<String, String>::new();
    for (name, value) in &head.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        let all = headers.entry(name.to_string()).or_default();
        if !all.is_empty() {
            all.push_str(", ");
        }
        all.push_str(&value);
    }
    headers
}
