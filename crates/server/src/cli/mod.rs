//! The command line.

#![expect(clippy::print_stdout, reason = "a command line speaks on its terminal")]

mod admin;
mod check;
mod database;
mod first_run;
mod healthcheck;
mod instance;
mod listeners;
mod log;
mod migrate;
mod salt;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::BoolishValueParser;
use clap::{Parser, Subcommand};

use admin::{KeyTask, ModelTask, SpendArguments, Task, TeamTask, UserTask};

#[derive(Debug, Parser)]
#[command(name = "turnpike", version, about = "A gateway between your code and every model it uses.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the gateway.
    Serve(ServeArguments),
    /// Say what a configuration means, or what is wrong with it.
    Check(CheckArguments),
    /// Bring the database to this release's schema and stop.
    Migrate(MigrateArguments),
    /// Print the OpenAPI description of the management API.
    Openapi,
    /// Ask a running gateway whether it is alive; for containers without a shell.
    Healthcheck {
        /// The port that it listens on.
        #[arg(long, default_value_t = 4000)]
        port: u16,
        /// The port speaks TLS. The certificate is not checked: it is made for a name, and this asks 127.0.0.1.
        #[arg(long)]
        tls: bool,
    },
    /// Make, list, block and delete keys of a running gateway.
    Key(Task<KeyTask>),
    /// Make and list users of a running gateway.
    User(Task<UserTask>),
    /// Make and list teams of a running gateway.
    Team(Task<TeamTask>),
    /// List what a running gateway serves.
    Model(Task<ModelTask>),
    /// List what was spent at a running gateway.
    Spend(SpendArguments),
}

#[derive(Debug, clap::Args)]
struct ServeArguments {
    /// The configuration, in LiteLLM's config.yaml format.
    #[arg(long, short, env = "CONFIG_FILE_PATH")]
    config: Option<PathBuf>,
    /// The address to listen on.
    #[arg(long, default_value = "0.0.0.0")]
    host: String,
    /// The port to listen on.
    #[arg(long, default_value_t = 4000, env = "PORT")]
    port: u16,
    #[command(flatten)]
    tls: TlsArguments,
    #[command(flatten)]
    store: StoreArguments,
    /// Where Redis or Valkey is: `rediss://user:password@host`. Instances that share a database tell each other there at once
    /// what has changed.
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    redis_url: Option<String>,
}

/// With these the port speaks TLS only.
#[derive(Debug, clap::Args)]
struct TlsArguments {
    /// The server's certificate and those of its issuers, as PEM.
    #[arg(long, value_name = "FILE", env = "SSL_CERTFILE_PATH")]
    tls_cert: Option<PathBuf>,
    /// The private key of the certificate, as PEM.
    #[arg(long, value_name = "FILE", env = "SSL_KEYFILE_PATH")]
    tls_key: Option<PathBuf>,
    /// A second port, without TLS. Only together with the two above: without them the port is plain anyway.
    #[arg(long, value_name = "PORT")]
    plain_port: Option<u16>,
}

#[derive(Debug, clap::Args)]
struct MigrateArguments {
    /// The configuration that says where the database is.
    #[arg(long, short, env = "CONFIG_FILE_PATH")]
    config: Option<PathBuf>,
    #[command(flatten)]
    store: StoreArguments,
}

#[derive(Debug, clap::Args)]
struct StoreArguments {
    /// Where the database is: `postgres://user:password@host/database?sslmode=verify-full&sslrootcert=…`, or `sqlite://path`.
    /// Left out: a SQLite file in the data folder, for one instance.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// PostgreSQL is on RDS or Aurora and lets IAM decide: passwords are made with the credentials of the environment, and the
    /// URL has none.
    #[arg(long, env = "IAM_TOKEN_DB_AUTH", value_parser = BoolishValueParser::new())]
    iam_token_db_auth: bool,
    /// The folder for the database, the journal and what else must survive a restart.
    #[arg(long)]
    data_dir: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct CheckArguments {
    /// The configuration.
    config: PathBuf,
    /// Fail also on keys that this version does not support yet.
    #[arg(long)]
    strict: bool,
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Serve(arguments) => serve::run(arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Migrate(arguments) => migrate::run(&arguments),
        Command::Openapi => serde_json::to_string_pretty(&crate::openapi::document())
            .map(|text| println!("{text}"))
            .map_err(anyhow::Error::from),
        Command::Healthcheck { port, tls } => healthcheck::run(port, tls),
        Command::Key(task) => return ended(task.run()),
        Command::User(task) => return ended(task.run()),
        Command::Team(task) => return ended(task.run()),
        Command::Model(task) => return ended(task.run()),
        Command::Spend(arguments) => return ended(arguments.run()),
    };
    ended(done.map(|()| ExitCode::SUCCESS))
}

fn ended(done: anyhow::Result<ExitCode>) -> ExitCode {
    match done {
        Ok(code) => code,
        Err(error) => {
            log::last_words(&format!("turnpike: {error:#}\n"));
            ExitCode::FAILURE
        }
    }
}
