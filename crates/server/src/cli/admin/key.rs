//! `turnpike key`.

use serde::Serialize;
use serde_json::{Map, Value};

use super::ask::{Ask, Shown};
use super::client;
use super::table::Column;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum KeyTask {
    /// Make a key. It is shown this once, alone on standard output.
    Create(CreateKey),
    /// List keys.
    List(ListKeys),
    /// Show all there is to know of a key.
    Info(WhichKey),
    /// Refuse a key from now on.
    Block(WhichKey),
    /// Take a blocked key again.
    Unblock(WhichKey),
    /// Delete a key for ever.
    Delete(WhichKey),
}

#[derive(Debug, clap::Args, Serialize)]
pub(crate) struct CreateKey {
    /// A name for people; unique.
    #[arg(long)]
    key_alias: Option<String>,
    /// Model groups that it may call, with commas between them. None: all that stands above it allows.
    #[arg(long, value_delimiter = ',')]
    models: Vec<String>,
    /// For how long it is valid: 15m, 24h, 30d, 1mo. Left out: for ever.
    #[arg(long)]
    duration: Option<String>,
    /// What it may spend in a window, in US dollars.
    #[arg(long)]
    max_budget: Option<f64>,
    /// How long a window is: 24h, 30d, 1mo. Left out: for ever.
    #[arg(long)]
    budget_duration: Option<String>,
    /// Whose key it is.
    #[arg(long)]
    user_id: Option<String>,
    /// The team that it belongs to.
    #[arg(long)]
    team_id: Option<String>,
    /// The organization that it belongs to.
    #[arg(long)]
    organization_id: Option<String>,
    /// The project that it is for.
    #[arg(long)]
    project_id: Option<String>,
    /// Tokens a minute.
    #[arg(long)]
    tpm_limit: Option<u64>,
    /// Calls a minute.
    #[arg(long)]
    rpm_limit: Option<u64>,
    /// Calls at once.
    #[arg(long)]
    max_parallel_requests: Option<u64>,
    /// A JSON object that comes back as it was given.
    #[arg(long, value_parser = object)]
    metadata: Option<Object>,
}

/// An object given as JSON.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
struct Object(Map<String, Value>);

#[derive(Debug, clap::Args, Serialize)]
pub(crate) struct ListKeys {
    #[arg(long)]
    user_id: Option<String>,
    #[arg(long)]
    team_id: Option<String>,
    #[arg(long)]
    organization_id: Option<String>,
    #[arg(long)]
    key_alias: Option<String>,
    /// A hash, or a part of an alias.
    #[arg(long)]
    search: Option<String>,
    /// active, expired, revoked or deleted.
    #[arg(long)]
    status: Option<String>,
    /// created_at, updated_at, key_alias, token, spend, max_budget or expires.
    #[arg(long)]
    sort_by: Option<String>,
    /// asc or desc.
    #[arg(long)]
    sort_order: Option<String>,
    #[arg(long)]
    page: Option<u32>,
    /// Keys a page, at most 100.
    #[arg(long, default_value_t = 100)]
    size: u32,
}

#[derive(Debug, clap::Args)]
pub(crate) struct WhichKey {
    /// The key's hash (TOKEN of `turnpike key list`), or - to read hash or key from standard input.
    #[arg(value_name = "TOKEN")]
    key: String,
}

const COLUMNS: &[Column] = &[
    Column { head: "TOKEN", at: "/token", most: 64 },
    Column { head: "ALIAS", at: "/key_alias", most: 13 },
    Column { head: "SPEND", at: "/spend", most: 9 },
    Column { head: "BUDGET", at: "/max_budget", most: 8 },
];

impl TryFrom<KeyTask> for Ask {
    type Error = String;

    fn try_from(task: KeyTask) -> Result<Self, String> {
        let told = "The key is shown this once.\n";
        match task {
            KeyTask::Create(key) => Self::post("/key/generate", &key, Shown::Made { at: "/key", told }),
            KeyTask::List(list) => {
                let shown = Shown::Rows { at: "/keys", columns: COLUMNS };
                Ok(Self::get("/key/list", &list, shown)?.with("return_full_object", true))
            }
            KeyTask::Info(which) => {
                Ok(Self::get("/key/info", &(), Shown::Record("/info"))?.with("key", which.named()?))
            }
            KeyTask::Block(which) => Ok(Self::post("/key/block", &(), Shown::Record(""))?.with("key", which.named()?)),
            KeyTask::Unblock(which) => {
                Ok(Self::post("/key/unblock", &(), Shown::Record(""))?.with("key", which.named()?))
            }
            KeyTask::Delete(which) => {
                Ok(Self::post("/key/delete", &(), Shown::Record(""))?.with("keys", vec![which.named()?]))
            }
        }
    }
}

impl WhichKey {
    fn named(self) -> Result<String, String> {
        match self.key.as_str() {
            "-" => client::line().map(|key| key.reveal().to_owned()),
            key => hash(key),
        }
    }
}

/// Others on the machine see arguments, so the text of a key must not be one.
pub(super) fn hash(key: &str) -> Result<String, String> {
    if key.starts_with("sk-") {
        return Err(
            "a key's text does not belong on a command line, which others can see: give its hash, or - and the \
                    key on standard input"
                .to_owned(),
        );
    }
    Ok(key.to_owned())
}

fn object(text: &str) -> Result<Object, String> {
    serde_json::from_str(text).map(Object).map_err(|error| format!("expected a JSON object: {error}"))
}
