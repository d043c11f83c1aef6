//! `GET /{key,user,team,organization}/spend/report`: what was spent by key and model, within one of these.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::Scope;
use store::ledger::{By, LedgerFilter, Sum};
use utoipa::ToSchema;

use super::seen::{self, key_name};
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::fields::Usd;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// What a key spent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SpendOfKey {
    /// Its hash, or `litellm_proxy_master_key`.
    api_key: String,
    #[schema(value_type = f64)]
    total_cost: Usd,
    /// Cached ones included.
    total_input_tokens: u64,
    total_output_tokens: u64,
    /// By the model that was called.
    model_details: Vec<SpendOnModel>,
}

/// What it spent on one model.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SpendOnModel {
    model: String,
    #[schema(value_type = f64)]
    total_cost: Usd,
    total_input_tokens: u64,
    total_output_tokens: u64,
}

/// Shows what a key spent, by model: the caller's own unless another is named.
#[utoipa::path(
    get, path = "/key/spend/report", tag = "spend",
    params(
        ("start_date" = String, Query, description = "A day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
        ("api_key" = Option<String>, Query, description = "The key or its hash"),
    ),
    responses((status = 200, body = Vec<SpendOfKey>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn report_key_spend(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<Vec<SpendOfKey>>, ApiError> {
    let mut filter = seen::days(&mut params)?;
    seen::of_key(&app, &mut params, &mut filter)?;
    if is_tenant(&operator) && filter.key_hash.is_none() && filter.of_master.is_none() {
        filter.key_hash = operator.principal.key_hash().cloned();
    }
    report(&app, &operator, filter, params).await
}

/// Shows what a user's keys spent, by model: the caller's own unless another is named.
#[utoipa::path(
    get, path = "/user/spend/report", tag = "spend",
    params(
        ("start_date" = String, Query, description = "A day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
        ("internal_user_id" = Option<String>, Query),
    ),
    responses((status = 200, body = Vec<SpendOfKey>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn report_user_spend(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<Vec<SpendOfKey>>, ApiError> {
    let mut filter = seen::days(&mut params)?;
    filter.user_id = params.text("internal_user_id")?;
    if is_tenant(&operator) && filter.user_id.is_none() {
        filter.user_id = operator.principal.user_id().map(str::to_owned);
    }
    report(&app, &operator, filter, params).await
}

/// Shows what a team's keys spent, by model: that of the caller's key unless another is named.
#[utoipa::path(
    get, path = "/team/spend/report", tag = "spend",
    params(
        ("start_date" = String, Query, description = "A day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
        ("team_id" = Option<String>, Query),
    ),
    responses((status = 200, body = Vec<SpendOfKey>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn report_team_spend(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<Vec<SpendOfKey>>, ApiError> {
    let mut filter = seen::days(&mut params)?;
    filter.team_id = params.text("team_id")?;
    if is_tenant(&operator) && filter.team_id.is_none() {
        filter.team_id = operator.principal.team_id().map(str::to_owned);
    }
    report(&app, &operator, filter, params).await
}

/// Shows what an organization's keys spent, by model.
#[utoipa::path(
    get, path = "/organization/spend/report", tag = "spend",
    params(
        ("start_date" = String, Query, description = "A day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
        ("organization_id" = Option<String>, Query),
    ),
    responses((status = 200, body = Vec<SpendOfKey>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn report_organization_spend(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<Vec<SpendOfKey>>, ApiError> {
    let mut filter = seen::days(&mut params)?;
    filter.organization_id = params.text("organization_id")?;
    report(&app, &operator, filter, params).await
}

fn is_tenant(operator: &Operator) -> bool {
    operator.scope != Scope::Gateway
}

async fn report(
    app: &App,
    operator: &Operator,
    filter: LedgerFilter,
    params: Params,
) -> Result<Json<Vec<SpendOfKey>>, ApiError> {
    params.refuse_rest(&[])?;
    by_key(app, operator, &filter).await.map(Json)
}

/// By key, largest spend first.
pub(in crate::manage) async fn by_key(
    app: &App,
    operator: &Operator,
    filter: &LedgerFilter,
) -> Result<Vec<SpendOfKey>, ApiError> {
    let sums = seen::sums(app, operator, filter, &[By::Key, By::Model]).await?;
    let mut keys: Vec<_> = sums.chunk_by(|a, b| a.key_hash == b.key_hash).map(SpendOfKey::new).collect();
    keys.sort_by_key(|key| std::cmp::Reverse(key.total_cost.0));
    Ok(keys)
}

impl SpendOfKey {
    fn new(sums: &[Sum]) -> Self {
        let model = |sum: &Sum| SpendOnModel {
            model: sum.model.clone().unwrap_or_default(),
            total_cost: Usd(sum.cost),
            total_input_tokens: sum.tokens.prompt(),
            total_output_tokens: sum.tokens.output,
        };
        Self {
            api_key: sums.first().map(key_name).unwrap_or_default(),
            total_cost: Usd(seen::total(sums)),
            total_input_tokens: sums.iter().map(|sum| sum.tokens.prompt()).sum(),
            total_output_tokens: sums.iter().map(|sum| sum.tokens.output).sum(),
            model_details: sums.iter().map(model).collect(),
        }
    }
}
