//! `POST /key/bulk_update`: changes many keys, each in its own way.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::bulk::{UpdateKeysResponse, check_count};
use super::update::{KeyChange, UpdateKeyRequest};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct UpdateKeysRequest {
    /// What `/key/update` takes, for at most 500 keys.
    #[schema(value_type = Vec<UpdateKeyRequest>, max_items = 500)]
    keys: Vec<Box<RawValue>>,
}

/// Changes many keys. A key that cannot be changed as it is asked does not undo the others.
#[utoipa::path(
    post, path = "/key/bulk_update", tag = "keys", request_body = UpdateKeysRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = UpdateKeysResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_keys(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<UpdateKeysResponse>, ApiError> {
    let UpdateKeysRequest { keys } = read(&body, &[])?;
    check_count("keys", keys.len())?;
    // what does not have the form that it must have changes no key at all
    let changes = keys.iter().map(|key| KeyChange::read(key)).collect::<Result<Vec<_>, _>>()?;
    let mut answer = UpdateKeysResponse::of(changes.len());
    for change in changes {
        let key = change.key().to_owned();
        let make = async { change.make(&app, &operator).await.map(|(_, row)| row) };
        answer.add(&app, key, Box::pin(make)).await?;
    }
    Ok(Json(answer))
}
