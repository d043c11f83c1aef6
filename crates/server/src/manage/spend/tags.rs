//! `GET /spend/tags`: what calls with each tag cost.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::ledger::By;
use utoipa::ToSchema;

use super::seen;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::fields::Usd;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// What calls with a tag cost; one with several counts for each.
#[derive(Serialize, ToSchema)]
pub(crate) struct SpendOfTag {
    individual_request_tag: String,
    /// Attempts.
    log_count: u64,
    #[schema(value_type = f64)]
    total_spend: Usd,
}

/// Shows what calls with each tag cost, largest spend first.
#[utoipa::path(
    get, path = "/spend/tags", tag = "spend",
    params(
        ("start_date" = Option<String>, Query, description = "A day or a time"),
        ("end_date" = Option<String>, Query, description = "The same; the day is included"),
    ),
    responses((status = 200, body = Vec<SpendOfTag>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_spend_of_tags(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<Vec<SpendOfTag>>, ApiError> {
    let filter = seen::perhaps_days(&mut params)?;
    params.refuse_rest(&[])?;
    let sums = seen::sums(&app, &operator, &filter, &[By::Tag]).await?;
    let tag = |sum: store::ledger::Sum| SpendOfTag {
        individual_request_tag: sum.tag.unwrap_or_default(),
        log_count: sum.attempts,
        total_spend: Usd(sum.cost),
    };
    Ok(Json(seen::by_spend(sums).into_iter().map(tag).collect()))
}
