//! `POST /key/regenerate` and `/key/{key}/regenerate`: a key gets a new text and keeps all else, what it has spent included.

use axum::Json;
use axum::extract::{Path, State};
use engine::secret::Secret;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::keys::{self, KeyRow};
use store::{KeyHash, Stamps};
use utoipa::ToSchema;

use super::body::{IDLE, KeyBody, KeyFields, LATER};
use super::generate::{GenerateKeyResponse, own_or_random};
use super::judge;
use super::name::{hash_of, missing};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, Fields, Later};
use crate::manage::duration;
use crate::manage::fields::{Attachments, LimitFields};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Renewal {
    /// The key or its hash, where the path does not say it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    key: Change<String>,
    /// The new key itself, for those who bring their own: `sk-` and more, at least 16 characters. Left out: a random one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    new_key: Change<Secret>,
    /// For how long the old key still opens: 30s, 15m, 24h, 7d. Left out: it is refused at once.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "24h")]
    grace_period: Change<String>,
}

/// What is left out stays, what is null is cleared. Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct RegenerateKeyRequest {
    #[serde(flatten)]
    renewal: Renewal,
    #[serde(flatten)]
    own: KeyFields,
    #[serde(flatten)]
    limits: LimitFields,
    #[serde(flatten)]
    attached: Attachments,
}

/// Replaces the text of a key.
#[utoipa::path(
    post, path = "/key/regenerate", tag = "keys", request_body = RegenerateKeyRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = GenerateKeyResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn regenerate_key(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<GenerateKeyResponse>, ApiError> {
    Replacement::read(&body, None)?.make(&app, &operator).await.map(Json)
}

/// Replaces the text of the key that the path names.
#[utoipa::path(
    post, path = "/key/{key}/regenerate", tag = "keys", request_body = RegenerateKeyRequest,
    params(
        ("key" = String, Path, description = "The key or its hash"),
        ("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail"),
    ),
    responses((status = 200, body = GenerateKeyResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn regenerate_named_key(
    State(app): State<App>,
    operator: Operator,
    Path(key): Path<String>,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<GenerateKeyResponse>, ApiError> {
    Replacement::read(&body, Some(key))?.make(&app, &operator).await.map(Json)
}

struct Replacement {
    hash: KeyHash,
    new_key: Option<Secret>,
    grace_period: Option<String>,
    body: KeyBody,
    /// The fields that change more than the text.
    named: Vec<String>,
}

impl Replacement {
    fn read(body: &RawValue, in_path: Option<String>) -> Result<Self, ApiError> {
        let mut fields = Fields::open(body)?;
        let Renewal { key, new_key, grace_period } = fields.take()?;
        let body = KeyBody::take(&mut fields)?;
        fields.ignore(IDLE);
        let is_own = |name: &str| matches!(name, "key" | "new_key" | "grace_period") || IDLE.contains(&name);
        let named = fields.named().iter().filter(|name| !is_own(name)).cloned().collect();
        fields.close(&[LATER, MORE_LATER].concat())?;
        let hash = target(in_path, key.set())?;
        let grace_period = grace_period.set().filter(|text| !text.is_empty());
        Ok(Self { hash, new_key: new_key.set(), grace_period, body, named })
    }

    async fn make(self, app: &App, operator: &Operator) -> Result<GenerateKeyResponse, ApiError> {
        let engine = app.engine();
        let now = operator.actor.at;
        let valid_until = match &self.grace_period {
            Some(text) => duration::after(text, now).map_err(|error| ApiError::invalid("grace_period", error))?,
            None => now,
        };
        let key = own_or_random(engine, "new_key", self.new_key)?;
        let mut change = operator.begin(app).await?;
        let before: KeyRow = change.require(&operator.scope, &[self.hash.as_str()]).await?;
        let stamps: Stamps = before.stamps.updated(&operator.actor);
        let mut after = KeyRow { stamps, ..before.clone() };
        self.body.apply(&mut after, now)?;
        judge::replaced_key(operator, &mut change, (&before, &mut after), &self.named).await?;
        after.hash = KeyHash::parse(&key.sha256_hex())?;
        judge::check_text(operator, &mut change, "new_key", &after.hash).await?;
        after.key_name = key.masked();
        after.settings.rotation_count = after.settings.rotation_count.saturating_add(1);
        after.settings.last_rotation_at = Some(now);
        keys::replace(&mut change, &before, &after, valid_until).await?;
        app.commit(change).await?;
        Ok(GenerateKeyResponse::new(app, &key, after).await)
    }
}

/// The key that is meant; path and body must not differ about it.
fn target(in_path: Option<String>, in_body: Option<String>) -> Result<KeyHash, ApiError> {
    match (in_path, in_body) {
        (None, None) => Err(ApiError::invalid("key", "name the key to be replaced")),
        (Some(one), None) | (None, Some(one)) => hash_of(&one).ok_or_else(missing),
        (Some(path), Some(body)) => match (hash_of(&path), hash_of(&body)) {
            (Some(path), Some(body)) if path == body => Ok(path),
            (Some(_), Some(_)) => Err(ApiError::invalid("key", "the path names another key")),
            _ => Err(missing()),
        },
    }
}

/// LiteLLM's way to another master key: ours stands in the configuration.
const MORE_LATER: &[Later] = &[("new_master_key", &[])];
