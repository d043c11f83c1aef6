//! `POST /key/update`: changes the fields that are named and leaves the others alone.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::keys::KeyRow;
use store::{Transaction, UPDATED};
use utoipa::ToSchema;

use super::alias::with_alias;
use super::body::{IDLE, KeyBody, KeyFields, LATER};
use super::judge;
use super::name::{hash_of, missing};
use super::view::KeyView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, Fields};
use crate::manage::fields::{Attachments, LimitFields};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct WhichKey {
    /// The key or its hash.
    pub(super) key: String,
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct KeyOrAlias {
    /// The key or its hash. Left out, `key_alias` names the key and stays as it is.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    key: Change<String>,
}

/// What is left out stays, what is null is cleared. Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct UpdateKeyRequest {
    #[serde(flatten)]
    which: KeyOrAlias,
    #[serde(flatten)]
    own: KeyFields,
    #[serde(flatten)]
    limits: LimitFields,
    #[serde(flatten)]
    attached: Attachments,
}

/// The key as it was named, and what it is now.
#[derive(Serialize, ToSchema)]
pub(crate) struct UpdateKeyResponse {
    key: String,
    #[serde(flatten)]
    row: KeyView,
}

/// Changes a key.
#[utoipa::path(
    post, path = "/key/update", tag = "keys", request_body = UpdateKeyRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = UpdateKeyResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_key(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<UpdateKeyResponse>, ApiError> {
    let (key, after) = KeyChange::read(&body)?.make(&app, &operator).await?;
    Ok(Json(UpdateKeyResponse { key, row: KeyView::written(&app, after).await }))
}

/// What a body makes of one key.
pub(super) struct KeyChange {
    which: Which,
    body: KeyBody,
    named: Vec<String>,
}

enum Which {
    Key(String),
    Alias(String),
}

impl KeyChange {
    pub(super) fn read(body: &RawValue) -> Result<Self, ApiError> {
        let mut fields = Fields::open(body)?;
        let KeyOrAlias { key } = fields.take()?;
        let mut body = KeyBody::take(&mut fields)?;
        fields.ignore(IDLE);
        let named = fields.named().to_vec();
        fields.close(LATER)?;
        let which = match key.set() {
            Some(key) => Which::Key(key),
            None => match std::mem::take(&mut body.own.key_alias) {
                Change::Set(alias) => Which::Alias(alias.0),
                Change::Keep | Change::Clear => return Err(ApiError::unprocessable("key", "is required")),
            },
        };
        Ok(Self { which, body, named })
    }

    /// The key as the body names it.
    pub(super) fn key(&self) -> &str {
        match &self.which {
            Which::Key(name) | Which::Alias(name) => name,
        }
    }

    /// Makes it so; returns the key as it was named, or its hash where its alias named it, and what it is now.
    pub(super) async fn make(self, app: &App, operator: &Operator) -> Result<(String, KeyRow), ApiError> {
        let mut change = operator.begin(app).await?;
        let (name, before) = match self.which {
            Which::Key(key) => {
                let hash = hash_of(&key).ok_or_else(missing)?;
                (key, change.require::<KeyRow>(&operator.scope, &[hash.as_str()]).await?)
            }
            Which::Alias(alias) => {
                let row = with_alias(&mut change, &operator.scope, &alias).await?.ok_or_else(missing)?;
                (row.hash.as_str().to_owned(), row)
            }
        };
        let after = change_key(operator, change, &before, self.body, &self.named, app).await?;
        Ok((name, after))
    }
}

/// Changes a key that was found in `change`, if the caller may, and ends `change` with that.
pub(super) async fn change_key(
    operator: &Operator,
    mut change: Transaction,
    before: &KeyRow,
    body: KeyBody,
    named: &[String],
    app: &App,
) -> Result<KeyRow, ApiError> {
    let mut after = KeyRow { stamps: before.stamps.updated(&operator.actor), ..before.clone() };
    body.apply(&mut after, operator.actor.at)?;
    judge::changed_key(operator, &mut change, (before, &mut after), named).await?;
    change.update(UPDATED, before, &after).await?;
    app.commit(change).await?;
    Ok(after)
}

#[cfg(test)]
mod tests {
    use engine::secret::Secret;
    use money::Nanos;
    use store::Actor;

    use super::*;
    use crate::manage::key::generate;

    /// What this body makes of a key that has everything.
    fn changed_by(body: &str) -> Result<KeyRow, Option<String>> {
        let actor = Actor { id: "admin".to_owned(), changed_by: None, at: 0 };
        let mut row = generate::new_row(&Secret::new("sk-1234"), &actor).unwrap();
        let whole = r#"{"key_alias": "a", "models": ["m"], "duration": "7d", "max_budget": 1, "metadata": {"x": 1},
            "blocked": true, "user_id": "u"}"#;
        for body in [whole, body] {
            let raw: Box<RawValue> = serde_json::from_str(body).unwrap();
            let mut fields = Fields::open(&raw).unwrap();
            KeyBody::take(&mut fields).and_then(|body| body.apply(&mut row, 0)).map_err(|error| error.reply.param)?;
        }
        Ok(row)
    }

    #[test]
    fn changes_what_is_named_and_clears_what_is_null() {
        let same = changed_by("{}").unwrap();
        assert_eq!((same.key_alias.as_deref(), same.models.len(), same.blocked), (Some("a"), 1, true));
        assert_eq!((same.limits.max_budget, same.user_id.as_deref()), (Some(Nanos::new(1_000_000_000)), Some("u")));

        let cleared = changed_by(
            r#"{"key_alias": null, "models": null, "duration": null, "max_budget": null, "metadata": null,
                "blocked": null, "user_id": null}"#,
        )
        .unwrap();
        assert_eq!((cleared.key_alias, cleared.user_id, cleared.expires_at), (None, None, None));
        assert!(cleared.models.is_empty() && !cleared.blocked && cleared.metadata.is_empty());
        assert_eq!(cleared.limits.max_budget, None);
    }

    #[test]
    fn durations_begin_now() {
        for (duration, expected) in [("1h", Some(3_600_000_000)), ("-1", None)] {
            let after = changed_by(&format!(r#"{{"duration": "{duration}"}}"#)).unwrap();
            assert_eq!(after.expires_at, expected, "{duration}");
        }
        assert_eq!(changed_by(r#"{"duration": "-2"}"#).err().flatten().as_deref(), Some("duration"));
    }
}
