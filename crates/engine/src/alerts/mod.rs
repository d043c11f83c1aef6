//! Telling people what budgets have reached.
//!
//! Every instance looks every two seconds at the balances that its own calls were charged to (`watch.rs`) and puts what they have
//! reached into the database, where each threshold is added once (`store::alerts`). From there it is told (`deliver.rs`), by
//! whichever instance claims it, until everybody who is to be told was told, or a day is over. Calls know nothing of it, but that
//! a budget which refuses one leaves a note.

mod deliver;
mod event;
mod holder;
mod mail;
mod post;
mod reached;
mod settings;
mod watch;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use money::Nanos;
use parking_lot::Mutex;
use store::balances::BalanceId;
use tokio::time::{MissedTickBehavior, interval, timeout};

pub use self::settings::{Address, AlertSettings, Hook, Mail, NoAddress, Security};

use self::deliver::Teller;
use self::watch::Watch;
use crate::budgets::Exceeded;
use crate::engine::Engine;
use crate::tasks::Tasks;
use crate::telemetry::events;

/// Between two looks.
const LOOK: Duration = Duration::from_secs(2);
/// For so long a shutdown waits for what is being told: what it does not see the end of is told again.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// Budgets that refused calls and are noted between two looks.
const MOST_REFUSED: usize = 10_000;

/// What calls leave for whoever looks, and what is being told.
#[derive(Debug, Default)]
pub struct Alerts {
    /// Budgets that refused a call, and their caps then.
    refused: Mutex<BTreeMap<BalanceId, Nanos>>,
    telling: Tasks,
}

impl Alerts {
    /// A budget has refused a call.
    pub(crate) fn note_refused(&self, exceeded: &Exceeded) {
        events::budget_refused(exceeded.balance.account.kind());
        let mut refused = self.refused.lock();
        if refused.len() < MOST_REFUSED {
            refused.insert(exceeded.balance.clone(), exceeded.cap);
        }
    }

    /// Waits a little until all that is being told was told.
    pub(crate) async fn told(&self) {
        timeout(LAST_WORDS, self.telling.drained()).await.ok();
    }
}

/// Looks and tells for as long as the gateway runs.
pub async fn keep(engine: Arc<Engine>) {
    let teller = Arc::new(Teller::new(Arc::clone(&engine)));
    let mut watch = Watch::new(engine);
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        watch.look().await;
        Arc::clone(&teller).tell_what_is_due().await;
    }
}
