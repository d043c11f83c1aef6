//! The whole run: starts everybody, measures floor and gateway in turn, stops everybody.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use tempfile::TempDir;

use crate::client;
use crate::crowd::Crowd;
use crate::figures::{Figure, Figures, Run, Runs};
use crate::gateway::Gateway;
use crate::governed::Governed;
use crate::load::{Outcome, Plan};
use crate::machine::{Lane, Machine};
use crate::peers::Peer;
use crate::process_facts::{cpu_nanos, memory};
use crate::program::{Program, Start, pause};
use crate::scenario::{self, Scenario};
use crate::target::{DIRECT, FLOOR, GATEWAY, Kind, Target};

/// Beyond a plan's own time: connecting, the last answers.
const PATIENCE: Duration = Duration::from_secs(40);
/// From the first answer to the look at idle memory.
pub(crate) const IDLE: Duration = Duration::from_secs(1);
/// The name under which what belongs to no scenario is kept.
pub(crate) const PROCESS: &str = "process";

/// What is wanted.
pub(crate) struct Wanted {
    pub(crate) repetitions: u32,
    /// Only scenarios with this in their name.
    pub(crate) only: Option<String>,
    pub(crate) peers: Vec<Peer>,
    pub(crate) upstream_port: u16,
    /// The URL of the maintenance database of a PostgreSQL, if there is one to measure on.
    pub(crate) postgres: Option<String>,
}

impl Wanted {
    pub(crate) fn takes(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only.as_str()))
    }
}

pub(crate) struct Session {
    pub(crate) machine: Machine,
    wanted: Wanted,
    folder: TempDir,
    /// Where the binaries are, this one among them.
    binaries: PathBuf,
    upstream: SocketAddr,
    _upstream: Program,
    gateway: Gateway,
    pub(crate) crowd: Option<Crowd>,
    pub(crate) governed: Option<Governed>,
    pub(crate) runs: Runs,
}

impl Session {
    /// Starts the upstream and prepares the gateway.
    pub(crate) fn begin(machine: Machine, wanted: Wanted) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let own = std::env::current_exe()?;
        let binaries = own.parent().context("this program has no folder")?.to_owned();
        let binary = |name: &str| {
            let path = binaries.join(name);
            if path.exists() { Ok(path) } else { bail!("there is no {}: `make bench` builds it", path.display()) }
        };
        let port = wanted.upstream_port.to_string();
        let words =
            [&binary("testkit-upstream")?.display().to_string(), "--canned", "--port", &port].map(str::to_owned);
        let start = Start { name: "upstream", words: &words, variables: &[], lane: Lane::Load, input: None };
        let mut program = Program::start(&machine, folder.path(), &start)?;
        let upstream = program.address()?;
        let gateway = Gateway::prepare(&machine, folder.path(), &binary("turnpike")?, upstream, None)?;
        let runs = Runs::default();
        Ok(Self {
            machine,
            wanted,
            folder,
            binaries,
            upstream,
            _upstream: program,
            gateway,
            crowd: None,
            governed: None,
            runs,
        })
    }

    /// Measures everything. `tell` hears what is being done.
    pub(crate) fn run(&mut self, tell: &dyn Fn(&str)) -> anyhow::Result<()> {
        let all = scenario::all();
        let taken = all.iter().filter(|scenario| self.wanted.takes(&scenario.name));
        let floors: BTreeSet<String> = taken.map(|scenario| scenario.floor.clone()).collect();
        for repetition in 0..self.wanted.repetitions {
            let targets = self.targets(repetition)?;
            for scenario in &all {
                if self.wanted.takes(&scenario.name) || floors.contains(&scenario.name) {
                    tell(&format!("repetition {}: {}", repetition + 1, scenario.name));
                    self.compare(repetition, scenario, &targets)?;
                }
            }
            let gateway = targets.iter().find(|target| target.name == GATEWAY).context("there is a gateway")?;
            if self.gateway.spend(gateway.address)? <= 0.0 {
                bail!("the key has been charged nothing: the ledger was not measured");
            }
            self.disturb(repetition, gateway, tell)?;
            self.crowd(repetition, tell)?;
            self.governed(repetition, tell)?;
            self.settled(repetition, tell)?;
            for target in targets {
                if let Some(program) = target.program {
                    program.stop()?;
                }
            }
        }
        Ok(())
    }

    /// When it was first started, on an empty folder, in milliseconds.
    pub(crate) fn first_start(&self) -> f64 {
        self.gateway.first_start
    }

    fn targets(&mut self, repetition: u32) -> anyhow::Result<Vec<Target>> {
        let floor = self.floor()?;
        let (program, address, took) = self.gateway.start(&self.machine, &self.gateway.key)?;
        let kind = Kind::Gateway { key: self.gateway.key.clone() };
        let gateway = Target { name: GATEWAY.to_owned(), address, program: Some(program), kind };
        pause(IDLE)?;
        for (target, start) in [(&floor, None), (&gateway, Some(took))] {
            let idle = memory(target.pid().unwrap_or(0)).now;
            let figures: Figures =
                [(Figure::Before, idle)].into_iter().chain(start.map(|took| (Figure::Start, took))).collect();
            let (scenario, target) = (PROCESS.to_owned(), target.name.clone());
            self.runs.0.push(Run { scenario, target, repetition, figures, errors: BTreeMap::new() });
        }
        let direct = Target { name: DIRECT.to_owned(), address: self.upstream, program: None, kind: Kind::Passing };
        let mut targets = vec![direct, floor, gateway];
        for peer in &self.wanted.peers {
            targets.push(self.peer(peer)?);
        }
        Ok(targets)
    }

    /// One with a database of its own, which has run once.
    pub(crate) fn another_gateway(&self, name: &str) -> anyhow::Result<Gateway> {
        self.gateway_with(name, None)
    }

    /// The same with its database there, none: in its folder.
    pub(crate) fn gateway_with(&self, name: &str, database: Option<String>) -> anyhow::Result<Gateway> {
        let folder = self.folder.path().join(name);
        std::fs::create_dir(&folder)?;
        Gateway::prepare(&self.machine, &folder, &self.binaries.join("turnpike"), self.upstream, database)
    }

    fn floor(&self) -> anyhow::Result<Target> {
        let words = [self.own("bench"), "floor".to_owned(), self.upstream.to_string()];
        let start = Start { name: FLOOR, words: &words, variables: &[], lane: Lane::Tested, input: None };
        let mut program = Program::start(&self.machine, self.folder.path(), &start)?;
        let address = program.address()?;
        Ok(Target { name: FLOOR.to_owned(), address, program: Some(program), kind: Kind::Passing })
    }

    fn peer(&self, peer: &Peer) -> anyhow::Result<Target> {
        let (words, variables) = (peer.words(self.upstream), peer.variables(self.upstream));
        let start = Start { name: &peer.name, words: &words, variables: &variables, lane: Lane::Tested, input: None };
        let mut program = Program::start(&self.machine, self.folder.path(), &start)?;
        while !matches!(client::call(peer.address(), &peer.ready()), Ok((200, _))) {
            program.still_starts()?;
        }
        let (name, address, kind) = (peer.name.clone(), peer.address(), Kind::Peer(peer.clone()));
        Ok(Target { name, address, program: Some(program), kind })
    }

    /// One scenario, with everybody whom it is for, one after the other within the same minute.
    fn compare(&mut self, repetition: u32, scenario: &Scenario, targets: &[Target]) -> anyhow::Result<()> {
        for target in targets {
            let wanted = match target.name.as_str() {
                DIRECT => scenario.direct,
                FLOOR => scenario.has_floor(),
                _ => self.wanted.takes(&scenario.name),
            };
            if !wanted {
                continue;
            }
            let request = target.request(scenario.ask);
            let served = |request: &String| matches!(client::call(target.address, request), Ok((200, _)));
            let Some(request) = request.filter(served) else {
                self.runs.0.push(Run::not_served(&scenario.name, &target.name, repetition));
                continue;
            };
            let plan = Plan {
                address: target.address,
                requests: vec![request],
                expect: scenario.ask.expect(),
                shape: scenario.shape,
                watch: target.pid(),
            };
            let run = self.measure(repetition, &scenario.name, scenario.unit(), target, &plan)?;
            self.runs.0.push(run);
        }
        Ok(())
    }

    /// A run of the load, and what it cost the target, what it put off included.
    pub(crate) fn measure(
        &self,
        repetition: u32,
        scenario: &str,
        unit: u32,
        target: &Target,
        plan: &Plan,
    ) -> anyhow::Result<Run> {
        target.settle()?;
        let before = target.pid().map(cpu_nanos);
        let (outcome, _cpu) = self.drive(target, plan)?;
        let backlog = target.settle()?;
        let cpu = target.pid().zip(before).map(|(pid, before)| cpu_nanos(pid).saturating_sub(before));
        let mut figures = figures(&outcome, cpu, unit);
        figures.insert(Figure::Backlog, backlog);
        let (scenario, target) = (scenario.to_owned(), target.name.clone());
        Ok(Run { scenario, target, repetition, figures, errors: outcome.errors })
    }

    /// A run of the load as it is, and the CPU time of the target meanwhile.
    pub(crate) fn drive(&self, target: &Target, plan: &Plan) -> anyhow::Result<(Outcome, Option<u64>)> {
        let before = target.pid().map(cpu_nanos);
        let patience = Duration::from_millis(plan.shape.millis()) + PATIENCE;
        let outcome = self.load("load", plan, Lane::Load)?.finish(patience)?;
        let cpu = target.pid().zip(before).map(|(pid, before)| cpu_nanos(pid).saturating_sub(before));
        Ok((serde_json::from_str(&outcome).context("the load printed something else")?, cpu))
    }

    pub(crate) fn load(&self, name: &str, plan: &Plan, lane: Lane) -> anyhow::Result<Program> {
        let words = [self.own("bench"), "load".to_owned()];
        let input = serde_json::to_string(plan)?;
        let start = Start { name, words: &words, variables: &[], lane, input: Some(&input) };
        Program::start(&self.machine, self.folder.path(), &start)
    }

    /// The PostgreSQL that may be used.
    pub(crate) fn postgres(&self) -> Option<&str> {
        self.wanted.postgres.as_deref()
    }

    pub(crate) fn takes(&self, name: &str) -> bool {
        self.wanted.takes(name)
    }

    fn own(&self, name: &str) -> String {
        Path::new(&self.binaries).join(name).display().to_string()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of seconds of work are far below what is lost")]
pub(crate) fn figures(outcome: &Outcome, cpu: Option<u64>, unit: u32) -> Figures {
    let unit = f64::from(unit);
    let known = [
        (Figure::P50, outcome.latency.percentile(50)),
        (Figure::P99, outcome.latency.percentile(99)),
        (Figure::FirstByteP50, outcome.first_byte.percentile(50)),
        (Figure::FirstByteP99, outcome.first_byte.percentile(99)),
        (Figure::PerSecond, (outcome.seconds > 0.0).then(|| outcome.answered as f64 * unit / outcome.seconds)),
        (Figure::Cpu, cpu.filter(|_| outcome.total > 0).map(|cpu| cpu as f64 / 1e3 / (outcome.total as f64 * unit))),
        (Figure::Before, cpu.map(|_| outcome.before)),
        (Figure::Peak, cpu.map(|_| outcome.peak)),
        (Figure::After, cpu.map(|_| outcome.after)),
    ];
    known.into_iter().filter_map(|(figure, value)| Some((figure, value?))).collect()
}
