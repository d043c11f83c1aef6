//! `GET /global/spend`: what was spent in all.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::ledger::LedgerFilter;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::fields::Usd;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::spend::seen;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct GlobalSpendResponse {
    /// In US dollars: all that the caller may see.
    #[schema(value_type = f64)]
    spend: Usd,
    /// Always null: the budget of the whole gateway is not told here.
    max_budget: Option<f64>,
}

/// Shows what was spent in all.
#[utoipa::path(
    get, path = "/global/spend", tag = "spend",
    responses((status = 200, body = GlobalSpendResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_global_spend(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<GlobalSpendResponse>, ApiError> {
    params.refuse_rest(&[])?;
    let sums = seen::sums(&app, &operator, &LedgerFilter::default(), &[]).await?;
    Ok(Json(GlobalSpendResponse { spend: Usd(seen::total(&sums)), max_budget: None }))
}
