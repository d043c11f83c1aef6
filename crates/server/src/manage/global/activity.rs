//! `GET /global/activity`: attempts and tokens a day.

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use serde::Serialize;
use store::ledger::{By, Sum};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::instant;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::spend::seen;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct GlobalActivityResponse {
    /// The oldest day first.
    daily_data: Vec<ActivityOfDay>,
    sum_api_requests: u64,
    sum_total_tokens: u64,
}

/// Attempts and tokens of a UTC day.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActivityOfDay {
    /// Such as `Nov 22`.
    date: String,
    api_requests: u64,
    total_tokens: u64,
}

/// Shows attempts and tokens a day.
#[utoipa::path(
    get, path = "/global/activity", tag = "spend",
    params(
        ("start_date" = String, Query, description = "A day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
    ),
    responses((status = 200, body = GlobalActivityResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_global_activity(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<GlobalActivityResponse>, ApiError> {
    let filter = seen::days(&mut params)?;
    params.refuse_rest(&[])?;
    let sums = seen::sums(&app, &operator, &filter, &[By::Day(0)]).await?;
    Ok(Json(GlobalActivityResponse::new(&sums)))
}

impl GlobalActivityResponse {
    pub(super) fn new(sums: &[Sum]) -> Self {
        Self {
            daily_data: sums.iter().map(ActivityOfDay::new).collect(),
            sum_api_requests: sums.iter().map(|sum| sum.attempts).sum(),
            sum_total_tokens: sums.iter().map(|sum| sum.tokens.total()).sum(),
        }
    }

    pub(super) fn requests(&self) -> u64 {
        self.sum_api_requests
    }
}

impl ActivityOfDay {
    fn new(sum: &Sum) -> Self {
        let date = month_and_day(sum.day.unwrap_or_default());
        Self { date, api_requests: sum.attempts, total_tokens: sum.tokens.total() }
    }
}

/// The day of that number as LiteLLM's charts have it.
pub(super) fn month_and_day(number: i64) -> String {
    let day = instant::day(number);
    day.parse::<Date>().map_or(day, |date| date.strftime("%b %d").to_string())
}
