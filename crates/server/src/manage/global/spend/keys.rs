//! `GET /global/spend/keys`: who spent most in the last 30 days, by key.

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
use crate::manage::spend::logs::owners;
use crate::manage::spend::seen;
use crate::openapi::ErrorBody;

/// What a key spent.
#[derive(Serialize, ToSchema)]
pub(crate) struct TopKey {
    /// Its hash, or `litellm_proxy_master_key`.
    api_key: String,
    key_alias: Option<String>,
    /// Enough of the key to recognise it.
    key_name: Option<String>,
    #[schema(value_type = f64)]
    total_spend: Usd,
}

/// Shows which keys spent most in the last 30 days.
#[utoipa::path(
    get, path = "/global/spend/keys", tag = "spend",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000),
    ),
    responses((status = 200, body = Vec<TopKey>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_top_keys(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<Vec<TopKey>>, ApiError> {
    let limit = params.number("limit", 1000, 1..=1000)?;
    params.refuse_rest(&[])?;
    let sums = seen::by_spend(seen::sums(&app, &operator, &seen::last_month(&operator), &[By::Key]).await?);
    let sums: Vec<_> = sums.into_iter().take(usize::try_from(limit).unwrap_or(usize::MAX)).collect();
    let owners = owners(app.engine(), sums.iter().filter_map(|sum| sum.key_hash.as_ref())).await?;
    let key = |sum: &store::ledger::Sum| {
        let owner = sum.key_hash.as_ref().and_then(|hash| owners.get(hash));
        TopKey {
            api_key: seen::key_name(sum),
            key_alias: owner.and_then(|key| key.key_alias.clone()),
            key_name: owner.map(|key| key.key_name.clone()),
            total_spend: Usd(sum.cost),
        }
    };
    Ok(Json(sums.iter().map(key).collect()))
}
