//! `POST /key/generate`: a new key. Its text is in the answer and nowhere else.

use axum::Json;
use axum::extract::State;
use engine::Engine;
use engine::secret::Secret;
use money::Nanos;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::keys::{self, KeyRow};
use store::{Actor, KeyHash, Stamps};
use utoipa::ToSchema;
use wire::ErrorKind;

use super::body::{IDLE, KeyBody, KeyFields, LATER};
use super::judge;
use super::view::KeyView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, Fields};
use crate::manage::fields::{Attachments, Cap, LimitFields};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

const SHORTEST_KEY: usize = 16;

#[derive(Deserialize, ToSchema)]
pub(crate) struct OwnKey {
    /// The key itself, for those who bring their own: `sk-` and more, at least 16 characters. Left out: a random one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(super) key: Change<Secret>,
    /// What it has spent already, in US dollars, as of a key that is moved here; for administrators.
    #[serde(default)]
    #[schema(value_type = Option<f64>, minimum = 0)]
    pub(super) spend: Change<Cap>,
}

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct GenerateKeyRequest {
    #[serde(flatten)]
    key: OwnKey,
    #[serde(flatten)]
    own: KeyFields,
    #[serde(flatten)]
    limits: LimitFields,
    #[serde(flatten)]
    attached: Attachments,
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
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<GenerateKeyResponse>, ApiError> {
    let engine = app.engine();
    let mut fields = Fields::open(&body)?;
    let OwnKey { key, spend } = fields.take()?;
    let body = KeyBody::take(&mut fields)?;
    fields.ignore(IDLE);
    let named = fields.named().to_vec();
    fields.close(LATER)?;
    let key = own_or_random(engine, "key", key.set())?;
    let mut row = new_row(&key, &operator.actor)?;
    if !operator.principal.is_admin() {
        row.user_id = operator.principal.user_id().map(str::to_owned);
    }
    body.apply(&mut row, operator.actor.at)?;
    row.spend = spent(spend);
    insert(&app, &operator, row, &key, &named).await.map(Json)
}

/// Makes the key, if the caller may.
pub(super) async fn insert(
    app: &App,
    operator: &Operator,
    mut row: KeyRow,
    key: &Secret,
    named: &[String],
) -> Result<GenerateKeyResponse, ApiError> {
    let mut change = operator.begin(app).await?;
    judge::new_key(operator, &mut change, &mut row, named).await?;
    keys::require_unused(&mut change, &row.hash).await?;
    change.insert(&row).await?;
    app.commit(change).await?;
    Ok(GenerateKeyResponse::new(app, key, row).await)
}

impl GenerateKeyResponse {
    pub(super) async fn new(app: &App, key: &Secret, row: KeyRow) -> Self {
        Self { key: key.reveal().to_owned(), token_id: row.hash.clone(), row: KeyView::written(app, row).await }
    }
}

/// A key of nobody, made now.
pub(in crate::manage) fn new_row(key: &Secret, actor: &Actor) -> Result<KeyRow, ApiError> {
    Ok(KeyRow::new(KeyHash::parse(&key.sha256_hex())?, key.masked(), Stamps::new(actor)))
}

pub(super) fn spent(given: Change<Cap>) -> Nanos {
    given.set().map_or(Nanos::ZERO, |cap| cap.0)
}

/// The key that the client chose in that field, or a random one.
pub(super) fn own_or_random(engine: &Engine, field: &str, chosen: Option<Secret>) -> Result<Secret, ApiError> {
    let Some(key) = chosen else { return random_key(engine) };
    if let Some(problem) = problem_of(key.reveal()) {
        return Err(ApiError::invalid(field, problem));
    }
    if engine.settings().master_key.has_digest(&key.sha256_hex()) {
        return Err(ApiError::invalid(field, "this is the master key"));
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

pub(in crate::manage) fn random_key(engine: &Engine) -> Result<Secret, ApiError> {
    engine.ids.virtual_key().map(Secret::new).map_err(|error| ApiError::new(ErrorKind::Internal, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> KeyRow {
        let raw: Box<RawValue> = serde_json::from_str(body).unwrap();
        let actor = Actor { id: "admin".to_owned(), changed_by: None, at: 0 };
        let mut fields = Fields::open(&raw).unwrap();
        let body = KeyBody::take(&mut fields).unwrap();
        fields.close(LATER).unwrap();
        let mut row = new_row(&Secret::new("sk-1234"), &actor).unwrap();
        body.apply(&mut row, 0).unwrap();
        row
    }

    #[test]
    fn reads_every_field() {
        let row = read(
            r#"{"key_alias": "a", "models": ["m"], "duration": "1h", "max_budget": "0.5", "metadata": {"x": [1]},
                "blocked": true, "user_id": "u", "team_id": null, "tags": ["t"], "spend": 0.0, "key_type": "read_only",
                "tpm_limit": 7, "budget_duration": "30d", "aliases": {"n": "m"}}"#,
        );
        assert_eq!((row.key_alias.as_deref(), row.user_id.as_deref()), (Some("a"), Some("u")));
        assert_eq!((row.models, row.blocked), (vec!["m".to_owned()], true));
        assert_eq!((row.limits.max_budget, row.expires_at), (Some(Nanos::new(500_000_000)), Some(3_600_000_000)));
        assert_eq!(serde_json::to_string(&row.metadata).unwrap(), r#"{"tags":["t"],"x":[1]}"#);
        assert_eq!((row.limits.tpm_limit, row.limits.budget_reset_at.is_some()), (Some(7), true));
        assert_eq!((row.settings.allowed_routes, row.settings.aliases.len()), (vec!["info_routes".to_owned()], 1));
        assert_eq!(row.key_name, "sk-...1234");
    }

    #[test]
    fn null_and_nothing_are_the_defaults() {
        let nulls = r#"{"key_alias": "", "models": null, "duration": null, "max_budget": null, "metadata": null,
            "blocked": null, "user_id": null, "tags": null, "key_type": null}"#;
        for body in ["{}", nulls] {
            let row = read(body);
            assert_eq!((row.key_alias, row.user_id, row.limits.max_budget, row.expires_at), (None, None, None, None));
            assert!(row.models.is_empty() && row.metadata.is_empty() && !row.blocked);
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
