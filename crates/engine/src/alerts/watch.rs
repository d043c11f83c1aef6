//! Looking what balances have reached: those that calls of this instance were charged to, and now and then all of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use money::{Account, Nanos};
use store::StoreError;
use store::alerts::{self, Alert};
use store::balances::{self, BalanceId, Standing};
use tokio::time::Instant;

use super::deliver::Channel;
use super::event::event;
use super::holder::{self, Holder};
use super::reached::{Budget, Reached, reached};
use super::settings::{Address, AlertSettings};
use crate::engine::Engine;
use crate::telemetry::budgets::{self as metrics, Shown};

/// So often all balances are looked over: what moved without a call of this instance, by a change of a cap, or before a start.
const OVER_ALL: Duration = Duration::from_mins(10);
/// So many of them are read at once.
const PAGE: u32 = 500;
/// What was told is kept for so long behind the end of its window.
const KEPT_MICROS: i64 = 30 * 86_400_000_000;
/// What of a window that is over is still told: calls that began in it end later.
const OVER_MICROS: i64 = 3_600_000_000;

/// What one instance has seen.
#[derive(Debug)]
pub(super) struct Watch {
    engine: Arc<Engine>,
    over_all_at: Option<Instant>,
    /// Balances without a cap that were opened at the last look: calls may have ended meanwhile that nobody charged to them.
    young: Vec<BalanceId>,
    /// Whose budgets are in the metrics, and since when they have not moved.
    shown: HashMap<Account, Instant>,
    is_failing: bool,
}

/// What is wrong with a look.
#[derive(Debug, thiserror::Error)]
enum Unseen {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Directory(#[from] Arc<StoreError>),
    #[error("there is no randomness for an id")]
    Ids(#[from] crate::ids::NoRandomness),
}

type Refused = BTreeMap<BalanceId, Nanos>;

impl Watch {
    pub(super) fn new(engine: Arc<Engine>) -> Self {
        Self { engine, over_all_at: None, young: Vec::new(), shown: HashMap::new(), is_failing: false }
    }

    /// Looks once. What could not be looked at comes again.
    pub(super) async fn look(&mut self) {
        let moved = self.engine.poster.moved().take();
        let refused = std::mem::take(&mut *self.engine.alerts.refused.lock());
        match self.try_to_look(&moved, &refused).await {
            Ok(()) => self.is_failing = false,
            Err(error) => {
                self.engine.poster.moved().put_back(moved);
                self.engine.alerts.refused.lock().extend(refused);
                if !self.is_failing {
                    tracing::warn!(%error, "what budgets have reached cannot be looked at; people are told later: {error}");
                }
                self.is_failing = true;
            }
        }
    }

    async fn try_to_look(&mut self, moved: &BTreeSet<BalanceId>, refused: &Refused) -> Result<(), Unseen> {
        if self.over_all_at.is_none_or(|at| at.elapsed() >= OVER_ALL) {
            self.look_over_all().await?;
            self.over_all_at = Some(Instant::now());
        }
        let now = self.engine.clock.now();
        for balance in std::mem::take(&mut self.young) {
            balances::recount(&self.engine.db, &balance, now).await?;
            self.judge(&balances::standing(&self.engine.db, &[&balance]).await?, refused).await?;
        }
        let ids: BTreeSet<_> = moved.iter().chain(refused.keys()).collect();
        let ids: Vec<_> = ids.into_iter().filter(|id| id.ends_at.saturating_add(OVER_MICROS) > now).collect();
        let mut standing = balances::standing(&self.engine.db, &ids).await?;
        let missing: Vec<_> = ids.into_iter().filter(|id| standing.iter().all(|one| one.id != **id)).collect();
        standing.extend(self.open(&missing).await?);
        self.judge(&standing, refused).await
    }

    /// Begins to count what nobody takes anything out of: budgets with a soft limit only. The others are begun by whoever takes
    /// something out; what a call was charged to and is nobody's any more stays gone.
    async fn open(&mut self, missing: &[&BalanceId]) -> Result<Vec<Standing>, Unseen> {
        let now = self.engine.clock.now();
        let mut opened = Vec::new();
        for id in missing {
            let holder = holder::find(&self.engine, &id.account).await?;
            if holder.budget(&self.engine, id, now).soft.is_some() {
                opened.push(*id);
            }
        }
        balances::open(&self.engine.db, &opened, now).await?;
        self.young.extend(opened.iter().copied().cloned());
        Ok(balances::standing(&self.engine.db, &opened).await?)
    }

    async fn look_over_all(&mut self) -> Result<(), Unseen> {
        let now = self.engine.clock.now();
        let mut after = None;
        loop {
            let page = balances::all_standing(&self.engine.db, now, after.as_ref(), PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id.clone());
            self.judge(&page, &Refused::new()).await?;
        }
        self.shown.retain(|_, since| since.elapsed() < metrics::SHOWN_FOR);
        Ok(alerts::forget_old(&self.engine.db, now.saturating_sub(KEPT_MICROS)).await?)
    }

    async fn judge(&mut self, standing: &[Standing], refused: &Refused) -> Result<(), Unseen> {
        let settings = self.engine.settings();
        let now = self.engine.clock.now();
        let mut seen = Vec::new();
        for one in standing {
            let holder = match holder::find(&self.engine, &one.id.account).await {
                // one row that this release cannot read holds up nobody else
                Err(error) if matches!(*error, StoreError::Unreadable { .. }) => {
                    tracing::warn!(balance.of = %one.id.account, %error, "nobody is told of a budget: {error}");
                    continue;
                }
                found => found?,
            };
            let budget = holder.budget(&self.engine, &one.id, now);
            self.show(&holder, budget, one, now);
            if settings.alerts.is_on() {
                // a call that was refused under a cap which was raised since is no news
                let is_refused = refused.get(&one.id).is_some_and(|cap| budget.cap.is_some_and(|now| now <= *cap));
                let reached = reached(budget, one, &settings.alerts.shares, is_refused);
                seen.extend(reached.into_iter().map(|reached| (one, reached)).map(|seen| (seen, budget)));
            }
        }
        if seen.is_empty() {
            return Ok(());
        }
        let ids: BTreeSet<_> = seen.iter().map(|((one, _), _)| &one.id).collect();
        let fired = alerts::fired(&self.engine.db, &ids.into_iter().collect::<Vec<_>>()).await?;
        for ((one, reached), budget) in seen {
            let known = fired.get(&(one.id.clone(), reached.threshold.word()));
            if known.is_none_or(|room| *room < reached.room) {
                self.fire(&settings.alerts, one, reached, budget).await?;
            }
        }
        Ok(())
    }

    async fn fire(
        &self,
        settings: &AlertSettings,
        standing: &Standing,
        Reached { threshold, room }: Reached,
        budget: Budget,
    ) -> Result<(), Unseen> {
        let engine = &self.engine;
        let holder = holder::find(engine, &standing.id.account).await?;
        let addresses = holder.addresses(engine).await?;
        let alert_id = engine.ids.object()?;
        let email = addresses.first().filter(|_| holder.names.user_id.is_some());
        let event = event(&alert_id, threshold, budget, standing, &holder.names, email);
        let alert = Alert {
            balance: standing.id.clone(),
            threshold: threshold.word(),
            room,
            at: engine.clock.now(),
            content: event.to_string(),
            channels: channels(settings, &addresses),
            alert_id,
        };
        if alerts::fire(&engine.db, &alert).await? {
            tracing::warn!(
                alert.id = alert.alert_id,
                balance.of = %standing.id.account,
                threshold = alert.threshold,
                spent_nanodollars = standing.spent().get(),
                "a budget has reached a threshold"
            );
        }
        Ok(())
    }

    /// Puts a budget into the metrics, if it has a cap and there is room: names of people who were given none are not theirs to take.
    fn show(&mut self, holder: &Holder, budget: Budget, standing: &Standing, now: i64) {
        let Some(cap) = budget.cap.filter(|_| holder.is_named && holder.is_first(&self.engine, &standing.id)) else {
            return;
        };
        let account = &standing.id.account;
        if !self.shown.contains_key(account) && self.shown.len() >= metrics::MOST_SHOWN {
            return;
        }
        self.shown.insert(account.clone(), Instant::now());
        let names = &holder.names;
        metrics::budget_stands(&Shown {
            kind: account.kind(),
            id: names.token.as_deref().unwrap_or(account.id()),
            alias: names.alias.as_deref(),
            cap,
            spent: standing.spent(),
            seconds_left: (!standing.id.is_for_ever()).then(|| standing.id.ends_at.saturating_sub(now) / 1_000_000),
        });
    }
}

/// Everybody who is told, each once.
fn channels(settings: &AlertSettings, addresses: &[String]) -> Vec<String> {
    let mut channels: Vec<_> = (0..settings.slack.len()).map(|number| Channel::Slack(number).word()).collect();
    channels.extend(settings.webhook.as_ref().map(|_| Channel::Webhook.word()));
    if let Some(mail) = &settings.mail {
        // what somebody has written into a row may be no address
        let told = addresses.iter().filter_map(|address| Address::parse(address).ok());
        let told: BTreeSet<_> = told.chain(mail.operators.iter().cloned()).map(|address| address.bare()).collect();
        channels.extend(told.iter().map(|address| Channel::Mail(address).word()));
    }
    channels
}
