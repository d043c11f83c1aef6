//! The load: a process of its own that is told what to do on its standard input and prints what it saw.

mod check;
mod closed;
mod connection;
mod hostile;
mod once;
mod plan;
mod steady;

use std::io::{self, Write as _};
use std::time::Duration;

use anyhow::Context as _;

pub(crate) use self::check::{Check, Expect};
pub(crate) use self::hostile::NUMBER;
pub(crate) use self::plan::{Outcome, Plan, Shape};

/// Connecting, warming up and the last answers may take so long beyond the time of the plan itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs the plan on standard input.
pub(crate) fn run() -> anyhow::Result<()> {
    let plan: Plan = serde_json::from_reader(io::stdin()).context("the plan on standard input cannot be read")?;
    let outcome = if let Shape::Steady { connections, rate, run_ms } = plan.shape {
        steady::run(&plan, connections, rate, run_ms)
    } else {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let local = tokio::task::LocalSet::new();
        runtime.block_on(local.run_until(drive(plan)))
    };
    serde_json::to_writer(io::stdout(), &outcome)?;
    writeln!(io::stdout())?;
    Ok(())
}

async fn drive(plan: Plan) -> Outcome {
    let whole = Duration::from_millis(plan.shape.millis()) + PATIENCE;
    let driving = async {
        match plan.shape {
            Shape::Closed { connections, warm_ms, run_ms } => closed::run(plan, connections, warm_ms, run_ms).await,
            Shape::Once { calls, spread_ms } => once::run(plan, calls, spread_ms).await,
            Shape::BadKeys { connections, rate, run_ms } => hostile::bad_keys(plan, connections, rate, run_ms).await,
            Shape::Dribble { connections, run_ms } => hostile::dribble(plan, connections, run_ms).await,
            Shape::Stall { connections, run_ms } => hostile::stall(plan, connections, run_ms).await,
            Shape::Steady { .. } => Outcome::default(),
        }
    };
    let late = |_| Outcome::failure("the load did not come to its end in time");
    tokio::time::timeout(whole, driving).await.unwrap_or_else(late)
}
