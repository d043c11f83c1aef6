//! `POST /key/block`: a key is refused from now on.

use axum::Json;
use axum::extract::State;
use serde_json::value::RawValue;
use store::keys;
use utoipa::ToSchema;

use super::name::{hash_of, missing};
use super::view::KeyView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::admin::Admin;
use crate::manage::body;
use crate::openapi::ErrorBody;

#[derive(ToSchema)]
pub(crate) struct BlockKeyRequest {
    /// The key or its hash.
    key: String,
}

/// Blocks a key.
#[utoipa::path(
    post, path = "/key/block", tag = "keys", request_body = BlockKeyRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = KeyView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn block_key(
    State(app): State<App>,
    admin: Admin,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<KeyView>, ApiError> {
    set_blocked(&app, &admin, &body, true).await.map(Json)
}

/// What blocking and unblocking have in common.
pub(super) async fn set_blocked(app: &App, admin: &Admin, body: &RawValue, blocked: bool) -> Result<KeyView, ApiError> {
    let engine = app.engine();
    let BlockKeyRequest { key } = BlockKeyRequest::read(body)?;
    let hash = hash_of(&key).ok_or_else(missing)?;
    let row = keys::set_blocked(&engine.db, &admin.scope, &hash, blocked, &admin.actor).await?;
    engine.keys.forget(&hash);
    Ok(KeyView::new(engine, row))
}

impl BlockKeyRequest {
    fn read(body: &RawValue) -> Result<Self, ApiError> {
        let mut body = body::parse(body)?;
        let key = body.require_string("key").map_err(body::refuse)?;
        body::refuse_rest(&body, &[])?;
        Ok(Self { key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_one_key_and_nothing_else() {
        for (body, field) in [
            (r#"{"key": "sk-a"}"#, None),
            ("{}", Some("key")),
            (r#"{"key": ["sk-a"]}"#, Some("key")),
            (r#"{"key": "sk-a", "team_id": "t"}"#, Some("team_id")),
        ] {
            let raw: Box<RawValue> = serde_json::from_str(body).unwrap();
            let refused = BlockKeyRequest::read(&raw).err().and_then(|error| error.reply.param);
            assert_eq!(refused.as_deref(), field, "{body}");
        }
    }
}
