//! `POST /key/unblock`: a blocked key works again.

use axum::Json;
use axum::extract::State;
use serde_json::value::RawValue;

use super::block::set_blocked;
use super::update::WhichKey;
use super::view::KeyView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Unblocks a key.
#[utoipa::path(
    post, path = "/key/unblock", tag = "keys", request_body = WhichKey,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = KeyView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn unblock_key(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<KeyView>, ApiError> {
    set_blocked(&app, &operator, &body, false).await.map(Json)
}
