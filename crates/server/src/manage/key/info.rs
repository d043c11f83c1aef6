//! `GET /key/info`: one key. A virtual key may ask about itself.

use axum::Json;
use axum::extract::State;
use engine::Principal;
use serde::Serialize;
use store::budgets::BudgetRow;
use store::keys::{self, KeyRow};
use store::{KeyHash, Scope};
use utoipa::ToSchema;

use super::name::{hash_of, missing};
use super::view::KeyView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::spent::bring_up_to_date;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct KeyInfoResponse {
    /// The key as it was asked for; its hash when the caller asked about its own.
    key: String,
    info: KeyView,
}

/// Shows a key, its own when none is named. One that was deleted or replaced is shown as it was, with the status `deleted`.
#[utoipa::path(
    get, path = "/key/info", tag = "keys",
    params(("key" = Option<String>, Query, description = "The key or its hash")),
    responses((status = 200, body = KeyInfoResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_key(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<KeyInfoResponse>, ApiError> {
    let engine = app.engine();
    let (key, hash) = asked(params.text("key")?, &operator.principal)?;
    params.refuse_rest(&[])?;
    // the scope hides the keys of others as if they did not exist
    let Some(row) = store::find::<KeyRow>(&engine.db, &operator.scope, &[hash.as_str()]).await? else {
        let deleted = keys::find_deleted(&engine.db, &operator.scope, &hash).await?.ok_or_else(missing)?;
        return Ok(Json(KeyInfoResponse { key, info: KeyView::of_deleted(engine, deleted).without_token() }));
    };
    let budget = match &row.budget_id {
        Some(budget) => store::find::<BudgetRow>(&engine.db, &Scope::Gateway, &[budget]).await?,
        None => None,
    };
    let mut info = [KeyView::new(engine, row).with_budget(engine, budget).without_token()];
    bring_up_to_date(&app, &mut info).await?;
    let [info] = info;
    Ok(Json(KeyInfoResponse { key, info }))
}

fn asked(named: Option<String>, principal: &Principal) -> Result<(String, KeyHash), ApiError> {
    match (named, principal.key_hash()) {
        (Some(key), _) => hash_of(&key).map(|hash| (key, hash)).ok_or_else(missing),
        (None, Some(own)) => Ok((own.as_str().to_owned(), own.clone())),
        (None, None) => Err(ApiError::invalid("key", "the master key has no row: name the key to be shown")),
    }
}
