//! Runs a command with a PostgreSQL and a Redis that last as long as it does.

use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::time::Duration;

use clap::Parser;
use rustix::process::{Pid, Signal, kill_process};
use testkit::services::{Postgres, PostgresOptions, Redis, RedisOptions};
use tokio::runtime::Builder;
use tokio::signal::unix::{self, SignalKind};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long the command may take to end after a signal.
const ENDING: Duration = Duration::from_secs(10);

/// Runs COMMAND with a PostgreSQL and a Redis of its own, which are empty and reachable from this machine only.
///
/// TURNPIKE_TEST_POSTGRES is the URL of PostgreSQL's maintenance database as its superuser, TURNPIKE_TEST_REDIS that of
/// Redis. Both servers end with the command, whose status is the status of this program.
#[derive(Parser)]
#[command(name = "testkit-services")]
struct Args {
    /// The command and its arguments.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    command: Vec<String>,
}

fn main() -> io::Result<ExitCode> {
    let args = Args::parse();
    Builder::new_multi_thread().enable_all().build()?.block_on(run(&args.command))
}

async fn run(command: &[String]) -> io::Result<ExitCode> {
    let mut signals = Signals::new()?;
    let (postgres, redis) = tokio::select! {
        started = start() => started?,
        signal = signals.next() => return Ok(ended_by(signal)),
    };
    let (program, arguments) = command.split_first().ok_or_else(|| io::Error::other("no command"))?;
    let mut command = Command::new(program);
    command.args(arguments).env("TURNPIKE_TEST_POSTGRES", postgres.url()).env("TURNPIKE_TEST_REDIS", redis.url());
    let child = command.spawn().map_err(|error| io::Error::new(error.kind(), format!("{program}: {error}")))?;
    let pid = Pid::from_child(&child);
    let mut ended = wait(child);
    let status = tokio::select! {
        status = &mut ended => status??,
        signal = signals.next() => {
            kill_process(pid, Signal::TERM).ok();
            if timeout(ENDING, &mut ended).await.is_err() {
                kill_process(pid, Signal::KILL).ok();
            }
            return Ok(ended_by(signal));
        }
    };
    Ok(code(status))
}

async fn start() -> io::Result<(Postgres, Redis)> {
    tokio::try_join!(Postgres::with(PostgresOptions::default()), Redis::with(RedisOptions::default()))
}

/// The end of the command, waited for by a thread of its own.
fn wait(mut child: Child) -> JoinHandle<io::Result<ExitStatus>> {
    tokio::task::spawn_blocking(move || child.wait())
}

/// What asks this program to end.
struct Signals {
    interrupt: unix::Signal,
    terminate: unix::Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: unix::signal(SignalKind::interrupt())?,
            terminate: unix::signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::INT.as_raw(),
            _ = self.terminate.recv() => Signal::TERM.as_raw(),
        }
    }
}

/// As shells tell of it.
fn ended_by(signal: i32) -> ExitCode {
    u8::try_from(128 + signal).map_or(ExitCode::FAILURE, ExitCode::from)
}

fn code(status: ExitStatus) -> ExitCode {
    match (status.code(), status.signal()) {
        (Some(code), _) => u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from),
        (None, signal) => ended_by(signal.unwrap_or(1)),
    }
}
