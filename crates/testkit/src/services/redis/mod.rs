//! A Redis or Valkey of a test's own.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::net::SocketAddr;

use rustix::process::Signal;

use super::process::{Launch, Process};
use super::tls::{Certificate, Terminator};
use super::{installed, place};

mod cluster;
mod command;

pub use cluster::RedisCluster;

/// How a Redis is set up.
#[derive(Clone, Default)]
pub struct RedisOptions {
    /// Whether clients need a password, which is made up at the start and stands in the URLs.
    pub password: bool,
    /// With one, a second port speaks TLS. A proxy of ours does, since not every build of the server can.
    pub tls: Option<Certificate>,
    /// Further settings by their names in redis.conf. They win over all others.
    pub settings: Vec<(String, String)>,
}

/// A running Redis that keeps nothing on disk. Dropped, it is ended.
pub struct Redis {
    process: Process,
    address: SocketAddr,
    password: Option<String>,
    tls: Option<Terminator>,
}

impl Redis {
    /// Starts one with the default options and waits until it answers.
    ///
    /// # Panics
    /// If it cannot be started; the message says why.
    #[expect(clippy::expect_used, reason = "a test cannot go on without its server")]
    pub async fn start() -> Self {
        Self::with(RedisOptions::default()).await.expect("a Redis that starts")
    }

    /// Starts one and waits until it answers.
    pub async fn with(options: RedisOptions) -> io::Result<Self> {
        let password = options.password.then(place::password);
        Self::launch(&options, password).await
    }

    async fn launch(options: &RedisOptions, password: Option<String>) -> io::Result<Self> {
        let folder = place::folder("redis", None)?;
        let address = place::free_address()?;
        let file = folder.path().join("redis.conf");
        fs::write(&file, configuration(address, password.as_deref(), &options.settings).map_err(io::Error::other)?)?;
        let program = installed::redis()?;
        let launch = Launch { program, arguments: vec![file.into()], user: None, end: (Signal::TERM, "TERM") };
        let process = Process::start(launch, folder)?;
        let tls = match &options.tls {
            Some(certificate) => Some(Terminator::start(address, certificate).await?),
            None => None,
        };
        let mut redis = Self { process, address, password, tls };
        redis.ready().await?;
        Ok(redis)
    }

    /// Where it listens without TLS.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `redis://127.0.0.1:PORT`, with the password if it has one.
    pub fn url(&self) -> String {
        self.url_of("redis", self.address)
    }

    /// `rediss://127.0.0.1:PORT`, with the password if it has one; none without a certificate.
    pub fn tls_url(&self) -> Option<String> {
        self.tls.as_ref().map(|tls| self.url_of("rediss", tls.address()))
    }

    fn url_of(&self, scheme: &str, address: SocketAddr) -> String {
        let credential = self.password.as_ref().map(|password| format!(":{password}@")).unwrap_or_default();
        format!("{scheme}://{credential}{address}")
    }

    /// Sends a command in a connection of its own; see [`redis_command`].
    pub async fn command(&self, words: &[&str]) -> io::Result<Vec<Option<String>>> {
        command::send(self.address, self.password.as_deref(), words).await
    }

    /// The id of its process; none after [`kill`](Self::kill).
    pub fn process_id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Ends it as a crash would. Its port stays its own for [`restart`](Self::restart).
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Stops it where it is: connections stay open, and nothing answers.
    pub fn freeze(&self) {
        self.process.freeze();
    }

    /// Lets a frozen server go on.
    pub fn thaw(&self) {
        self.process.thaw();
    }

    /// Starts it again with the same port and password and waits until it answers; one that runs is ended before.
    pub async fn restart(&mut self) -> io::Result<()> {
        self.process.end(Signal::TERM);
        self.process.spawn()?;
        self.ready().await
    }

    async fn ready(&mut self) -> io::Result<()> {
        let Self { process, address, password, .. } = self;
        process.until_ready(async || command::send(*address, password.as_deref(), &["PING"]).await.map(drop)).await
    }
}

/// Sends a command to the Redis of a URL as [`Redis::url`] makes it, in a connection of its own, and returns the answer:
/// its values in order, those of lists within lists too.
pub async fn redis_command(url: &str, words: &[&str]) -> io::Result<Vec<Option<String>>> {
    let (address, password) = command::parts(url)
        .ok_or_else(|| io::Error::other("not the URL of a test's Redis: it looks like redis://127.0.0.1:PORT"))?;
    command::send(address, password, words).await
}

fn configuration(
    address: SocketAddr,
    password: Option<&str>,
    further: &[(String, String)],
) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    writeln!(text, "bind {}\nport {}\nsave \"\"\nappendonly no", address.ip(), address.port())?;
    if let Some(password) = password {
        writeln!(text, "requirepass {password}\nmasterauth {password}")?;
    }
    for (name, value) in further {
        writeln!(text, "{name} {value}")?;
    }
    Ok(text)
}
