//! `POST /key/block`: a key is refused from now on.

use axum::Json;
use axum::extract::State;
use serde_json::value::RawValue;
use store::keys::{self, KeyRow};
use store::{BLOCKED, UNBLOCKED};
use utoipa::ToSchema;

use super::judge;
use super::name::{hash_of, missing};
use super::update::WhichKey;
use super::view::KeyView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::blocked;
use crate::manage::body::Fields;
use crate::manage::fields::EndCalls;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct BlockKeyRequest {
    #[serde(flatten)]
    which: WhichKey,
    #[serde(flatten)]
    end: EndCalls,
}

/// Blocks a key.
#[utoipa::path(
    post, path = "/key/block", tag = "keys", request_body = BlockKeyRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = KeyView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn block_key(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<KeyView>, ApiError> {
    set_blocked(&app, &operator, &body, true).await.map(Json)
}

/// What blocking and unblocking have in common.
pub(super) async fn set_blocked(
    app: &App,
    operator: &Operator,
    body: &RawValue,
    blocked: bool,
) -> Result<KeyView, ApiError> {
    let mut fields = Fields::open(body)?;
    let WhichKey { key } = fields.take()?;
    let end_calls = blocked && fields.take::<EndCalls>()?.end_calls;
    fields.close(&[])?;
    let hash = hash_of(&key).ok_or_else(missing)?;
    let mut change = operator.begin(app).await?;
    let before: KeyRow = change.require(&operator.scope, &[hash.as_str()]).await?;
    let standing = judge::standing(operator, &mut change, &before).await?;
    let from = blocked::judge(standing, (before.blocked, before.settings.blocked_from), Some(blocked))?;
    let mut after = KeyRow { blocked, stamps: before.stamps.updated(&operator.actor), ..before.clone() };
    after.settings.blocked_from = from;
    change.update(if blocked { BLOCKED } else { UNBLOCKED }, &before, &after).await?;
    if end_calls {
        keys::end_calls(&mut change, &after).await?;
    }
    app.commit(change).await?;
    Ok(KeyView::written(app, after).await)
}
