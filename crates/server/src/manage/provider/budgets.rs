//! `GET /provider/budgets`: what may be spent at each provider, and what was.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use money::{Account, AccountKind};
use serde::Serialize;
use store::balances::{self, BalanceId};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::fields::Usd;
use crate::manage::instant::iso;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::spend::logs::caught_up;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct ProviderBudgetsResponse {
    /// By name, those that configuration gives a budget.
    providers: BTreeMap<String, ProviderBudget>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ProviderBudget {
    /// In US dollars.
    #[schema(value_type = f64)]
    budget_limit: Usd,
    time_period: Option<String>,
    /// What was spent there in the window that now is in; 0 before anybody asked the budget.
    #[schema(value_type = f64)]
    spend: Usd,
    #[schema(format = DateTime)]
    budget_reset_at: Option<String>,
}

/// Shows what may be spent at each provider, and what was.
#[utoipa::path(
    get, path = "/provider/budgets", tag = "spend",
    responses((status = 200, body = ProviderBudgetsResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_provider_budgets(
    State(app): State<App>,
    _operator: Operator,
    params: Params,
) -> Result<Json<ProviderBudgetsResponse>, ApiError> {
    params.refuse_rest(&[])?;
    let engine = app.engine();
    caught_up(engine).await;
    let settings = engine.settings();
    let account = |provider: &String| Account::of(AccountKind::Provider, provider);
    let accounts: Vec<_> = settings.budget.of_providers.keys().map(account).collect();
    let spent = balances::spent(&engine.db, &accounts, engine.clock.now()).await?;
    let providers = settings.budget.of_providers.iter().map(|(provider, budget)| {
        let window = engine.window(budget.duration.as_deref());
        let (starts_at, ends_at) = (window.starts_at, window.ends_at);
        let balance = BalanceId { account: account(provider), starts_at, ends_at };
        let shown = ProviderBudget {
            budget_limit: Usd(budget.cap),
            time_period: budget.duration.clone(),
            spend: Usd(spent.get(&balance).copied().unwrap_or_default()),
            budget_reset_at: (!balance.is_for_ever()).then(|| iso(ends_at)),
        };
        (provider.clone(), shown)
    });
    Ok(Json(ProviderBudgetsResponse { providers: providers.collect() }))
}
