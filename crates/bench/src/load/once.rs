//! One call on each of many connections.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::connection::Connection;
use super::{Outcome, Plan};
use crate::process_facts::{forget_peak, memory};

/// What was borrowed for the burst may be given back before memory is looked at.
const CALM: Duration = Duration::from_secs(1);

pub(super) async fn run(plan: Plan, calls: usize, spread_ms: u64) -> Outcome {
    let watch = plan.watch.unwrap_or(0);
    forget_peak(watch);
    let (started, before) = (Instant::now(), memory(watch));
    let plan = Arc::new(plan);
    let mut under_way = JoinSet::new();
    for index in 0..calls {
        let plan = Arc::clone(&plan);
        let after = Duration::from_micros(spread_ms * 1000 * index as u64 / calls as u64);
        under_way.spawn_local(async move {
            sleep(after).await;
            let mut connection = Connection::open(plan.address).await?;
            connection.call(plan.request(0).as_bytes(), &plan.expect).await
        });
    }
    let mut outcome = Outcome::default();
    while let Some(joined) = under_way.join_next().await {
        match joined.map_err(|error| error.to_string()).flatten() {
            Ok(taken) => {
                outcome.answered += 1;
                outcome.latency.record(taken.whole);
                outcome.first_byte.record(taken.first_byte);
            }
            Err(error) => outcome.failed(&error),
        }
    }
    outcome.seconds = started.elapsed().as_secs_f64();
    outcome.total = outcome.answered;
    sleep(CALM).await;
    outcome.with_memory(before, memory(watch))
}
