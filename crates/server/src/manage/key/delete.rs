//! `POST /key/delete`: keys named by themselves, their hashes or their aliases.

use axum::Json;
use axum::extract::State;
use engine::Engine;
use serde::Serialize;
use serde_json::value::RawValue;
use store::keys::{self, KeyFilter, KeyOrder, KeySelector};
use store::{KeyHash, Page, Scope};
use utoipa::ToSchema;

use super::name::{hash_of, missing};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::admin::Admin;
use crate::manage::body;
use crate::openapi::ErrorBody;

/// At least one key has to be named.
#[derive(ToSchema)]
pub(crate) struct DeleteKeysRequest {
    /// Keys or their hashes.
    keys: Option<Vec<String>>,
    key_aliases: Option<Vec<String>>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct DeleteKeysResponse {
    /// What was deleted, as it was named. What did not exist is not in it.
    deleted_keys: Vec<String>,
}

/// Deletes keys, all of them or, on an error, none.
#[utoipa::path(
    post, path = "/key/delete", tag = "keys", request_body = DeleteKeysRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = DeleteKeysResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_keys(
    State(app): State<App>,
    Admin { scope, actor }: Admin,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<DeleteKeysResponse>, ApiError> {
    let engine = app.engine();
    let named = named(engine, &scope, DeleteKeysRequest::read(&body)?).await?;
    let hashes = named.iter().map(|(_, hash)| hash.clone()).collect();
    let selector = KeySelector { hashes, aliases: Vec::new() };
    let deleted = keys::delete(&engine.db, &scope, &selector, &actor).await?;
    for hash in &deleted {
        engine.keys.forget(hash);
        engine.budgets.forget(hash);
    }
    if deleted.is_empty() {
        return Err(missing());
    }
    let deleted_keys = named.into_iter().filter(|(_, hash)| deleted.contains(hash)).map(|(name, _)| name).collect();
    Ok(Json(DeleteKeysResponse { deleted_keys }))
}

impl DeleteKeysRequest {
    fn read(body: &RawValue) -> Result<Self, ApiError> {
        let mut body = body::parse(body)?;
        let keys = body.take_strings("keys").map_err(body::refuse)?;
        let key_aliases = body.take_strings("key_aliases").map_err(body::refuse)?;
        body::refuse_rest(&body, &[])?;
        if [&keys, &key_aliases].into_iter().flatten().all(Vec::is_empty) {
            return Err(ApiError::invalid("keys", "name at least one key, here or in key_aliases"));
        }
        Ok(Self { keys, key_aliases })
    }
}

/// The hashes behind the names. What is no key's name is left out: there is nothing to delete.
async fn named(engine: &Engine, scope: &Scope, request: DeleteKeysRequest) -> Result<Vec<(String, KeyHash)>, ApiError> {
    let keys = request.keys.unwrap_or_default().into_iter();
    let mut named: Vec<_> = keys.filter_map(|key| hash_of(&key).map(|hash| (key, hash))).collect();
    for alias in request.key_aliases.unwrap_or_default() {
        let filter = KeyFilter { key_alias: Some(alias.clone()), ..KeyFilter::default() };
        let (rows, _) =
            keys::list(&engine.db, scope, &filter, KeyOrder::default(), Page { number: 1, size: 1 }).await?;
        named.extend(rows.into_iter().map(|row| (alias.clone(), row.hash)));
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
            let refused = DeleteKeysRequest::read(&raw).err().and_then(|error| error.reply.param);
            assert_eq!(refused.as_deref(), field, "{body}");
        }
    }
}
