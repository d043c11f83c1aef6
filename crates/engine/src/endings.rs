//! Calls under way that somebody ends: all of them when the gateway stops, some when an administrator takes back what they
//! are made with and asks for their end.

use std::collections::HashMap;

use store::ledger::Payer;
use tokio::sync::watch;
use tokio::time::{Duration, Instant};

/// What an administrator ended is remembered for so long: longer than any call lasts.
const LONGEST_CALL: Duration = Duration::from_hours(24);

/// Why a call ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Stopping,
    Revoked,
}

#[derive(Debug)]
struct Ended {
    number: u64,
    heard: Instant,
    /// When an administrator did it, microseconds UTC.
    at: i64,
}

/// Tells calls that they end.
#[derive(Debug, Default)]
pub struct Endings(watch::Sender<State>);

#[derive(Debug, Default)]
struct State {
    stopping: bool,
    /// How many endings there were: a call that began behind one is not meant by it.
    number: u64,
    /// Whose calls were ended, by table and id (`keys/…`).
    ended: HashMap<String, Ended>,
}

impl Endings {
    /// Ends all calls, now and from now on.
    pub(crate) fn stop(&self) {
        self.0.send_modify(|state| state.stopping = true);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.0.borrow().stopping
    }

    /// Ends the calls of one payer, as the trail has it ([`store::CALLS`]). Each ending counts once, however often it is heard of: who
    /// calls again since is not meant.
    pub(crate) fn end(&self, ending: &str) {
        let Some((whose, at)) = ending.rsplit_once('@') else { return };
        let (Ok(at), heard) = (at.parse::<i64>(), Instant::now()) else { return };
        self.0.send_if_modified(|state| {
            if state.ended.get(whose).is_some_and(|last| last.at >= at) {
                return false;
            }
            state.number += 1;
            let number = state.number;
            state.ended.retain(|_, last| heard.duration_since(last.heard) < LONGEST_CALL);
            state.ended.insert(whose.to_owned(), Ended { number, heard, at });
            true
        });
    }

    /// To be kept by a call when it begins.
    pub(crate) fn number(&self) -> u64 {
        self.0.borrow().number
    }

    /// Waits until a call of `payer` that began at `number` is ended.
    pub(crate) async fn ended(&self, payer: &Payer, number: u64) -> Ending {
        let mut states = self.0.subscribe();
        // the sender lives in self, so this only ends with an ending
        let ended = states.wait_for(|state| state.ending(payer, number).is_some()).await;
        ended.ok().and_then(|state| state.ending(payer, number)).unwrap_or(Ending::Stopping)
    }
}

impl State {
    fn ending(&self, payer: &Payer, began: u64) -> Option<Ending> {
        if self.stopping {
            return Some(Ending::Stopping);
        }
        if self.number == began {
            return None;
        }
        let whose = [
            ("keys", payer.key_hash.as_ref().map(store::KeyHash::as_str)),
            ("teams", payer.team_id.as_deref()),
            ("customers", payer.customer_id.as_deref()),
        ];
        let is_meant = |(table, id): (&str, Option<&str>)| {
            id.and_then(|id| self.ended.get(&format!("{table}/{id}"))).is_some_and(|ended| ended.number > began)
        };
        whose.into_iter().any(is_meant).then_some(Ending::Revoked)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn only_calls_under_way_of_those_who_are_meant_end() {
        let endings = Endings::default();
        let of_team = |id: &str| Payer { team_id: Some(id.to_owned()), ..Payer::default() };
        let (ours, theirs) = (of_team("ours"), of_team("theirs"));
        let before = endings.number();
        endings.end("teams/ours@7");
        endings.end("keys/theirs@7");
        let after = endings.number();
        endings.end("teams/ours@7");
        endings.end("teams/ours@6");
        assert_eq!(endings.number(), after, "heard of again");
        for (payer, began, ending) in [
            (&ours, before, Some(Ending::Revoked)),
            (&ours, after, None),
            (&theirs, before, None),
            (&Payer::default(), before, None),
        ] {
            assert_eq!(endings.ended(payer, began).now_or_never(), ending, "{payer:?} {began}");
        }
        endings.stop();
        assert_eq!(endings.ended(&theirs, after).await, Ending::Stopping);
    }
}
