//! `GET /global/spend/logs`: what was spent a day, in the last 30 days.

use axum::Json;
use axum::extract::State;
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

/// What was spent on a UTC day.
#[derive(Serialize, ToSchema)]
pub(crate) struct SpendOfDay {
    #[schema(format = Date)]
    date: String,
    #[schema(value_type = f64)]
    spend: Usd,
}

/// Shows what was spent a day, in the last 30 days.
#[utoipa::path(
    get, path = "/global/spend/logs", tag = "spend",
    params(
        ("api_key" = Option<String>, Query, description = "The key or its hash"),
    ),
    responses((status = 200, body = Vec<SpendOfDay>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_global_spend_by_day(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<Vec<SpendOfDay>>, ApiError> {
    let mut filter = seen::last_month(&operator);
    seen::of_key(&app, &mut params, &mut filter)?;
    params.refuse_rest(&[])?;
    let sums = seen::sums(&app, &operator, &filter, &[By::Day(0)]).await?;
    let day =
        |sum: &store::ledger::Sum| SpendOfDay { date: instant::day(sum.day.unwrap_or_default()), spend: Usd(sum.cost) };
    Ok(Json(sums.iter().map(day).collect()))
}
