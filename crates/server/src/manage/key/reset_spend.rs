//! `POST /key/{key}/reset_spend`: what a key has spent is set to less.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use money::Nanos;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::budgets::BudgetRow;
use store::keys::{self, KeyRow};
use store::{KeyHash, Scope};
use tokio::time::timeout;
use utoipa::ToSchema;
use wire::ErrorKind;

use super::judge;
use super::name::{hash_of, missing};
use super::view::KeyView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::fields::{Cap, LimitsView, Usd};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// For so long it waits for rows that are on their way to the database.
const FLUSH: Duration = Duration::from_secs(2);

#[derive(Deserialize, ToSchema)]
pub(crate) struct ResetKeySpendRequest {
    /// In US dollars: not more than was spent, and not more than may be.
    #[schema(value_type = f64, minimum = 0)]
    reset_to: Cap,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ResetKeySpendResponse {
    #[schema(value_type = String)]
    key_hash: KeyHash,
    #[schema(value_type = f64)]
    spend: Usd,
    #[schema(value_type = f64)]
    previous_spend: Usd,
    #[schema(value_type = Option<f64>)]
    max_budget: Option<Usd>,
    #[schema(format = DateTime)]
    budget_reset_at: Option<String>,
}

/// Sets what a key has spent. Calls that are under way count when they end.
#[utoipa::path(
    post, path = "/key/{key}/reset_spend", tag = "keys", request_body = ResetKeySpendRequest,
    params(
        ("key" = String, Path, description = "The key or its hash"),
        ("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail"),
    ),
    responses((status = 200, body = ResetKeySpendResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn reset_key_spend(
    State(app): State<App>,
    operator: Operator,
    Path(key): Path<String>,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<ResetKeySpendResponse>, ApiError> {
    let engine = app.engine();
    let ResetKeySpendRequest { reset_to: Cap(reset_to) } = read(&body, &[])?;
    let hash = hash_of(&key).ok_or_else(missing)?;
    // calls that have ended are in the row then; one that ends right now counts once more there, never less
    if !matches!(timeout(FLUSH, engine.poster.flushed()).await, Ok(Ok(()))) {
        return Err(ApiError::new(ErrorKind::Unavailable, "What was spent is not in the database yet: try again."));
    }
    let previous = shown(&app, &operator, &hash).await?;
    let mut change = operator.begin(&app).await?;
    let before: KeyRow = change.require(&operator.scope, &[hash.as_str()]).await?;
    judge::standing(&operator, &mut change, &before).await?;
    let budget: Option<BudgetRow> = match &before.budget_id {
        Some(budget) => change.find(&Scope::Gateway, &[budget]).await?,
        None => None,
    };
    let caps = [before.limits.max_budget, budget.and_then(|budget| budget.limits.max_budget)];
    check(reset_to, previous, caps.into_iter().flatten().min())?;
    let forgiven = before.spend.saturating_add(before.forgiven).saturating_sub(reset_to);
    let after = KeyRow { spend: reset_to, forgiven, stamps: before.stamps.updated(&operator.actor), ..before.clone() };
    keys::reset_spend(&mut change, &before, &after).await?;
    app.commit(change).await?;
    Ok(Json(ResetKeySpendResponse {
        key_hash: after.hash,
        spend: Usd(reset_to),
        previous_spend: Usd(previous),
        max_budget: after.limits.max_budget.map(Usd),
        budget_reset_at: LimitsView::new(engine, after.limits).budget_reset_at,
    }))
}

/// What counts as spent of a key now.
async fn shown(app: &App, operator: &Operator, hash: &KeyHash) -> Result<Nanos, ApiError> {
    let row = store::find::<KeyRow>(&app.engine().db, &operator.scope, &[hash.as_str()]).await?.ok_or_else(missing)?;
    let views = KeyView::read_all(app, vec![row]).await?;
    Ok(views.first().map(KeyView::spend).unwrap_or_default())
}

fn check(reset_to: Nanos, previous: Nanos, cap: Option<Nanos>) -> Result<(), ApiError> {
    if reset_to > previous {
        return Err(ApiError::invalid("reset_to", format!("is more than the key has spent ({previous} US dollars)")));
    }
    match cap {
        Some(cap) if reset_to > cap => {
            Err(ApiError::invalid("reset_to", format!("is more than the key may spend ({cap} US dollars)")))
        }
        _ => Ok(()),
    }
}
