//! A gateway in a process of its own, in a folder of its own.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use engine::ids::Ids;
use parking_lot::Mutex;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::client::Client;

/// Longer than anything here should take, in debug and beside other tests.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The folder of a test: configuration and data of a gateway that may be started more than once.
pub(crate) struct Place {
    folder: TempDir,
    master: String,
    variables: Vec<(String, String)>,
}

impl Place {
    /// An empty place whose gateways get a new master key.
    pub(crate) fn new() -> Self {
        let master = Ids::default().virtual_key().unwrap();
        let variables = vec![("TURNPIKE_MASTER_KEY".to_owned(), master.clone())];
        Self { folder: tempfile::tempdir().unwrap(), master, variables }
    }

    /// A place for another gateway with the same master key and variables.
    pub(crate) fn beside(&self) -> Self {
        let (master, variables) = (self.master.clone(), self.variables.clone());
        Self { folder: tempfile::tempdir().unwrap(), master, variables }
    }

    /// A place with this configuration.
    pub(crate) fn with(config: &str) -> Self {
        let place = Self::new();
        place.configure(config);
        place
    }

    pub(crate) fn configure(&self, text: &str) {
        std::fs::write(self.config(), text).unwrap();
    }

    /// Sets a variable of the gateways, or (`None`) leaves it out.
    pub(crate) fn variable(mut self, name: &str, value: Option<&str>) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        self
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("config.yaml")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn master(&self) -> &str {
        &self.master
    }

    /// The binary, with no variables but this place's.
    pub(crate) fn turnpike(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_turnpike"));
        let variables = self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        command.args(arguments).env_clear().envs(variables).current_dir(self.path()).stdin(Stdio::null());
        command
    }

    /// `turnpike serve` on a free port, with the configuration if there is one.
    pub(crate) fn serve(&self) -> Command {
        let mut command = self.turnpike(&["serve", "--host", "127.0.0.1", "--port", "0", "--data-dir"]);
        command.arg(self.data());
        if self.config().exists() {
            command.arg("--config").arg(self.config());
        }
        command
    }

    /// Runs a command to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Output {
        finish(self.turnpike(arguments)).await
    }

    /// A gateway that is ready.
    pub(crate) async fn start(&self) -> Gateway {
        Gateway::start(self).await
    }
}

/// Runs a command to its end, which must come.
pub(crate) async fn finish(mut command: Command) -> Output {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (stdout, stderr) = (Lines::of(child.stdout.take().unwrap()), Lines::of(child.stderr.take().unwrap()));
    let mut running = Running(child);
    let status = running.ended().await;
    let ended = || stdout.ended() && stderr.ended();
    until("the output ends", || ended().then_some(())).await;
    Output { status, stdout: stdout.text().into_bytes(), stderr: stderr.text().into_bytes() }
}

/// What a command that must fail says on its standard error.
pub(crate) async fn refusal(command: Command) -> String {
    let output = finish(command).await;
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code().is_some_and(|code| code != 0), "{:?}\n{text}", output.status);
    text
}

/// Tries again and again until there is something; fails when that takes too long.
pub(crate) async fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        sleep(Duration::from_millis(5)).await;
    }
}

/// A child that does not outlive its test.
struct Running(Child);

impl Running {
    async fn ended(&mut self) -> ExitStatus {
        until("the process ends", || self.0.try_wait().unwrap()).await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // both fail when it has ended, which is as well
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A running gateway.
pub(crate) struct Gateway {
    running: Running,
    pub(crate) address: SocketAddr,
    pub(crate) client: Client,
    stdout: Lines,
    stderr: Lines,
}

impl Gateway {
    async fn start(place: &Place) -> Self {
        let mut child = place.serve().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (stdout, stderr) = (Lines::of(child.stdout.take().unwrap()), Lines::of(child.stderr.take().unwrap()));
        let running = Running(child);
        let address = until("the gateway says where it listens", || {
            assert!(!(stdout.ended() && stderr.ended()), "the gateway did not start:\n{}", stderr.text());
            let banner = stdout.text();
            let (_, rest) = banner.split_once("listens on http://")?;
            rest.split_once('\n')?.0.parse().ok()
        })
        .await;
        let client = Client::new(address, place.master());
        client.until_ready().await;
        Self { running, address, client, stdout, stderr }
    }

    /// What it printed.
    pub(crate) fn banner(&self) -> String {
        self.stdout.text()
    }

    /// What it logged.
    pub(crate) fn log(&self) -> String {
        self.stderr.text()
    }

    /// Waits for a line in the log that has all of `words`.
    pub(crate) async fn logged(&self, words: &[&str]) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let log = self.log();
            if let Some(line) = log.lines().find(|line| words.iter().all(|word| line.contains(word))) {
                return line.to_owned();
            }
            assert!(Instant::now() < deadline, "waited in vain until the log says {words:?}:\n{log}");
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// A line of its memory as Linux tells it, in KiB.
    pub(crate) fn memory(&self, name: &str) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.running.0.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.running.0.id());
        assert!(Command::new("/bin/sh").arg("-c").arg(kill).status().unwrap().success());
    }

    /// Waits until it has ended by itself; returns its exit code and its log.
    pub(crate) async fn ended(mut self) -> (Option<i32>, String) {
        let status = self.running.ended().await;
        until("the log ends", || self.stderr.ended().then_some(())).await;
        (status.code(), self.stderr.text())
    }

    /// SIGTERM, and the end that must follow.
    pub(crate) async fn stop(self) -> String {
        self.signal("TERM");
        let (code, log) = self.ended().await;
        assert_eq!(code, Some(0), "{log}");
        log
    }

    /// SIGKILL.
    pub(crate) async fn kill(mut self) {
        self.running.0.kill().unwrap();
        assert_eq!(self.running.ended().await.signal(), Some(9));
    }
}

/// The lines of an output, read as they come so that the process never waits.
#[derive(Clone)]
struct Lines(Arc<Mutex<Taken>>);

#[derive(Default)]
struct Taken {
    text: String,
    ended: bool,
}

impl Lines {
    fn of(output: impl Read + Send + 'static) -> Self {
        let lines = Self(Arc::default());
        let kept = lines.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let text = &mut kept.0.lock().text;
                text.push_str(&line);
                text.push('\n');
            }
            kept.0.lock().ended = true;
        });
        lines
    }

    fn text(&self) -> String {
        self.0.lock().text.clone()
    }

    fn ended(&self) -> bool {
        self.0.lock().ended
    }
}
