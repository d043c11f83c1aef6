//! Where a server lives: its folder, its port, its password.

use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::chown;
use std::path::Path;

use rustix::process::geteuid;
use tempfile::TempDir;

/// The user and group of nobody, as Debian, Fedora and Alpine number them.
const NOBODY: u32 = 65_534;

/// Below the ports that systems give to outgoing connections: one that is free stays free over a restart.
const PORTS: std::ops::Range<u64> = 18_000..30_000;
const TRIES: usize = 200;

/// The user that a server runs as which refuses to be root's; none where this process is not root's.
pub(super) fn unprivileged() -> Option<u32> {
    geteuid().is_root().then_some(NOBODY)
}

/// A fresh folder in the system's temporary one, for one user only.
pub(super) fn folder(name: &str, owner: Option<u32>) -> io::Result<TempDir> {
    let folder = tempfile::Builder::new().prefix(&format!("turnpike-{name}-")).tempdir()?;
    give(folder.path(), owner)?;
    Ok(folder)
}

/// Makes `owner`, if there is one, the owner of a file or folder.
pub(super) fn give(path: &Path, owner: Option<u32>) -> io::Result<()> {
    owner.map_or(Ok(()), |user| chown(path, Some(user), Some(user)))
}

/// A port that was free a moment ago.
pub(super) fn free_address() -> io::Result<SocketAddr> {
    let free = (0..TRIES).find_map(|_| {
        let port = PORTS.start + random() % (PORTS.end - PORTS.start);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, u16::try_from(port).ok()?)).ok()?;
        listener.local_addr().ok()
    });
    free.ok_or_else(|| io::Error::other(format!("no free port in {PORTS:?}: something holds them all")))
}

/// 128 random bits in hexadecimal.
pub(super) fn password() -> String {
    format!("{:016x}{:016x}", random(), random())
}

/// Random enough for tests, and without a dependency: the seed of a hash table.
pub(super) fn random() -> u64 {
    RandomState::new().hash_one(0)
}
