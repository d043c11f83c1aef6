//! Good traffic beside clients that nobody wants. Its p99 is compared with what it was undisturbed a moment before.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;

use crate::ask::{Ask, Language, Pace, Whom};
use crate::figures::{Figure, Figures, Run};
use crate::load::{Expect, NUMBER, Outcome, Plan};
use crate::machine::Lane;
use crate::program::pause;
use crate::scenario::{Disturbance, Scenario, good};
use crate::session::{Session, figures};
use crate::target::{GATEWAY, Target};

/// How long somebody disturbs before good traffic is measured.
const LEAD: Duration = Duration::from_secs(1);

impl Session {
    pub(crate) fn disturb(&mut self, repetition: u32, gateway: &Target, tell: &dyn Fn(&str)) -> anyhow::Result<()> {
        let wanted: Vec<_> = Disturbance::ALL.into_iter().filter(|one| self.takes(one.name())).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let scenario = good();
        tell(&format!("repetition {}: good traffic, undisturbed", repetition + 1));
        gateway.settle()?;
        let undisturbed = self.good_traffic(repetition, &scenario, &scenario.name, gateway)?;
        self.runs.0.push(undisturbed);
        for disturbance in wanted {
            tell(&format!("repetition {}: good traffic and {}", repetition + 1, disturbance.name()));
            gateway.settle()?;
            let disturbing = self.load("hostile", &asked(disturbance, gateway), Lane::Aside)?;
            pause(LEAD)?;
            if disturbance != Disturbance::BadKeys {
                // what matters is that they are there, not that they come
                gateway.settle()?;
            }
            let run = self.good_traffic(repetition, &scenario, disturbance.name(), gateway)?;
            let outcome: Outcome = serde_json::from_str(&disturbing.stop()?).context("the hostile load was cut off")?;
            self.runs.0.push(run);
            self.runs.0.push(hostile(repetition, disturbance, &outcome));
        }
        Ok(())
    }

    fn good_traffic(&self, repetition: u32, scenario: &Scenario, name: &str, gateway: &Target) -> anyhow::Result<Run> {
        let request = gateway.request(scenario.ask).unwrap_or_default();
        let (expect, shape) = (scenario.ask.expect(), scenario.shape);
        let plan = Plan { address: gateway.address, requests: vec![request], expect, shape, watch: gateway.pid() };
        let (outcome, cpu) = self.drive(gateway, &plan)?;
        let (scenario, target) = (name.to_owned(), gateway.name.clone());
        Ok(Run { scenario, target, repetition, figures: figures(&outcome, cpu, 1), errors: outcome.errors })
    }
}

/// What the unwanted client asks and gets.
fn asked(disturbance: Disturbance, gateway: &Target) -> Plan {
    let ask = |stream, pace| Ask { client: Language::OpenAi, provider: Language::OpenAi, pace, stream };
    let (request, status) = match disturbance {
        Disturbance::BadKeys => {
            let whom = Whom::Gateway { key: &format!("sk-wrong-{NUMBER}") };
            (ask(false, Pace::AtOnce).request(gateway.address, whom), 401)
        }
        Disturbance::SlowLoris => (String::new(), 0),
        Disturbance::UnreadStreams => (gateway.request(ask(true, Pace::Flood)).unwrap_or_default(), 200),
    };
    let expect = Expect { status, marks: None, ends: Vec::new() };
    Plan { address: gateway.address, requests: vec![request], expect, shape: disturbance.shape(), watch: None }
}

/// What the unwanted client managed: requests a second, or connections. Its troubles are nobody's errors.
#[expect(clippy::cast_precision_loss, reason = "counts of seconds are far below what is lost")]
fn hostile(repetition: u32, disturbance: Disturbance, outcome: &Outcome) -> Run {
    let reached = match disturbance {
        Disturbance::BadKeys => outcome.answered as f64 / outcome.seconds.max(1e-9),
        Disturbance::SlowLoris | Disturbance::UnreadStreams => outcome.answered as f64,
    };
    Run {
        scenario: disturbance.name().to_owned(),
        target: format!("{GATEWAY}'s unwanted clients"),
        repetition,
        figures: Figures::from([(Figure::PerSecond, reached)]),
        errors: BTreeMap::new(),
    }
}
