//! `GET /global/activity/exceptions` and `…/deployment`: how often providers answered that there was too much.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::ledger::{By, LedgerFilter, Sum};
use utoipa::ToSchema;

use super::activity::month_and_day;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::spend::seen;
use crate::openapi::ErrorBody;

/// As many deployments are shown, those with most of them.
const DEPLOYMENTS: usize = 10;
/// The status of a provider that wants less.
const TOO_MANY: &str = "429";

#[derive(Serialize, ToSchema)]
pub(crate) struct ExceptionsResponse {
    /// The oldest day first; a day without any is left out.
    daily_data: Vec<ExceptionsOfDay>,
    sum_num_rate_limit_exceptions: u64,
}

/// Attempts of a UTC day that a provider answered with 429.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExceptionsOfDay {
    /// Such as `Nov 22`.
    date: String,
    num_rate_limit_exceptions: u64,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ExceptionsOfDeployment {
    /// The id of the deployment: where it is nobody is told.
    api_base: String,
    #[serde(flatten)]
    exceptions: ExceptionsResponse,
}

/// Shows a day how many attempts of a model group were answered with 429.
#[utoipa::path(
    get, path = "/global/activity/exceptions", tag = "spend",
    params(
        ("model_group" = String, Query, description = "As it is asked for"),
        ("start_date" = String, Query, description = "A day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
    ),
    responses((status = 200, body = ExceptionsResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_exceptions(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<ExceptionsResponse>, ApiError> {
    let filter = asked(params)?;
    let sums = seen::sums(&app, &operator, &filter, &[By::Day(0)]).await?;
    Ok(Json(ExceptionsResponse::new(&sums)))
}

/// The same of the ten deployments of the group with most of them.
#[utoipa::path(
    get, path = "/global/activity/exceptions/deployment", tag = "spend",
    params(
        ("model_group" = String, Query, description = "As it is asked for"),
        ("start_date" = String, Query, description = "A day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
    ),
    responses((status = 200, body = Vec<ExceptionsOfDeployment>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_exceptions_of_deployments(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<Vec<ExceptionsOfDeployment>>, ApiError> {
    let filter = asked(params)?;
    let mut sums = seen::sums(&app, &operator, &filter, &[By::Day(0), By::Deployment]).await?;
    sums.sort_by(|a, b| (&a.deployment_id, a.day).cmp(&(&b.deployment_id, b.day)));
    let deployment = |sums: &[Sum]| ExceptionsOfDeployment {
        api_base: sums.first().and_then(|sum| sum.deployment_id.clone()).unwrap_or_default(),
        exceptions: ExceptionsResponse::new(sums),
    };
    let mut all: Vec<_> = sums.chunk_by(|a, b| a.deployment_id == b.deployment_id).map(deployment).collect();
    all.sort_by_key(|of| std::cmp::Reverse(of.exceptions.sum_num_rate_limit_exceptions));
    all.truncate(DEPLOYMENTS);
    Ok(Json(all))
}

fn asked(mut params: Params) -> Result<LedgerFilter, ApiError> {
    let days = seen::days(&mut params)?;
    let group = params.text("model_group")?.ok_or_else(|| ApiError::invalid("model_group", "is required"))?;
    params.refuse_rest(&[])?;
    Ok(LedgerFilter { model_group: Some(group), error: Some(TOO_MANY.to_owned()), ..days })
}

impl ExceptionsResponse {
    fn new(sums: &[Sum]) -> Self {
        let day = |sum: &Sum| ExceptionsOfDay {
            date: month_and_day(sum.day.unwrap_or_default()),
            num_rate_limit_exceptions: sum.attempts,
        };
        Self {
            daily_data: sums.iter().map(day).collect(),
            sum_num_rate_limit_exceptions: sums.iter().map(|sum| sum.attempts).sum(),
        }
    }
}
