//! The master key: configured, or made at the first start without a configuration and shown that once.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use engine::ids::Ids;
use engine::secret::{MasterKey, Secret};

use super::listeners::Listeners;
use crate::config::{ConfigError, Resolved, Written};

/// Holds the digest of a master key that the gateway made itself.
const DIGEST_FILE: &str = "master-key.sha256";
const VARIABLES: [&str; 2] = ["TURNPIKE_MASTER_KEY", "LITELLM_MASTER_KEY"];

/// A master key, and where it comes from.
pub(super) struct Master {
    pub(super) key: MasterKey,
    source: Source,
}

enum Source {
    Given,
    /// Made at an earlier start; its digest is in this file.
    Kept(PathBuf),
    /// Just made, to be shown and then kept in this file.
    Made(Secret, PathBuf),
}

/// The configured key, else one from the environment, else, where no configuration was given, one of our own.
pub(super) fn master_key(
    written: &Written,
    variables: &dyn Fn(&str) -> Option<String>,
    configured: bool,
    data_dir: &Path,
    ids: &Ids,
) -> anyhow::Result<Master> {
    let from_file = match written.general_settings.master_key.as_ref().map(|key| &key.value) {
        Some(Resolved::Found(key)) => Some(key.clone()),
        // never another key than the one that is named
        Some(Resolved::Missing { name }) => bail!("there is no master key: {}", not_set(name)),
        None => None,
    };
    let given = from_file.or_else(|| VARIABLES.iter().find_map(|name| written.variable(name, variables)));
    if let Some(key) = given {
        return match MasterKey::new(&key) {
            Ok(key) => Ok(Master { key, source: Source::Given }),
            Err(weak) => bail!("the master key is too weak: {weak}; `openssl rand -hex 24` makes a good one"),
        };
    }
    if configured {
        bail!(
            "there is no master key: set general_settings.master_key or the environment variable {}",
            VARIABLES.join(" or ")
        );
    }
    let file = data_dir.join(DIGEST_FILE);
    if let Ok(digest) = std::fs::read_to_string(&file) {
        return Ok(Master { key: MasterKey::of_digest(digest.trim()), source: Source::Kept(file) });
    }
    let made = Secret::new(ids.virtual_key()?);
    Ok(Master { key: MasterKey::new(&made)?, source: Source::Made(made, file) })
}

/// What is wrong when the file names a variable for the master key that is not set here.
pub(super) fn missing_key(written: &Written) -> Option<ConfigError> {
    let key = written.general_settings.master_key.as_ref()?;
    match &key.value {
        Resolved::Found(_) => None,
        Resolved::Missing { name } => Some(key.error(not_set(name))),
    }
}

fn not_set(name: &str) -> String {
    format!("the environment variable {name} is not set, or is empty")
}

/// Shows what a newcomer needs, and then keeps a master key that was just made: a start that fails earlier leaves none behind
/// that nobody has seen. `model` is one that can be asked for by its name.
pub(super) fn greet(listeners: &Listeners, master: &Master, model: Option<&str>) -> anyhow::Result<()> {
    let greeting = greeting(listeners, master, model)?;
    let mut stdout = std::io::stdout();
    let shown = stdout.write_all(greeting.as_bytes()).and_then(|()| stdout.flush());
    if let Source::Made(_, file) = &master.source {
        shown.context("the new master key cannot be shown: set TURNPIKE_MASTER_KEY, or give the gateway an output")?;
        write_private(file, master.key.digest()).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(())
}

fn greeting(listeners: &Listeners, master: &Master, model: Option<&str>) -> Result<String, std::fmt::Error> {
    let scheme = if listeners.tls().is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{}", reachable(listeners.address()));
    let mut text = format!("Turnpike listens on {url}\n");
    if let Some(plain) = listeners.plain_address() {
        writeln!(text, "and, without TLS, on http://{}", reachable(plain))?;
    }
    let shown = match &master.source {
        Source::Made(key, _) => {
            writeln!(text, "\nMaster key (shown this once): {}", key.reveal())?;
            key.reveal()
        }
        Source::Kept(file) => {
            let file = file.display();
            writeln!(text, "The master key is the one shown at the first start. To make another, delete {file}.")?;
            "$TURNPIKE_MASTER_KEY"
        }
        Source::Given => "$TURNPIKE_MASTER_KEY",
    };
    let Some(model) = model else {
        writeln!(
            text,
            "\nNo model has a name of its own: GET {url}/v1/models shows the patterns that a name must fit."
        )?;
        return Ok(text);
    };
    writeln!(
        text,
        "\nA first request:\n\n\
         curl {url}/v1/chat/completions -H \"Authorization: Bearer {shown}\" -H \"Content-Type: application/json\" \
         -d '{{\"model\": \"{model}\", \"messages\": [{{\"role\": \"user\", \"content\": \"Hello, Turnpike!\"}}]}}'\n"
    )?;
    Ok(text)
}

/// The address as a client on this machine can use it.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

pub(super) fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}
