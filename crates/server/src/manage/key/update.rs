//! `POST /key/update`: changes the fields that are named and leaves the others alone.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::UPDATED;
use store::keys::KeyRow;
use utoipa::ToSchema;

use super::body::{IDLE, KeyBody, KeyFields, LATER};
use super::judge;
use super::name::{hash_of, missing};
use super::view::KeyView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::Fields;
use crate::manage::fields::{Attachments, LimitFields};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct WhichKey {
    /// The key or its hash.
    pub(super) key: String,
}

/// What is left out stays, what is null is cleared. Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct UpdateKeyRequest {
    #[serde(flatten)]
    which: WhichKey,
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
    let mut fields = Fields::open(&body)?;
    let WhichKey { key } = fields.take()?;
    let body = KeyBody::take(&mut fields)?;
    fields.ignore(IDLE);
    let named = fields.named().to_vec();
    fields.close(LATER)?;
    let hash = hash_of(&key).ok_or_else(missing)?;
    let mut change = operator.begin(&app).await?;
    let before: KeyRow = change.require(&operator.scope, &[hash.as_str()]).await?;
    let mut after = KeyRow { stamps: before.stamps.updated(&operator.actor), ..before.clone() };
    body.apply(&mut after, operator.actor.at)?;
    judge::changed_key(&operator, &mut change, (&before, &after), &named).await?;
    change.update(UPDATED, &before, &after).await?;
    app.commit(change).await?;
    Ok(Json(UpdateKeyResponse { key, row: KeyView::new(app.engine(), after) }))
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
