//! `turnpike team`.

use serde::Serialize;

use super::ask::{Ask, Shown};
use super::table::Column;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum TeamTask {
    /// Make a team. The id stands alone on standard output.
    Create(CreateTeam),
    /// List teams, by alias.
    List(ListTeams),
}

#[derive(Debug, clap::Args, Serialize)]
pub(crate) struct CreateTeam {
    /// A name for people.
    #[arg(long)]
    team_alias: Option<String>,
    /// Left out: a random one.
    #[arg(long)]
    team_id: Option<String>,
    /// The organization that it belongs to.
    #[arg(long)]
    organization_id: Option<String>,
    /// Model groups that its keys may call, with commas between them.
    #[arg(long, value_delimiter = ',')]
    models: Vec<String>,
    /// What it may spend in a window, in US dollars.
    #[arg(long)]
    max_budget: Option<f64>,
    /// How long a window is: 24h, 30d, 1mo.
    #[arg(long)]
    budget_duration: Option<String>,
    /// Tokens a minute.
    #[arg(long)]
    tpm_limit: Option<u64>,
    /// Calls a minute.
    #[arg(long)]
    rpm_limit: Option<u64>,
}

#[derive(Debug, clap::Args, Serialize)]
pub(crate) struct ListTeams {
    /// Teams that this user belongs to.
    #[arg(long)]
    user_id: Option<String>,
    #[arg(long)]
    organization_id: Option<String>,
}

const COLUMNS: &[Column] = &[
    Column { head: "TEAM", at: "/team_id", most: 36 },
    Column { head: "ALIAS", at: "/team_alias", most: 20 },
    Column { head: "SPEND", at: "/spend", most: 9 },
    Column { head: "BUDGET", at: "/max_budget", most: 9 },
    Column { head: "MODELS", at: "/models", most: 18 },
];

impl TryFrom<TeamTask> for Ask {
    type Error = String;

    fn try_from(task: TeamTask) -> Result<Self, String> {
        match task {
            TeamTask::Create(team) => {
                let told = "Keys of this team: turnpike key create --team-id\n";
                Self::post("/team/new", &team, Shown::Made { at: "/team_id", told })
            }
            TeamTask::List(list) => Self::get("/team/list", &list, Shown::Rows { at: "", columns: COLUMNS }),
        }
    }
}
