//! `turnpike spend`.

use std::process::ExitCode;

use serde::Serialize;

use super::ask::{Ask, Shown};
use super::table::Column;
use super::{Connection, key, run};

/// Of both dates the sums a day, else attempts, newest first.
#[derive(Debug, clap::Args)]
pub(crate) struct SpendArguments {
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    which: WhichSpend,
}

#[derive(Debug, clap::Args, Serialize)]
struct WhichSpend {
    /// The hash of a key: its attempts only.
    #[arg(long, value_name = "TOKEN", value_parser = key::hash)]
    api_key: Option<String>,
    /// The id of a call: its attempts only.
    #[arg(long)]
    request_id: Option<String>,
    /// A day (2026-11-22) or a time; UTC unless it says else.
    #[arg(long)]
    start_date: Option<String>,
    /// The same; the day is included.
    #[arg(long)]
    end_date: Option<String>,
    /// With both dates: false lists attempts in place of sums a day.
    #[arg(long)]
    summarize: Option<bool>,
    #[arg(long)]
    page: Option<u32>,
    /// Attempts a page, 100 unless given, at most 1000.
    #[arg(long)]
    page_size: Option<u32>,
}

const ATTEMPTS: &[Column] = &[
    Column { head: "STARTED", at: "/startTime", most: 19 },
    Column { head: "MODEL", at: "/model_group", most: 16 },
    Column { head: "STATUS", at: "/status", most: 9 },
    Column { head: "TOKENS", at: "/total_tokens", most: 8 },
    Column { head: "SPEND", at: "/spend", most: 10 },
    Column { head: "CALL", at: "/request_id", most: 28 },
];

const DAYS: &[Column] = &[
    Column { head: "DAY", at: "/startTime", most: 10 },
    Column { head: "SPEND", at: "/spend", most: 14 },
    Column { head: "UNPRICED", at: "/unpriced", most: 8 },
    Column { head: "BY MODEL", at: "/models", most: 62 },
];

impl SpendArguments {
    pub(in super::super) fn run(self) -> anyhow::Result<ExitCode> {
        let Self { connection, which } = self;
        let by_day = which.start_date.is_some() && which.end_date.is_some() && which.summarize != Some(false);
        let columns = if by_day { DAYS } else { ATTEMPTS };
        run(&connection, Ask::get("/spend/logs", &which, Shown::Rows { at: "", columns }))
    }
}
