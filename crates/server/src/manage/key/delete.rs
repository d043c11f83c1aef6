//! `POST /key/delete`: keys named by themselves, their hashes or their aliases.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::keys::{self, KeyRow};
use store::{KeyHash, Scope, Transaction};
use utoipa::ToSchema;

use super::name::{hash_of, missing};
use super::{alias, judge};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, Fields};
use crate::manage::fields::{EndCalls, Names};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// At least one key has to be named.
#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct DeleteKeysRequest {
    /// Keys or their hashes.
    #[schema(value_type = Option<Names>)]
    #[serde(default)]
    keys: Change<Names>,
    #[schema(value_type = Option<Names>)]
    #[serde(default)]
    key_aliases: Change<Names>,
}

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct DeleteKeysBody {
    #[serde(flatten)]
    which: DeleteKeysRequest,
    #[serde(flatten)]
    end: EndCalls,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct DeleteKeysResponse {
    /// What was deleted, as it was named. What did not exist is not in it.
    deleted_keys: Vec<String>,
}

/// Deletes keys, all of them or, on an error, none.
#[utoipa::path(
    post, path = "/key/delete", tag = "keys", request_body = DeleteKeysBody,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = DeleteKeysResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_keys(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<DeleteKeysResponse>, ApiError> {
    let (request, EndCalls { end_calls }) = DeleteKeysRequest::checked(&body)?;
    let mut change = operator.begin(&app).await?;
    let mut deleted = Vec::new();
    let mut deleted_keys = Vec::new();
    for (name, hash) in named(&mut change, &operator.scope, request).await? {
        if let Some(row) = change.find::<KeyRow>(&operator.scope, &[hash.as_str()]).await? {
            judge::standing(&operator, &mut change, &row).await?;
            change.delete(&row).await?;
            if end_calls {
                keys::end_calls(&mut change, &row).await?;
            }
            deleted.push(row);
            deleted_keys.push(name);
        } else if deleted.iter().any(|row| row.hash == hash) {
            deleted_keys.push(name);
        }
    }
    app.commit(change).await?;
    if deleted.is_empty() {
        return Err(missing());
    }
    Ok(Json(DeleteKeysResponse { deleted_keys }))
}

impl DeleteKeysRequest {
    fn checked(body: &RawValue) -> Result<(Self, EndCalls), ApiError> {
        let mut fields = Fields::open(body)?;
        let (request, end): (Self, EndCalls) = (fields.take()?, fields.take()?);
        fields.close(&[])?;
        let some = |names: &Change<Names>| matches!(names, Change::Set(names) if !names.0.is_empty());
        if !some(&request.keys) && !some(&request.key_aliases) {
            return Err(ApiError::unprocessable("keys", "name at least one key, here or in key_aliases"));
        }
        Ok((request, end))
    }
}

/// The hashes behind the names. What is no key's name is left out: there is nothing to delete.
async fn named(
    change: &mut Transaction,
    scope: &Scope,
    request: DeleteKeysRequest,
) -> Result<Vec<(String, KeyHash)>, ApiError> {
    let keys = request.keys.set().unwrap_or_default().0.into_iter();
    let mut named: Vec<_> = keys.filter_map(|key| hash_of(&key).map(|hash| (key, hash))).collect();
    for alias in request.key_aliases.set().unwrap_or_default().0 {
        let row = alias::with_alias(change, scope, &alias).await?;
        named.extend(row.map(|row| (alias, row.hash)));
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_has_to_be_named() {
        for (body, field) in [
            (r#"{"keys": ["sk-a"]}"#, None),
            (r#"{"key_aliases": ["a"]}"#, None),
            (r#"{"keys": [], "key_aliases": ["a"]}"#, None),
            (r"{}", Some("keys")),
            (r#"{"keys": [], "key_aliases": null}"#, Some("keys")),
            (r#"{"keys": "sk-a"}"#, Some("keys")),
            (r#"{"key_aliases": [1]}"#, Some("key_aliases")),
            (r#"{"keys": ["sk-a"], "team_id": "t"}"#, Some("team_id")),
        ] {
            let raw: Box<RawValue> = serde_json::from_str(body).unwrap();
            let refused = DeleteKeysRequest::checked(&raw).err().and_then(|error| error.reply.param);
            assert_eq!(refused.as_deref(), field, "{body}");
        }
    }
}
