//! A program that the bench starts and, whatever happens, stops again.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::machine::{Lane, Machine};

/// A program that does not say within this time where it listens has failed.
const START: Duration = Duration::from_mins(1);
/// A program that was asked to stop may take so long.
const STOP: Duration = Duration::from_secs(15);
const LAST_LINES: usize = 15;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on SIGINT and SIGTERM end whatever is waited for with an error, so that everything is stopped in order.
pub(crate) fn listen_for_signals() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            INTERRUPTED.store(true, Ordering::Relaxed);
            std::io::Result::Ok(())
        })
    });
    Ok(())
}

/// Waits a little; fails when the bench was interrupted.
pub(crate) fn pause(time: Duration) -> anyhow::Result<()> {
    if INTERRUPTED.load(Ordering::Relaxed) {
        bail!("interrupted");
    }
    std::thread::sleep(time);
    Ok(())
}

/// What is started, with what variables and where.
pub(crate) struct Start<'a> {
    pub(crate) name: &'a str,
    pub(crate) words: &'a [String],
    pub(crate) variables: &'a [(String, String)],
    pub(crate) lane: Lane,
    /// Becomes its standard input.
    pub(crate) input: Option<&'a str>,
}

/// A running program. It is killed when this goes out of scope.
pub(crate) struct Program {
    name: String,
    child: Child,
    output: PathBuf,
    errors: PathBuf,
    pub(crate) started: Instant,
}

impl Program {
    /// Starts it with its output in files of `folder`.
    pub(crate) fn start(machine: &Machine, folder: &Path, start: &Start<'_>) -> anyhow::Result<Self> {
        let file = |kind: &str| folder.join(format!("{}.{kind}", start.name));
        let words = [machine.prefix(start.lane), start.words.to_vec()].concat();
        let (program, rest) = words.split_first().context("a program needs a name")?;
        let stdin = match start.input {
            Some(text) => {
                fs::write(file("in"), text)?;
                Stdio::from(File::open(file("in"))?)
            }
            None => Stdio::null(),
        };
        let mut command = Command::new(program);
        // nobody's real database is measured by mistake
        command.env_remove("DATABASE_URL");
        command.args(rest).envs(start.variables.iter().cloned()).current_dir(folder).stdin(stdin);
        command.stdout(File::create(file("out"))?).stderr(File::create(file("err"))?);
        let started = Instant::now();
        let child = command.spawn().with_context(|| format!("{} cannot be started", start.name))?;
        Ok(Self { name: start.name.to_owned(), child, output: file("out"), errors: file("err"), started })
    }

    /// Each word before its own replaces itself by the next, so this is the program's own.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it says `listens on http://…`.
    pub(crate) fn address(&mut self) -> anyhow::Result<SocketAddr> {
        loop {
            let text = fs::read_to_string(&self.output).unwrap_or_default();
            let said = text.split_once("listens on http://").and_then(|(_, rest)| rest.split_once('\n'));
            if let Some((address, _)) = said {
                return address.trim().parse().with_context(|| format!("{} listens somewhere strange", self.name));
            }
            self.still_starts()?;
        }
    }

    /// Fails when it has ended or takes too long; waits a little else.
    pub(crate) fn still_starts(&mut self) -> anyhow::Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("{} ended at its start ({status}):\n{}", self.name, self.last_lines());
        }
        if self.started.elapsed() > START {
            bail!("{} does not become ready:\n{}", self.name, self.last_lines());
        }
        pause(Duration::from_millis(1))
    }

    /// Waits for its end and returns what it printed.
    pub(crate) fn finish(mut self, within: Duration) -> anyhow::Result<String> {
        let status = self.ended(within)?.with_context(|| format!("{} does not end", self.name))?;
        if !status.success() {
            bail!("{} failed ({status}):\n{}", self.name, self.last_lines());
        }
        Ok(fs::read_to_string(&self.output)?)
    }

    /// SIGTERM, and its end; what does not end is killed. Returns what it printed.
    pub(crate) fn stop(mut self) -> anyhow::Result<String> {
        Command::new("kill").args(["-TERM", &self.pid().to_string()]).status().context("kill is needed")?;
        self.ended(STOP)?;
        Ok(fs::read_to_string(&self.output)?)
    }

    fn ended(&mut self, within: Duration) -> anyhow::Result<Option<ExitStatus>> {
        let began = Instant::now();
        while began.elapsed() < within {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Some(status));
            }
            pause(Duration::from_millis(5))?;
        }
        Ok(None)
    }

    /// The end of what it said, for errors.
    pub(crate) fn last_lines(&self) -> String {
        let text = [&self.output, &self.errors].map(|path| fs::read(path).unwrap_or_default()).concat();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines.get(lines.len().saturating_sub(LAST_LINES)..).unwrap_or_default().join("\n")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // both fail when it has ended, which is as well
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
