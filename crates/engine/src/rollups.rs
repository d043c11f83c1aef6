//! Roll-ups of the ledger are made beside the calls, by every instance: whichever comes first makes an hour.

use std::time::Duration;

use store::{Db, ledger};
use tokio::time::{MissedTickBehavior, interval};

use crate::clock::Clock;

/// How often one looks which hours are over, and which got rows late.
const PERIOD: Duration = Duration::from_mins(1);

/// Makes roll-ups for as long as the gateway runs.
pub(crate) async fn keep(db: Db, clock: Clock) {
    let mut period = interval(PERIOD);
    period.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_failing = false;
    loop {
        period.tick().await;
        match ledger::roll_up(&db, clock.now()).await {
            Ok(()) => is_failing = false,
            Err(error) if !is_failing => {
                is_failing = true;
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(%error, cause, "hours of the ledger are not summed up; reports read its rows instead, which takes longer: {error}");
            }
            Err(_) => {}
        }
    }
}
