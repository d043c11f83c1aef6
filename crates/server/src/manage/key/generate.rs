//! `POST /key/generate`: a new key. Its text is in the answer and nowhere else.

use axum::Json;
use axum::extract::State;
use engine::Engine;
use engine::secret::Secret;
use money::Nanos;
use serde::Serialize;
use serde_json::value::RawValue;
use store::keys::{self, KeyRow};
use store::{Actor, KeyHash};
use utoipa::ToSchema;
use wire::ErrorKind;

use super::body::{KeySettings, LATER, set};
use super::view::KeyView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::admin::Admin;
use crate::manage::{body, duration};
use crate::openapi::ErrorBody;

const SHORTEST_KEY: usize = 16;

#[derive(ToSchema)]
pub(crate) struct GenerateKeyRequest {
    /// The key itself, for those who bring their own: `sk-` and more, at least 16 characters. Left out: a random one.
    #[schema(value_type = Option<String>)]
    key: Option<Secret>,
    #[serde(flatten)]
    settings: KeySettings,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct GenerateKeyResponse {
    /// The key. It is not stored: this is the only time that it can be read.
    key: String,
    /// The same as `token`.
    #[schema(value_type = String)]
    token_id: KeyHash,
    #[serde(flatten)]
    row: KeyView,
}

/// Makes a key.
#[utoipa::path(
    post, path = "/key/generate", tag = "keys", request_body = GenerateKeyRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = GenerateKeyResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn generate_key(
    State(app): State<App>,
    Admin { scope, actor }: Admin,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<GenerateKeyResponse>, ApiError> {
    let engine = app.engine();
    let GenerateKeyRequest { key, settings } = GenerateKeyRequest::read(&body)?;
    let key = match key {
        Some(key) => own_key(engine, key)?,
        None => random_key(engine)?,
    };
    let row = row(&key, settings, &actor)?;
    keys::insert(&engine.db, &scope, &row, &actor).await?;
    // somebody may have tried the key before there was one, or had it before it was deleted
    engine.keys.forget(&row.hash);
    engine.budgets.forget(&row.hash);
    let token_id = row.hash.clone();
    Ok(Json(GenerateKeyResponse { key: key.reveal().to_owned(), token_id, row: KeyView::new(engine, row) }))
}

impl GenerateKeyRequest {
    fn read(body: &RawValue) -> Result<Self, ApiError> {
        let mut body = body::parse(body)?;
        let key = body.take_string("key").map_err(body::refuse)?.map(Secret::new);
        let settings = KeySettings::take(&mut body)?;
        body::refuse_rest(&body, LATER)?;
        Ok(Self { key, settings })
    }
}

/// Takes a key that the client chose.
fn own_key(engine: &Engine, key: Secret) -> Result<Secret, ApiError> {
    if let Some(problem) = problem_of(key.reveal()) {
        return Err(ApiError::invalid("key", problem));
    }
    if engine.settings().master_key.has_digest(&key.sha256_hex()) {
        return Err(ApiError::invalid("key", "this is the master key"));
    }
    Ok(key)
}

/// Why no client could use a key, if none could: it has to pass through a header unchanged.
fn problem_of(key: &str) -> Option<&'static str> {
    if !key.starts_with("sk-") {
        Some("must start with sk-")
    } else if key.len() < SHORTEST_KEY {
        Some("must have at least 16 characters")
    } else if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        Some("must consist of visible ASCII characters")
    } else {
        None
    }
}

fn random_key(engine: &Engine) -> Result<Secret, ApiError> {
    engine.ids.virtual_key().map(Secret::new).map_err(|error| ApiError::new(ErrorKind::Internal, error.to_string()))
}

fn row(key: &Secret, settings: KeySettings, actor: &Actor) -> Result<KeyRow, ApiError> {
    let KeySettings { key_alias, models, duration, max_budget, metadata, blocked, user_id } = settings;
    let expires_at = set(duration)
        .map(|text| duration::after(&text, actor.at))
        .transpose()
        .map_err(|error| ApiError::invalid("duration", error))?;
    Ok(KeyRow {
        hash: KeyHash::parse(&key.sha256_hex())?,
        key_name: key.masked(),
        key_alias: set(key_alias),
        models: set(models).unwrap_or_default(),
        max_budget: set(max_budget),
        spend: Nanos::ZERO,
        expires_at,
        blocked: set(blocked).unwrap_or_default(),
        metadata: set(metadata).unwrap_or_default(),
        user_id: set(user_id),
        created_at: actor.at,
        created_by: Some(actor.id.clone()),
        updated_at: actor.at,
        updated_by: Some(actor.id.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<KeyRow, Option<String>> {
        let raw: Box<RawValue> = serde_json::from_str(body).unwrap();
        let actor = Actor { id: "admin".to_owned(), changed_by: None, at: 0 };
        GenerateKeyRequest::read(&raw)
            .and_then(|request| row(&Secret::new("sk-1234"), request.settings, &actor))
            .map_err(|error| error.reply.param)
    }

    #[test]
    fn reads_every_field() {
        let row = read(
            r#"{"key_alias": "a", "models": ["m"], "duration": "1h", "max_budget": "0.5", "metadata": {"x": [1]},
                "blocked": true, "user_id": "u", "team_id": null, "tags": [], "spend": 0.0, "key_type": "default"}"#,
        )
        .unwrap();
        assert_eq!((row.key_alias.as_deref(), row.user_id.as_deref()), (Some("a"), Some("u")));
        assert_eq!((row.models, row.blocked), (vec!["m".to_owned()], true));
        assert_eq!((row.max_budget, row.expires_at), (Some(Nanos::new(500_000_000)), Some(3_600_000_000)));
        assert_eq!(serde_json::to_string(&row.metadata).unwrap(), r#"{"x":[1]}"#);
        assert_eq!(row.key_name, "sk-...1234");
    }

    #[test]
    fn null_and_nothing_are_the_defaults() {
        let nulls = r#"{"key_alias": "", "models": null, "duration": null, "max_budget": null, "metadata": null,
            "blocked": null, "user_id": null}"#;
        for body in ["{}", nulls] {
            let row = read(body).unwrap();
            assert_eq!((row.key_alias, row.user_id, row.max_budget, row.expires_at), (None, None, None, None));
            assert!(row.models.is_empty() && row.metadata.is_empty() && !row.blocked);
        }
    }

    #[test]
    fn names_the_field_that_is_wrong() {
        for (body, field) in [
            (r#"{"key": 1}"#, "key"),
            (r#"{"models": "m"}"#, "models"),
            (r#"{"models": [1]}"#, "models"),
            (r#"{"duration": "soon"}"#, "duration"),
            (r#"{"duration": "-1"}"#, "duration"),
            (r#"{"duration": 7}"#, "duration"),
            (r#"{"max_budget": -1}"#, "max_budget"),
            (r#"{"metadata": []}"#, "metadata"),
            (r#"{"blocked": "yes"}"#, "blocked"),
            (r#"{"user_id": 1}"#, "user_id"),
            (r#"{"budget_duration": "30d"}"#, "budget_duration"),
            (r#"{"spend": 5}"#, "spend"),
            (r#"{"key_type": "read_only"}"#, "key_type"),
            (r#"{"max_budgets": 5}"#, "max_budgets"),
        ] {
            assert_eq!(read(body).err().flatten().as_deref(), Some(field), "{body}");
        }
    }

    #[test]
    fn own_keys_must_work() {
        for (key, works) in [
            ("sk-1234567890123", true),
            ("sk-123456789012", false),
            ("pk-1234567890123456", false),
            ("sk-12345678 0123456", false),
            ("sk-12345678\u{e9}0123456", false),
        ] {
            assert_eq!(problem_of(key).is_none(), works, "{key}");
        }
    }
}
