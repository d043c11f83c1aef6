//! `make bench`: what the gateway costs, as ratios to a bare proxy on the same HTTP stack in the same minute.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool: its output is its purpose")]

mod answer;
mod ask;
mod client;
mod crowd;
mod disturb;
mod figures;
mod floor;
mod gateway;
mod governed;
mod histogram;
mod load;
mod machine;
mod peers;
mod process_facts;
mod program;
mod record;
mod report;
mod scenario;
mod session;
mod settled;
mod table;
mod target;
mod targets;

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::machine::Machine;
use crate::record::Record;
use crate::session::{Session, Wanted};

/// Like the gateway's, so that the floor differs from it in what it does only.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Measures the gateway against a bare proxy on the same HTTP stack.
#[derive(Parser)]
#[command(name = "bench")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure.
    Run(RunArguments),
    /// Serve as the floor: pass everything to this upstream.
    Floor { upstream: SocketAddr },
    /// Serve as the load: read a plan from standard input, print what was seen.
    Load,
}

#[derive(Args)]
struct RunArguments {
    /// One repetition instead of three.
    #[arg(long)]
    quick: bool,
    /// Only scenarios that have this in their name.
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    only: Option<String>,
    /// Add the run to bench/RESULTS.md.
    #[arg(long)]
    record: bool,
    /// Ask for no real-time priority even where it would be granted.
    #[arg(long)]
    normal_priority: bool,
    /// Where the upstream listens, for peers that cannot be told; 0 takes a free port.
    #[arg(long, default_value_t = 0)]
    upstream_port: u16,
    /// The maintenance database of a PostgreSQL, for what is measured on one.
    #[arg(long, env = "TURNPIKE_TEST_POSTGRES", value_name = "URL", hide_env_values = true)]
    postgres: Option<String>,
}

fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse().command {
        Command::Run(arguments) => measure(arguments),
        Command::Floor { upstream } => floor::run(upstream).map(|()| ExitCode::SUCCESS).map_err(Into::into),
        Command::Load => load::run().map(|()| ExitCode::SUCCESS),
    }
}

fn measure(arguments: RunArguments) -> anyhow::Result<ExitCode> {
    program::listen_for_signals()?;
    let is_recorded = arguments.record;
    let machine = Machine::look(!arguments.normal_priority);
    eprintln!("{}; {}", Machine::describe(), machine.granted());
    let repetitions = if arguments.quick { 1 } else { 3 };
    let peers = peers::read(Path::new("bench/peers.toml"))?;
    let names: Vec<String> = peers.iter().map(|peer| peer.name.clone()).collect();
    let RunArguments { only, upstream_port, postgres, .. } = arguments;
    let mut session = Session::begin(machine, Wanted { repetitions, only, peers, upstream_port, postgres })?;
    session.run(&|what| eprintln!("{what}"))?;
    let runs = &session.runs;
    let record = Record {
        date: today(),
        machine: Machine::describe(),
        granted: session.machine.granted(),
        commit: machine::commit(Path::new(".")),
        repetitions,
        summary: targets::summary(runs),
        report: report::whole(runs, &names),
    };
    println!("{}\n\n{}", record::title(&record), record.report);
    println!("First start ever, on an empty data folder: {:.0} ms to the first answer.", session.first_start());
    if is_recorded {
        record::append(Path::new("bench/RESULTS.md"), &record)?;
    }
    let wrong: u64 = runs.0.iter().flat_map(|run| run.errors.values()).sum();
    if wrong > 0 {
        eprintln!("{wrong} answers were wrong: see the errors above");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::disallowed_methods, reason = "results carry the day on which they were measured")]
fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the bench stands outside the gateway, whose task registry it must not use"
)]
pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}
