//! `GET /global/spend/provider`: what was spent at each provider.

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

/// What was spent at a provider.
#[derive(Serialize, ToSchema)]
pub(crate) struct SpendAtProvider {
    provider: String,
    #[schema(value_type = f64)]
    spend: Usd,
}

/// Shows what was spent at each provider, largest first.
#[utoipa::path(
    get, path = "/global/spend/provider", tag = "spend",
    params(
        ("start_date" = String, Query, description = "A day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
    ),
    responses((status = 200, body = Vec<SpendAtProvider>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_spend_at_providers(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<Vec<SpendAtProvider>>, ApiError> {
    let filter = seen::days(&mut params)?;
    params.refuse_rest(&[])?;
    let sums = seen::by_spend(seen::sums(&app, &operator, &filter, &[By::Provider]).await?);
    let provider =
        |sum: store::ledger::Sum| SpendAtProvider { spend: Usd(sum.cost), provider: sum.provider.unwrap_or_default() };
    Ok(Json(sums.into_iter().map(provider).collect()))
}
