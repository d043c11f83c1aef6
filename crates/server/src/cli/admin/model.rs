//! `turnpike model`.

use serde::Serialize;

use super::ask::{Ask, Shown};
use super::table::Column;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum ModelTask {
    /// List deployments behind the models that the key may use.
    List(ListModels),
}

#[derive(Debug, clap::Args, Serialize)]
pub(crate) struct ListModels {
    /// The deployment of this id.
    #[arg(long)]
    litellm_model_id: Option<String>,
}

const COLUMNS: &[Column] = &[
    Column { head: "MODEL", at: "/model_name", most: 24 },
    Column { head: "CALLED AS", at: "/litellm_params/model", most: 34 },
    Column { head: "ID", at: "/model_info/id", most: 38 },
];

impl TryFrom<ModelTask> for Ask {
    type Error = String;

    fn try_from(task: ModelTask) -> Result<Self, String> {
        match task {
            ModelTask::List(list) => Self::get("/model/info", &list, Shown::Rows { at: "/data", columns: COLUMNS }),
        }
    }
}
