//! Ends a server when the process that started it has ended without doing so: killed, or aborted.

use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::Pid;

/// Waits for the end of its input, which is the end of whoever holds the other side; then ends process `$1` with signal
/// `$2`, gives it ten seconds, and removes the folder `$3`.
const SCRIPT: &str = r#"
read -r line
kill -CONT "$1"; kill -"$2" "$1"
tries=0
while kill -0 "$1" && [ $tries -lt 100 ]; do tries=$((tries + 1)); sleep 0.1; done
[ $tries -lt 100 ] || kill -KILL "$1"
rm -rf "$3"
"#;

/// A shell that watches over a server.
pub(super) struct Guard(Child);

impl Guard {
    /// Watches `server`, which is ended by the signal of that name (`TERM`).
    pub(super) fn watch(server: Pid, signal: &str, folder: &Path) -> io::Result<Self> {
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT, "guard"]).arg(server.as_raw_nonzero().to_string()).arg(signal).arg(folder);
        // in a group of its own, so that the Ctrl-C which ends us does not end it before its work
        shell.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        shell.spawn().map(Self)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // killed before its input closes: nothing is left for it to do
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
