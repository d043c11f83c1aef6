//! A server as a process that can be ended, killed, frozen and started again.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::guard::Guard;

/// A server that has nothing to do ends in a moment; recovering after a crash takes some.
const ENDING: Duration = Duration::from_secs(10);
const STARTING: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(10);

/// How a server is started and ended.
pub(super) struct Launch {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<OsString>,
    pub(super) user: Option<u32>,
    /// What ends it at once, its data being thrown away: the signal, and its name for `kill`.
    pub(super) end: (Signal, &'static str),
}

/// A server's process and its folder.
pub(super) struct Process {
    launch: Launch,
    folder: TempDir,
    running: Option<Running>,
}

struct Running {
    child: Child,
    pid: Pid,
    _guard: Guard,
}

impl Process {
    /// Starts the server. That it answers is not waited for.
    pub(super) fn start(launch: Launch, folder: TempDir) -> io::Result<Self> {
        let mut process = Self { launch, folder, running: None };
        process.spawn()?;
        Ok(process)
    }

    /// Starts the server again, which must not be running.
    pub(super) fn spawn(&mut self) -> io::Result<()> {
        let log = File::options().create(true).append(true).open(self.log())?;
        let mut command = Command::new(&self.launch.program);
        command.args(&self.launch.arguments).current_dir(self.folder.path()).process_group(0);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        if let Some(user) = self.launch.user {
            command.uid(user).gid(user);
        }
        let mut child = command.spawn()?;
        let pid = Pid::from_child(&child);
        match Guard::watch(pid, self.launch.end.1, self.folder.path()) {
            Ok(guard) => self.running = Some(Running { child, pid, _guard: guard }),
            Err(error) => {
                child.kill().and_then(|()| child.wait()).ok();
                return Err(error);
            }
        }
        Ok(())
    }

    /// Asks again and again until the server answers, or has ended, which is an error that shows its log.
    pub(super) async fn until_ready<T>(&mut self, mut ask: impl AsyncFnMut() -> io::Result<T>) -> io::Result<T> {
        let deadline = Instant::now() + STARTING;
        loop {
            let error = match ask().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let ended = match &mut self.running {
                Some(running) => running.child.try_wait()?.is_some(),
                None => true,
            };
            if ended || Instant::now() > deadline {
                let log = fs::read_to_string(self.log()).unwrap_or_default();
                let state = if ended { "ended" } else { "does not answer" };
                let program = self.launch.program.display();
                return Err(io::Error::other(format!("{program} {state} ({error}); its log:\n{log}")));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The id of its process; none after it was killed.
    pub(super) fn id(&self) -> Option<u32> {
        self.running.as_ref().map(|running| running.child.id())
    }

    /// Ends the server and all processes that it started without any notice.
    pub(super) fn kill(&mut self) {
        let Some(mut running) = self.running.take() else { return };
        // frozen first, so that it starts no more of them meanwhile
        signal(running.pid, Signal::STOP);
        for pid in children(running.pid) {
            signal(pid, Signal::KILL);
        }
        running.child.kill().ok();
        running.child.wait().ok();
    }

    /// Lets the server and its processes stand still: connections stay open and nothing is answered.
    pub(super) fn freeze(&self) {
        let Some(running) = &self.running else { return };
        signal(running.pid, Signal::STOP);
        for pid in children(running.pid) {
            signal(pid, Signal::STOP);
        }
    }

    /// Lets them go on.
    pub(super) fn thaw(&self) {
        let Some(running) = &self.running else { return };
        for pid in children(running.pid) {
            signal(pid, Signal::CONT);
        }
        signal(running.pid, Signal::CONT);
    }

    /// Ends the server by a signal, and kills it if that does not help.
    pub(super) fn end(&mut self, by: Signal) {
        self.thaw();
        let Some(running) = &mut self.running else { return };
        signal(running.pid, by);
        let deadline = Instant::now() + ENDING;
        while matches!(running.child.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                return self.kill();
            }
            std::thread::sleep(PAUSE);
        }
        self.running = None;
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end(self.launch.end.0);
    }
}

/// A process that is gone already needs no signal.
fn signal(pid: Pid, signal: Signal) {
    kill_process(pid, signal).ok();
}

/// The processes that `parent` has started and that still run, as Linux tells.
fn children(parent: Pid) -> Vec<Pid> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|id| is_child(*id, parent))
        .filter_map(Pid::from_raw)
        .collect()
}

/// `/proc/ID/stat` is `ID (name) state parent …`; the name may have spaces and parentheses.
fn is_child(id: i32, parent: Pid) -> bool {
    let Ok(stat) = fs::read_to_string(format!("/proc/{id}/stat")) else { return false };
    let after = stat.rsplit_once(") ").map(|(_, after)| after);
    after.and_then(|after| after.split(' ').nth(1)) == Some(parent.as_raw_nonzero().to_string().as_str())
}
