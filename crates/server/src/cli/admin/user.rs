//! `turnpike user`.

use serde::Serialize;

use super::ask::{Ask, Shown};
use super::table::Column;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum UserTask {
    /// Make a user, without a key. The id stands alone on standard output.
    Create(CreateUser),
    /// List users.
    List(ListUsers),
}

#[derive(Debug, clap::Args, Serialize)]
pub(crate) struct CreateUser {
    /// Left out: a random one.
    #[arg(long)]
    user_id: Option<String>,
    #[arg(long)]
    user_email: Option<String>,
    /// A name for people.
    #[arg(long)]
    user_alias: Option<String>,
    /// proxy_admin, proxy_admin_viewer, internal_user or internal_user_viewer.
    #[arg(long)]
    user_role: Option<String>,
    /// Teams to join, with commas between their ids.
    #[arg(long, value_delimiter = ',')]
    teams: Vec<String>,
    /// Organizations to join, with commas between their ids.
    #[arg(long, value_delimiter = ',')]
    organizations: Vec<String>,
    /// Model groups that the user may call, with commas between them.
    #[arg(long, value_delimiter = ',')]
    models: Vec<String>,
    /// What the user may spend in a window, in US dollars.
    #[arg(long)]
    max_budget: Option<f64>,
    /// How long a window is: 24h, 30d, 1mo.
    #[arg(long)]
    budget_duration: Option<String>,
}

#[derive(Debug, clap::Args, Serialize)]
pub(crate) struct ListUsers {
    #[arg(long)]
    role: Option<String>,
    /// A part of the address.
    #[arg(long)]
    user_email: Option<String>,
    /// A part of the id, the alias or the address.
    #[arg(long)]
    search: Option<String>,
    /// Members of this team.
    #[arg(long)]
    team: Option<String>,
    #[arg(long)]
    sort_by: Option<String>,
    /// asc or desc.
    #[arg(long)]
    sort_order: Option<String>,
    #[arg(long)]
    page: Option<u32>,
    /// Users a page, at most 100.
    #[arg(long, default_value_t = 100)]
    page_size: u32,
}

const COLUMNS: &[Column] = &[
    Column { head: "USER", at: "/user_id", most: 36 },
    Column { head: "EMAIL", at: "/user_email", most: 22 },
    Column { head: "ROLE", at: "/user_role", most: 20 },
    Column { head: "SPEND", at: "/spend", most: 9 },
    Column { head: "KEYS", at: "/key_count", most: 5 },
];

impl TryFrom<UserTask> for Ask {
    type Error = String;

    fn try_from(task: UserTask) -> Result<Self, String> {
        match task {
            UserTask::Create(user) => {
                let told = "Keys of this user: turnpike key create --user-id\n";
                Ok(Self::post("/user/new", &user, Shown::Made { at: "/user_id", told })?.with("auto_create_key", false))
            }
            UserTask::List(list) => Self::get("/user/list", &list, Shown::Rows { at: "/users", columns: COLUMNS }),
        }
    }
}
