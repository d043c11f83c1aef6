//! `POST /key/unblock`: a blocked key works again.

use axum::Json;
use axum::extract::State;
use serde_json::value::RawValue;

use super::block::{BlockKeyRequest, set_blocked};
use super::view::KeyView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::admin::Admin;
use crate::openapi::ErrorBody;

/// Unblocks a key.
#[utoipa::path(
    post, path = "/key/unblock", tag = "keys", request_body = BlockKeyRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = KeyView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn unblock_key(
    State(app): State<App>,
    admin: Admin,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<KeyView>, ApiError> {
    set_blocked(&app, &admin, &body, false).await.map(Json)
}
