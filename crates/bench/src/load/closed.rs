//! The closed loop: as many calls as come back.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::connection::Connection;
use super::{Outcome, Plan};
use crate::process_facts::{forget_peak, memory};

/// Before a connection that failed is opened again.
const REST: Duration = Duration::from_millis(20);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Warming,
    Measuring,
    Over,
}

struct Shared {
    plan: Plan,
    phase: Cell<Phase>,
    begun: Cell<u64>,
    outcome: RefCell<Outcome>,
}

pub(super) async fn run(plan: Plan, connections: usize, warm_ms: u64, run_ms: u64) -> Outcome {
    let watch = plan.watch.unwrap_or(0);
    let shared =
        Rc::new(Shared { plan, phase: Cell::new(Phase::Warming), begun: Cell::new(0), outcome: RefCell::default() });
    let mut workers = JoinSet::new();
    for index in 0..connections {
        // calls of equal length would else move in step for ever
        let begin = Duration::from_micros(warm_ms * 500 * index as u64 / connections as u64);
        workers.spawn_local(work(Rc::clone(&shared), begin));
    }
    forget_peak(watch);
    let before = memory(watch);
    sleep(Duration::from_millis(warm_ms)).await;
    let began = Instant::now();
    shared.phase.set(Phase::Measuring);
    sleep(Duration::from_millis(run_ms)).await;
    shared.phase.set(Phase::Over);
    let seconds = began.elapsed().as_secs_f64();
    while workers.join_next().await.is_some() {}
    let mut outcome = shared.outcome.take().with_memory(before, memory(watch));
    outcome.seconds = seconds;
    outcome
}

async fn work(shared: Rc<Shared>, begin: Duration) {
    sleep(begin).await;
    while shared.phase.get() != Phase::Over {
        if let Err(error) = converse(&shared).await {
            shared.outcome.borrow_mut().failed(&error);
            sleep(REST).await;
        }
    }
}

async fn converse(shared: &Shared) -> Result<(), String> {
    let mut connection = Connection::open(shared.plan.address).await?;
    while shared.phase.get() != Phase::Over {
        let number = shared.begun.replace(shared.begun.get() + 1);
        let taken = connection.call(shared.plan.request(number).as_bytes(), &shared.plan.expect).await?;
        let mut outcome = shared.outcome.borrow_mut();
        outcome.total += 1;
        if shared.phase.get() == Phase::Measuring {
            outcome.answered += 1;
            outcome.latency.record(taken.whole);
            outcome.first_byte.record(taken.first_byte);
        }
    }
    Ok(())
}
