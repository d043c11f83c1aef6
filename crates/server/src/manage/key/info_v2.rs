//! `POST /v2/key/info`: several keys.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::Scope;
use store::budgets::{BudgetFilter, BudgetRow};
use store::keys::{KeyFilter, KeyNames, KeyRow};
use utoipa::ToSchema;

use super::name::hash_of;
use super::view::KeyView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, read};
use crate::manage::fields::Names;
use crate::manage::operator::Operator;
use crate::manage::spent::bring_up_to_date;
use crate::openapi::ErrorBody;

/// At least one key has to be named.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ReadKeysRequest {
    /// Keys or their hashes.
    #[schema(value_type = Option<Names>)]
    #[serde(default)]
    keys: Change<Names>,
    #[schema(value_type = Option<Names>)]
    #[serde(default)]
    key_aliases: Change<Names>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ReadKeysResponse {
    /// The keys as they were named.
    key: Option<Vec<String>>,
    /// Those that there are, the largest total spend first.
    info: Vec<KeyView>,
}

/// Shows several keys. Those that do not exist, or not for the caller, are left out.
#[utoipa::path(
    post, path = "/v2/key/info", tag = "keys", request_body = ReadKeysRequest,
    responses((status = 200, body = ReadKeysResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_keys(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<ReadKeysResponse>, ApiError> {
    let engine = app.engine();
    let ReadKeysRequest { keys, key_aliases } = read(&body, &[])?;
    let (keys, aliases) = (keys.set().map(|names| names.0), key_aliases.set().unwrap_or_default().0);
    let hashes: Vec<_> = keys.iter().flatten().filter_map(|key| hash_of(key)).collect();
    if keys.as_ref().is_none_or(Vec::is_empty) && aliases.is_empty() {
        return Err(ApiError::unprocessable("keys", "name at least one key, here or in key_aliases"));
    }
    let filter = KeyFilter { names: Some(KeyNames { hashes, aliases }), ..KeyFilter::default() };
    let mut rows = store::all(&engine.db, &operator.scope, &filter).await?;
    rows.sort_by_key(|row| std::cmp::Reverse(engine.directory.spent(row).saturating_add(row.forgiven)));
    let budgets = budgets_of(&app, &rows).await?;
    let view = |row: KeyRow| {
        let budget = row.budget_id.as_ref().and_then(|id| budgets.get(id)).cloned();
        KeyView::new(engine, row).with_budget(engine, budget).without_token()
    };
    let mut info: Vec<_> = rows.into_iter().map(view).collect();
    bring_up_to_date(&app, &mut info).await?;
    Ok(Json(ReadKeysResponse { key: keys, info }))
}

/// The budgets that these keys have beside their own limits.
async fn budgets_of(app: &App, rows: &[KeyRow]) -> Result<HashMap<String, BudgetRow>, ApiError> {
    let ids: Vec<_> = rows.iter().filter_map(|row| row.budget_id.clone()).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let filter = BudgetFilter { budget_ids: Some(ids), ..BudgetFilter::default() };
    let budgets = store::all(&app.engine().db, &Scope::Gateway, &filter).await?;
    Ok(budgets.into_iter().map(|budget| (budget.budget_id.clone(), budget)).collect())
}
