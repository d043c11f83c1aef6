//! A PostgreSQL of a test's own.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::process::Signal;
use tempfile::TempDir;

use super::process::{Launch, Process};
use super::tls::Certificate;
use super::{installed, place};

mod address;
mod message;
mod scram;
mod session;

use address::Address;
use session::Session;

const SUPERUSER: &str = "postgres";

/// What every server is started with: reachable over TCP only, quiet, the same wherever it runs, and with nothing outside
/// of its folder that would be left behind.
const SETTINGS: &[(&str, &str)] = &[
    ("listen_addresses", "127.0.0.1"),
    ("unix_socket_directories", ""),
    ("dynamic_shared_memory_type", "mmap"),
    ("timezone", "UTC"),
    ("jit", "off"),
];

/// What makes writing fast and is safe as long as the machine itself does not fail; a killed server loses nothing by it.
const FAST: &[(&str, &str)] = &[("fsync", "off"), ("full_page_writes", "off"), ("autovacuum", "off")];

/// How a PostgreSQL is set up.
#[derive(Clone)]
pub struct PostgresOptions {
    /// How many clients it takes at once.
    pub max_connections: u16,
    /// Whether what is committed would outlast the machine, as in production. Slower by far.
    pub durable: bool,
    /// With one, it speaks TLS too (`ssl=on`); clients that ask for none are still let in.
    pub tls: Option<Certificate>,
    /// Further settings by their names in postgresql.conf. They win over all others.
    pub settings: Vec<(String, String)>,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self { max_connections: 500, durable: false, tls: None, settings: Vec::new() }
    }
}

/// A running PostgreSQL. Dropped, it is ended, and its data are gone.
pub struct Postgres {
    process: Process,
    maintenance: Address,
    folder: PathBuf,
}

impl Postgres {
    /// Starts one with the default options and waits until it answers.
    ///
    /// # Panics
    /// If it cannot be started; the message says why.
    #[expect(clippy::expect_used, reason = "a test cannot go on without its database")]
    pub async fn start() -> Self {
        Self::with(PostgresOptions::default()).await.expect("a PostgreSQL that starts")
    }

    /// Starts one and waits until it answers.
    pub async fn with(options: PostgresOptions) -> io::Result<Self> {
        let user = place::unprivileged();
        let folder = place::folder("postgres", user)?;
        let programs = installed::postgres(user, folder.path())?;
        let password = place::password();
        initialize(&programs, folder.path(), &password, user)?;
        configure(folder.path(), &options, user)?;
        let at = place::free_address()?;
        let path = folder.path().to_owned();
        let process = Process::start(launch(&programs, &folder, at, user), folder)?;
        let maintenance = Address { server: at, user: SUPERUSER.to_owned(), password, database: "postgres".to_owned() };
        let mut postgres = Self { process, maintenance, folder: path };
        postgres.ready().await?;
        Ok(postgres)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.maintenance.server
    }

    /// The database that exists from the start, as its superuser: `postgres://USER:PASSWORD@127.0.0.1:PORT/postgres`.
    pub fn url(&self) -> String {
        self.maintenance.to_string()
    }

    /// Creates an empty database, of which no other test knows, and returns its URL.
    ///
    /// # Panics
    /// If the server refuses.
    #[expect(clippy::expect_used, reason = "a test cannot go on without its database")]
    pub async fn database(&self) -> String {
        fresh_database(&self.url()).await.expect("a fresh database")
    }

    /// The id of the server's first process; none after [`kill`](Self::kill).
    pub fn process_id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Ends all its processes as a crash would. Data and port stay its own for [`restart`](Self::restart).
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Stops all its processes where they are: connections stay open, and nothing answers.
    pub fn freeze(&self) {
        self.process.freeze();
    }

    /// Lets a frozen server go on.
    pub fn thaw(&self) {
        self.process.thaw();
    }

    /// Shuts it down, which closes all connections. Data and port stay its own for [`restart`](Self::restart).
    pub fn stop(&mut self) {
        self.process.end(Signal::INT);
    }

    /// Starts it again with the same data and port and waits until it answers; one that runs is shut down before, which
    /// closes all connections.
    pub async fn restart(&mut self) -> io::Result<()> {
        self.process.end(Signal::INT);
        self.process.spawn()?;
        self.ready().await
    }

    /// Remembers all that it has. It is restarted for that.
    pub async fn save(&mut self) -> io::Result<()> {
        self.process.end(Signal::INT);
        self.copy("data", "saved")?;
        self.process.spawn()?;
        self.ready().await
    }

    /// Loses whatever was committed behind [`save`](Self::save), as a failover to a replica that was behind does.
    pub async fn go_back(&mut self) -> io::Result<()> {
        self.process.end(Signal::QUIT);
        self.copy("saved", "data")?;
        self.process.spawn()?;
        self.ready().await
    }

    /// One folder in the place of another, with owners and rights.
    fn copy(&self, from: &str, to: &str) -> io::Result<()> {
        let [from, to] = [from, to].map(|name| self.folder.join(name));
        if to.exists() {
            fs::remove_dir_all(&to)?;
        }
        installed::run(Command::new("cp").arg("-a").args([from, to]))
    }

    async fn ready(&mut self) -> io::Result<()> {
        let Self { process, maintenance, .. } = self;
        process.until_ready(async || Session::open(maintenance).await.map(drop)).await
    }
}

impl Drop for Postgres {
    /// One that was killed could not give back the piece of shared memory by which it knows that nobody else uses its
    /// data. It belongs to the system, and there are only some thousands.
    fn drop(&mut self) {
        self.process.end(Signal::QUIT);
        let Ok(left) = fs::read_to_string(self.folder.join("data/postmaster.pid")) else { return };
        if let Some(id) = left.lines().nth(6).and_then(|line| line.split_whitespace().nth(1)) {
            installed::run(Command::new("ipcrm").args(["-m", id])).ok();
        }
    }
}

/// Creates an empty database with a name of its own on the server of `maintenance`, the URL of a database there as a user
/// who may, and returns its URL.
pub async fn fresh_database(maintenance: &str) -> io::Result<String> {
    static CREATED: AtomicU32 = AtomicU32::new(0);
    let number = CREATED.fetch_add(1, Ordering::Relaxed);
    // process ids come again on a server that outlives many processes, hence the rest
    let name = format!("t_{}_{number}_{:08x}", std::process::id(), place::random() >> 32);
    query(maintenance, &format!("CREATE DATABASE {name}")).await?;
    let address = Address { database: name, ..maintenance.parse()? };
    Ok(address.to_string())
}

/// Runs statements in a connection of their own and returns the rows that came back, values as text. It shares no code
/// with the gateway: a second opinion on what is kept.
pub async fn query(url: &str, statements: &str) -> io::Result<Vec<Vec<Option<String>>>> {
    Session::open(&url.parse()?).await?.query(statements).await
}

fn initialize(programs: &Path, folder: &Path, password: &str, user: Option<u32>) -> io::Result<()> {
    let secret = folder.join("password");
    fs::write(&secret, password)?;
    place::give(&secret, user)?;
    let mut command = Command::new(programs.join("initdb"));
    command.arg("--pgdata").arg(folder.join("data")).arg("--pwfile").arg(&secret).args(["--username", SUPERUSER]);
    command.args(["--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"]).current_dir(folder);
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
    installed::run(&mut command)
}

/// Adds the settings to the file that `initdb` has written; of two lines for one setting the later counts.
fn configure(folder: &Path, options: &PostgresOptions, user: Option<u32>) -> io::Result<()> {
    let most = options.max_connections.to_string();
    let mut settings = vec![("max_connections", most.as_str())];
    settings.extend(SETTINGS);
    if !options.durable {
        settings.extend(FAST);
    }
    if let Some(certificate) = &options.tls {
        for (name, content) in [("server.crt", &certificate.chain), ("server.key", &certificate.key)] {
            let file = folder.join("data").join(name);
            fs::write(&file, content)?;
            // it refuses a key that others may read
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
            place::give(&file, user)?;
        }
        settings.push(("ssl", "on"));
    }
    settings.extend(options.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let file = folder.join("data/postgresql.conf");
    let mut text = fs::read_to_string(&file)?;
    for (name, value) in settings {
        writeln!(text, "{name} = '{}'", value.replace('\'', "''")).map_err(io::Error::other)?;
    }
    fs::write(&file, text)
}

fn launch(programs: &Path, folder: &TempDir, at: SocketAddr, user: Option<u32>) -> Launch {
    let port = at.port().to_string();
    let arguments = vec!["-D".into(), folder.path().join("data").into(), "-p".into(), port.into()];
    // an immediate shutdown: the data are not wanted any more
    Launch { program: programs.join("postgres"), arguments, user, end: (Signal::QUIT, "QUIT") }
}
