//! `POST /key/update`: changes the fields that are named and leaves the others alone.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::value::RawValue;
use store::keys::{self, Change, KeyChanges};
use utoipa::ToSchema;
use wire::ErrorKind;

use super::body::{KeySettings, LATER, set_or_default};
use super::name::{hash_of, missing};
use super::view::KeyView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::admin::Admin;
use crate::manage::{body, duration};
use crate::openapi::ErrorBody;

#[derive(ToSchema)]
pub(crate) struct UpdateKeyRequest {
    /// The key or its hash.
    key: String,
    /// What is left out stays, what is null is cleared.
    #[serde(flatten)]
    settings: KeySettings,
}

/// The key as it was named, and what its changed fields are now.
#[derive(Serialize, ToSchema)]
pub(crate) struct UpdateKeyResponse {
    key: String,
    /// Fields of a key's view; `expires` when the request named `duration`.
    #[serde(flatten)]
    #[schema(value_type = BTreeMap<String, Value>)]
    changed: BTreeMap<String, Box<RawValue>>,
}

/// Changes a key.
#[utoipa::path(
    post, path = "/key/update", tag = "keys", request_body = UpdateKeyRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = UpdateKeyResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_key(
    State(app): State<App>,
    Admin { scope, actor }: Admin,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<UpdateKeyResponse>, ApiError> {
    let engine = app.engine();
    let UpdateKeyRequest { key, settings } = UpdateKeyRequest::read(&body)?;
    let hash = hash_of(&key).ok_or_else(missing)?;
    let (named, changes) = changes(settings, actor.at)?;
    let row = keys::update(&engine.db, &scope, &hash, changes, &actor).await?;
    engine.keys.forget(&hash);
    Ok(Json(UpdateKeyResponse { key, changed: only(&named, &KeyView::new(engine, row))? }))
}

impl UpdateKeyRequest {
    fn read(body: &RawValue) -> Result<Self, ApiError> {
        let mut body = body::parse(body)?;
        let key = body.require_string("key").map_err(body::refuse)?;
        let settings = KeySettings::take(&mut body)?;
        body::refuse_rest(&body, LATER)?;
        Ok(Self { key, settings })
    }
}

/// The names of what changes, as the row has them, and the changes.
fn changes(settings: KeySettings, now: i64) -> Result<(Vec<&'static str>, KeyChanges), ApiError> {
    let KeySettings { key_alias, models, duration, max_budget, metadata, blocked, user_id } = settings;
    let named = [
        ("key_alias", key_alias == Change::Keep),
        ("models", models == Change::Keep),
        ("expires", duration == Change::Keep),
        ("max_budget", max_budget == Change::Keep),
        ("metadata", metadata == Change::Keep),
        ("blocked", blocked == Change::Keep),
        ("user_id", user_id == Change::Keep),
    ];
    let changes = KeyChanges {
        key_alias,
        models: set_or_default(models),
        max_budget,
        expires_at: expiry(duration, now).map_err(|error| ApiError::invalid("duration", error))?,
        blocked: set_or_default(blocked),
        metadata: set_or_default(metadata),
        user_id,
    };
    Ok((named.into_iter().filter(|(_, kept)| !kept).map(|(name, _)| name).collect(), changes))
}

fn expiry(duration: Change<String>, now: i64) -> Result<Change<i64>, duration::DurationError> {
    match duration {
        Change::Keep => Ok(Change::Keep),
        Change::Clear => Ok(Change::Clear),
        // LiteLLM's older word for null
        Change::Set(text) if text == "-1" => Ok(Change::Clear),
        Change::Set(text) => duration::after(&text, now).map(Change::Set),
    }
}

/// Those fields of a key, each as its whole view writes it.
fn only(named: &[&str], view: &KeyView) -> Result<BTreeMap<String, Box<RawValue>>, ApiError> {
    let mut fields: BTreeMap<String, Box<RawValue>> = serde_json::to_string(view)
        .and_then(|text| serde_json::from_str(&text))
        .map_err(|error| ApiError::new(ErrorKind::Internal, error.to_string()))?;
    fields.retain(|name, _| named.contains(&name.as_str()));
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<(Vec<&'static str>, KeyChanges), Option<String>> {
        let raw: Box<RawValue> = serde_json::from_str(body).unwrap();
        UpdateKeyRequest::read(&raw).and_then(|request| changes(request.settings, 0)).map_err(|error| error.reply.param)
    }

    #[test]
    fn changes_what_is_named_and_clears_what_is_null() {
        let (named, changes) = read(r#"{"key": "sk-a"}"#).unwrap();
        assert!(named.is_empty());
        assert_eq!((changes.key_alias, changes.models, changes.blocked), (Change::Keep, None, None));

        let (named, changes) = read(
            r#"{"key": "sk-a", "key_alias": null, "models": null, "duration": null, "max_budget": null,
                "metadata": null, "blocked": null, "user_id": null}"#,
        )
        .unwrap();
        assert_eq!(named, ["key_alias", "models", "expires", "max_budget", "metadata", "blocked", "user_id"]);
        assert_eq!((changes.key_alias, changes.user_id), (Change::Clear, Change::Clear));
        assert_eq!((changes.models, changes.blocked), (Some(Vec::new()), Some(false)));
        assert_eq!((changes.max_budget, changes.expires_at), (Change::Clear, Change::Clear));
        assert_eq!(changes.metadata, Some(serde_json::Map::new()));
    }

    #[test]
    fn durations_begin_now() {
        for (duration, expected) in [("1h", Change::Set(3_600_000_000)), ("-1", Change::Clear)] {
            let (_, changes) = read(&format!(r#"{{"key": "sk-a", "duration": "{duration}"}}"#)).unwrap();
            assert_eq!(changes.expires_at, expected, "{duration}");
        }
        assert_eq!(read(r#"{"key": "sk-a", "duration": "-2"}"#).err().flatten().as_deref(), Some("duration"));
    }

    #[test]
    fn the_key_is_required() {
        for body in ["{}", r#"{"key": null}"#, r#"{"key": 1}"#] {
            assert_eq!(read(body).err().flatten().as_deref(), Some("key"), "{body}");
        }
    }
}
