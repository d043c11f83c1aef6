//! The servers' programs, where `tests/services.sh` has linked them.

use std::io::{self, ErrorKind};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.tools/services");

/// The folder or program that is linked under `name`.
fn find(name: &str) -> io::Result<PathBuf> {
    Path::new(FOLDER).join(name).canonicalize().map_err(|_| {
        io::Error::new(ErrorKind::NotFound, format!("there is no {name} in .tools/services: run `make services` first"))
    })
}

/// A Redis or a Valkey.
pub(super) fn redis() -> io::Result<PathBuf> {
    find("redis-server")
}

/// The folder of PostgreSQL's programs. Where `user` may not enter it, because it lies in somebody's home, it is copied
/// into `folder`.
pub(super) fn postgres(user: Option<u32>, folder: &Path) -> io::Result<PathBuf> {
    let programs = find("postgresql")?;
    let Some(user) = user else { return Ok(programs) };
    let mut trial = Command::new(programs.join("postgres"));
    trial.arg("--version").uid(user).gid(user).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    if trial.status().is_ok_and(|status| status.success()) {
        return Ok(programs);
    }
    let installation = programs.parent().unwrap_or(&programs);
    let copy = folder.join("installation");
    run(Command::new("cp").arg("-RL").arg(installation).arg(&copy))?;
    run(Command::new("chmod").args(["-R", "a+rX"]).arg(&copy))?;
    Ok(copy.join("bin"))
}

/// Runs a program to its end, and makes what it says the error if it fails.
pub(super) fn run(command: &mut Command) -> io::Result<()> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!("{} failed: {said}", command.get_program().display())))
}
