//! `GET /global/spend/teams`: what teams spent a day, in the last 30 days.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use money::Nanos;
use serde::Serialize;
use store::ledger::By;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::fields::Usd;
use crate::manage::instant;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::spend::seen;
use crate::openapi::ErrorBody;

/// What is no team's.
const UNASSIGNED: &str = "Unassigned";
/// Teams in the list of the largest.
const LARGEST: usize = 10;

#[derive(Serialize, ToSchema)]
pub(crate) struct SpendOfTeamsResponse {
    daily_spend: Vec<TeamsOfDay>,
    /// What people call them.
    teams: BTreeSet<String>,
    /// The ten that spent most.
    total_spend_per_team: Vec<SpendOfTeam>,
}

/// What each team spent on a UTC day, under its name.
#[derive(Serialize, ToSchema)]
pub(crate) struct TeamsOfDay {
    #[schema(format = Date)]
    date: String,
    #[serde(flatten)]
    #[schema(value_type = BTreeMap<String, f64>)]
    teams: BTreeMap<String, Usd>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct SpendOfTeam {
    /// What people call it.
    team_id: String,
    #[schema(value_type = f64)]
    total_spend: Usd,
}

/// Shows what teams spent a day, in the last 30 days.
#[utoipa::path(
    get, path = "/global/spend/teams", tag = "spend",
    responses((status = 200, body = SpendOfTeamsResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_spend_of_teams(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<SpendOfTeamsResponse>, ApiError> {
    params.refuse_rest(&[])?;
    let filter = seen::last_month(&operator);
    let sums = seen::sums(&app, &operator, &filter, &[By::Day(0), By::Team]).await?;
    let names = seen::team_names(&app, &sums).await?;
    let mut daily = BTreeMap::<i64, BTreeMap<String, Usd>>::new();
    let mut totals = BTreeMap::<String, Nanos>::new();
    for sum in &sums {
        let name = sum.team_id.as_ref().and_then(|id| names.get(id)).map_or(UNASSIGNED, String::as_str);
        let of_day = daily.entry(sum.day.unwrap_or_default()).or_default().entry(name.to_owned()).or_default();
        *of_day = Usd(of_day.0.saturating_add(sum.cost));
        let total = totals.entry(name.to_owned()).or_default();
        *total = total.saturating_add(sum.cost);
    }
    let teams = totals.keys().cloned().collect();
    let mut largest: Vec<_> = totals.into_iter().collect();
    largest.sort_by_key(|(_, spend)| std::cmp::Reverse(*spend));
    let team = |(team_id, spend)| SpendOfTeam { team_id, total_spend: Usd(spend) };
    let day = |(day, teams)| TeamsOfDay { date: instant::day(day), teams };
    Ok(Json(SpendOfTeamsResponse {
        daily_spend: daily.into_iter().map(day).collect(),
        teams,
        total_spend_per_team: largest.into_iter().take(LARGEST).map(team).collect(),
    }))
}
