//! `turnpike key`, `user`, `team`, `model` and `spend`: everyday tasks of an administrator, over the management API of a running
//! gateway, like any other client of it.
//!
//! What was made stands alone on standard output, so that it can be piped; all that is said beside it goes to standard error.

mod ask;
mod client;
mod key;
mod model;
mod spend;
mod table;
mod team;
mod user;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Subcommand;
use serde_json::Value;

use ask::{Ask, Shown};

pub(super) use key::KeyTask;
pub(super) use model::ModelTask;
pub(super) use spend::SpendArguments;
pub(super) use team::TeamTask;
pub(super) use user::UserTask;

/// clap's code for a command that was written wrongly.
const WRONG_USAGE: u8 = 2;

/// Which gateway is asked, and how its answer is shown.
#[derive(Debug, clap::Args)]
pub(super) struct Connection {
    /// Where the gateway is.
    #[arg(long, env = "TURNPIKE_URL", default_value = "http://127.0.0.1:4000", global = true)]
    url: String,
    /// Read the key to authenticate with from standard input, not from TURNPIKE_API_KEY or TURNPIKE_MASTER_KEY.
    #[arg(long, global = true)]
    api_key_stdin: bool,
    /// Print the API's answer as it is.
    #[arg(long, global = true)]
    json: bool,
}

/// A task on one kind of object.
#[derive(Debug, clap::Args)]
pub(super) struct Task<T: Subcommand> {
    #[command(flatten)]
    connection: Connection,
    #[command(subcommand)]
    task: T,
}

impl<T: Subcommand> Task<T>
where
    Ask: TryFrom<T, Error = String>,
{
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        run(&self.connection, Ask::try_from(self.task))
    }
}

/// Asks and shows; what the API refuses is printed as it is.
fn run(connection: &Connection, ask: Result<Ask, String>) -> anyhow::Result<ExitCode> {
    let ready = ask.and_then(|ask| Ok((client::key(connection.api_key_stdin)?, ask)));
    let (key, ask) = match ready {
        Ok(ready) => ready,
        Err(wrong) => {
            super::log::last_words(&format!("turnpike: {wrong}\n"));
            return Ok(ExitCode::from(WRONG_USAGE));
        }
    };
    let answer = client::send(&connection.url, &key, &ask)?;
    if !answer.status.is_success() {
        super::log::last_words(&format!("{}\n", answer.text.trim_end()));
        return Ok(ExitCode::FAILURE);
    }
    let mut stdout = io::stdout();
    let shown = if connection.json { format!("{}\n", answer.text.trim_end()) } else { shown(&ask, &answer.text)? };
    stdout.write_all(shown.as_bytes())?;
    stdout.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The answer for people.
fn shown(ask: &Ask, text: &str) -> anyhow::Result<String> {
    let answer: Value = serde_json::from_str(text)?;
    Ok(match &ask.shown {
        Shown::Rows { at, columns } => table::rows(answer.pointer(at).unwrap_or(&answer), columns),
        Shown::Record(at) => table::record(answer.pointer(at).unwrap_or(&answer)),
        Shown::Made { at, told } => {
            super::log::last_words(told);
            format!("{}\n", answer.pointer(at).and_then(Value::as_str).unwrap_or_default())
        }
    })
}
