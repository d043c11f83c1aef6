//! The open loop: calls are due at fixed times. One thread a connection, because a thread wakes up within microseconds
//! of its time and the runtime's timer only within a millisecond.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::{Check, Outcome, Plan};
use crate::answer::Reader;
use crate::process_facts::{forget_peak, memory};

/// An answer that takes longer is an error.
const DEADLINE: Duration = Duration::from_secs(10);
/// From here to the first call: threads start, and make their first call uncounted.
const SETTLE: Duration = Duration::from_millis(300);

#[expect(clippy::cast_precision_loss, reason = "a few thousand requests")]
pub(super) fn run(plan: &Plan, connections: usize, rate: u64, run_ms: u64) -> Outcome {
    let watch = plan.watch.unwrap_or(0);
    forget_peak(watch);
    let before = memory(watch);
    let began = Instant::now() + SETTLE;
    let calls = usize::try_from(rate * run_ms / 1000).unwrap_or(usize::MAX);
    let mut outcome = Outcome::default();
    std::thread::scope(|scope| {
        let due = |index: usize| began + Duration::from_secs_f64(index as f64 / rate as f64);
        let threads: Vec<_> = (0..connections)
            .map(|first| scope.spawn(move || work(plan, (first..calls).step_by(connections).map(due))))
            .collect();
        for thread in threads {
            match thread.join() {
                Ok(part) => outcome.add(part),
                Err(_panic) => outcome.failed("a thread of the load panicked"),
            }
        }
    });
    outcome.seconds = began.elapsed().as_secs_f64();
    outcome.with_memory(before, memory(watch))
}

impl Outcome {
    fn add(&mut self, part: Self) {
        self.answered += part.answered;
        self.total += part.total;
        self.latency.merge(&part.latency);
        self.first_byte.merge(&part.first_byte);
        for (error, count) in part.errors {
            *self.errors.entry(error).or_default() += count;
        }
    }
}

fn work(plan: &Plan, due: impl Iterator<Item = Instant>) -> Outcome {
    let mut outcome = Outcome::default();
    let mut buffer = vec![0; 64 << 10];
    let mut open = connect(plan).ok();
    match open.as_mut().map(|stream| call(stream, plan, &mut buffer)) {
        Some(Ok(_first)) => outcome.total += 1,
        Some(Err(error)) => outcome.failed(&error),
        None => {}
    }
    for due in due {
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let called = match open.take() {
            Some(stream) => Ok(stream),
            None => connect(plan),
        }
        .and_then(|mut stream| call(&mut stream, plan, &mut buffer).map(|first| (stream, first)));
        match called {
            Ok((stream, first)) => {
                open = Some(stream);
                outcome.answered += 1;
                outcome.total += 1;
                outcome.latency.record(due.elapsed());
                outcome.first_byte.record(first.saturating_duration_since(due));
            }
            Err(error) => outcome.failed(&error),
        }
    }
    outcome
}

fn connect(plan: &Plan) -> Result<TcpStream, String> {
    let open = || {
        let stream = TcpStream::connect(plan.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(DEADLINE))?;
        Ok(stream)
    };
    open().map_err(|error: std::io::Error| format!("connecting: {error}"))
}

/// One call; returns when the first byte of the body was there.
fn call(stream: &mut TcpStream, plan: &Plan, buffer: &mut [u8]) -> Result<Instant, String> {
    let (mut reader, mut check, mut first) = (Reader::new(), Check::default(), None);
    stream.write_all(plan.request(0).as_bytes()).map_err(|error| format!("writing: {error}"))?;
    while !reader.is_done() {
        let length = stream.read(buffer).map_err(|error| format!("reading: {error}"))?;
        let read = buffer.get(..length).filter(|read| !read.is_empty());
        let read = read.ok_or("the connection was closed within an answer")?;
        let fed = reader.feed(read, |piece| {
            first.get_or_insert_with(Instant::now);
            check.take(piece);
        });
        fed.map_err(|error| error.to_string())?;
    }
    check.verdict(reader.status(), &plan.expect)?;
    Ok(first.unwrap_or_else(Instant::now))
}
