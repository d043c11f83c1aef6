//! The scenarios: fixed, and bounded in number and time.

use crate::ask::{Ask, Language, Pace};
use crate::load::Shape;

/// Before a closed loop is measured, and how long it then is: there are so many pairs of languages that each gets little.
const WARM_MS: u64 = 400;
const PAIR_WARM_MS: u64 = 150;
const PAIR_RUN_MS: u64 = 350;

/// One scenario.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    /// What `--only` looks for and tables say.
    pub(crate) name: String,
    pub(crate) ask: Ask,
    pub(crate) shape: Shape,
    /// Also measured without anything between load and upstream, to know what is added.
    pub(crate) direct: bool,
    /// The scenario whose floor this one is compared with; its own where the floor can do it.
    pub(crate) floor: String,
}

impl Scenario {
    fn new(name: &str, ask: Ask, shape: Shape) -> Self {
        Self { name: name.to_owned(), ask, shape, direct: false, floor: name.to_owned() }
    }

    fn and_direct(self) -> Self {
        Self { direct: true, ..self }
    }

    /// Whether the floor, which cannot translate, can do it too.
    pub(crate) fn has_floor(&self) -> bool {
        self.floor == self.name
    }

    /// What is counted: answers, or pieces of text of streams.
    pub(crate) fn unit(&self) -> u32 {
        if self.ask.stream { self.ask.pace.chunks() } else { 1 }
    }
}

/// Good traffic while somebody disturbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disturbance {
    BadKeys,
    SlowLoris,
    UnreadStreams,
}

impl Disturbance {
    pub(crate) const ALL: [Self; 3] = [Self::BadKeys, Self::SlowLoris, Self::UnreadStreams];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::BadKeys => "bad-keys",
            Self::SlowLoris => "slow-loris",
            Self::UnreadStreams => "unread-streams",
        }
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::BadKeys => "5,000 requests/s with distinct wrong keys, 32 connections",
            Self::SlowLoris => "500 connections that send one byte of a header a second",
            Self::UnreadStreams => "100 streams whose client does not read",
        }
    }

    /// It goes on until it is told to stop, which comes long before the end of its time.
    pub(crate) fn shape(self) -> Shape {
        let run_ms = 60_000;
        match self {
            Self::BadKeys => Shape::BadKeys { connections: 32, rate: 5000, run_ms },
            Self::SlowLoris => Shape::Dribble { connections: 500, run_ms },
            Self::UnreadStreams => Shape::Stall { connections: 100, run_ms },
        }
    }
}

/// Good traffic for disturbances.
pub(crate) fn good() -> Scenario {
    Scenario::new("undisturbed", plain(false, Pace::AtOnce), steady(200, 3000))
}

/// Everything that is compared with the floor, in the order in which it runs.
pub(crate) fn all() -> Vec<Scenario> {
    let reply = plain(false, Pace::AtOnce);
    let mut scenarios = vec![
        Scenario::new("reply-1", reply, closed(1, 2000)),
        Scenario::new("reply-64", reply, closed(64, 2500)).and_direct(),
        Scenario::new("reply-256", reply, closed(256, 2500)),
        Scenario::new("stream-64", plain(true, Pace::AtOnce), closed(64, 2500)).and_direct(),
        Scenario::new("rate-200", reply, steady(200, 3000)).and_direct(),
        Scenario::new("rate-1000", reply, steady(1000, 3000)).and_direct(),
        Scenario::new("first-byte", plain(true, Pace::Paced), closed(32, 2500)).and_direct(),
        Scenario::new("slow-1000", plain(false, Pace::Slow), Shape::Once { calls: 1000, spread_ms: 500 }),
    ];
    for stream in [false, true] {
        for client in Language::ALL {
            for provider in Language::ALL {
                let ask = Ask { client, provider, pace: Pace::AtOnce, stream };
                let shape = Shape::Closed { connections: 64, warm_ms: PAIR_WARM_MS, run_ms: PAIR_RUN_MS };
                let mut scenario = Scenario::new(&pair(client, provider, stream), ask, shape);
                scenario.floor = pair(client, client, stream);
                scenarios.push(scenario);
            }
        }
    }
    scenarios
}

pub(crate) fn pair(client: Language, provider: Language, stream: bool) -> String {
    let kind = if stream { "stream" } else { "reply" };
    format!("{}-to-{}-{kind}", client.name(), provider.name())
}

fn plain(stream: bool, pace: Pace) -> Ask {
    Ask { client: Language::OpenAi, provider: Language::OpenAi, pace, stream }
}

fn closed(connections: usize, run_ms: u64) -> Shape {
    Shape::Closed { connections, warm_ms: WARM_MS, run_ms }
}

fn steady(rate: u64, run_ms: u64) -> Shape {
    Shape::Steady { connections: 32, rate, run_ms }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_is_compared_with_a_floor_that_is_measured() {
        let all = all();
        for scenario in &all {
            let floor = all.iter().find(|other| other.name == scenario.floor).unwrap();
            assert!(floor.has_floor(), "{}", scenario.name);
            assert_eq!(all.iter().filter(|other| other.name == scenario.name).count(), 1, "{}", scenario.name);
        }
        assert_eq!(all.iter().filter(|scenario| !scenario.has_floor()).count(), 60);
    }

    #[test]
    fn three_repetitions_stay_within_their_time() {
        let millis: u64 = all()
            .iter()
            .map(|scenario| {
                let targets = 1 + u64::from(scenario.has_floor()) + u64::from(scenario.direct);
                targets * scenario.shape.millis()
            })
            .sum();
        assert!(3 * millis < 5 * 60 * 1000, "{millis}");
    }
}
