//! `POST /key/service-account/generate`: a new key of a team and of no user.

use axum::Json;
use axum::extract::State;
use engine::rights::bonds::SERVICE;
use serde_json::value::RawValue;
use store::keys;

use super::body::{IDLE, KeyBody, LATER};
use super::generate::{GenerateKeyRequest, GenerateKeyResponse, OwnKey, new_row, own_or_random, spent};
use super::judge;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, Fields};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Makes a key for a service of a team. It outlives whoever made it.
#[utoipa::path(
    post, path = "/key/service-account/generate", tag = "keys", request_body = GenerateKeyRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = GenerateKeyResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn generate_service_account_key(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<GenerateKeyResponse>, ApiError> {
    let engine = app.engine();
    let mut fields = Fields::open(&body)?;
    let OwnKey { key, spend } = fields.take()?;
    let mut body = KeyBody::take(&mut fields)?;
    fields.ignore(IDLE);
    let named = fields.named().to_vec();
    fields.close(LATER)?;
    // whoever is named: the key is nobody's
    body.own.user_id = Change::Keep;
    let key = own_or_random(engine, "key", key.set())?;
    let mut row = new_row(&key, &operator.actor)?;
    body.apply(&mut row, operator.actor.at)?;
    row.spend = spent(spend);
    if row.team_id.is_none() {
        return Err(ApiError::invalid("team_id", "a service account belongs to a team"));
    }
    let service = row.key_alias.clone().unwrap_or_else(|| engine.ids.call(operator.actor.at));
    row.metadata.entry(SERVICE).or_insert_with(|| service.into());
    let mut change = operator.begin(&app).await?;
    judge::new_service_key(&operator, &mut change, &mut row, &named).await?;
    keys::require_unused(&mut change, &row.hash).await?;
    change.insert(&row).await?;
    app.commit(change).await?;
    Ok(Json(GenerateKeyResponse::new(&app, &key, row).await))
}
