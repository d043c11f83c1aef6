//! `GET /global/spend/models`: on which models most was spent in the last 30 days.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::ledger::By;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::fields::Usd;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::spend::seen;
use crate::openapi::ErrorBody;

/// What was spent on a model.
#[derive(Serialize, ToSchema)]
pub(crate) struct TopModel {
    /// The model that was called.
    model: String,
    #[schema(value_type = f64)]
    total_spend: Usd,
    total_tokens: u64,
}

/// Shows on which models most was spent in the last 30 days.
#[utoipa::path(
    get, path = "/global/spend/models", tag = "spend",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000),
    ),
    responses((status = 200, body = Vec<TopModel>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_top_models(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<Vec<TopModel>>, ApiError> {
    let limit = params.number("limit", 10, 1..=1000)?;
    params.refuse_rest(&[])?;
    let sums = seen::by_spend(seen::sums(&app, &operator, &seen::last_month(&operator), &[By::Model]).await?);
    let model = |sum: store::ledger::Sum| TopModel {
        total_spend: Usd(sum.cost),
        total_tokens: sum.tokens.total(),
        model: sum.model.unwrap_or_default(),
    };
    Ok(Json(sums.into_iter().take(usize::try_from(limit).unwrap_or(usize::MAX)).map(model).collect()))
}
