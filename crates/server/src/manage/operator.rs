//! Who manages something: the caller, what the route lets it do, and what the audit trail needs to know.

use axum::extract::{FromRequestParts, MatchedPath};
use engine::Principal;
use engine::rights::fields::{self, Fields};
use engine::rights::{self, Action, Place, Standing};
use http::request::Parts;
use serde_json::{Map, Value};
use store::{Actor, Scope, Transaction};
use wire::ErrorKind;

use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::Caller;
use crate::manage::fields::ATTACHED;

/// The holder of the master key, by LiteLLM's name for it.
pub(super) const MASTER_USER: &str = "default_user_id";
/// What LiteLLM calls the master key where others have a hash or an alias.
pub(super) const MASTER_KEY: &str = "litellm_proxy_master_key";
/// The header in which a caller says on whose behalf it acts.
const CHANGED_BY: &str = "litellm-changed-by";

/// A caller that may come in. Extracted before the body is read: others learn nothing from the answer to a body.
pub(crate) struct Operator {
    pub(super) principal: Principal,
    /// The rows that it may see.
    pub(super) scope: Scope,
    pub(super) actor: Actor,
    action: Action,
    route: String,
}

impl FromRequestParts<App> for Operator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Caller(principal) = Caller::from_request_parts(parts, app).await?;
        let route =
            parts.extensions.get::<MatchedPath>().map_or_else(|| parts.uri.path(), MatchedPath::as_str).to_owned();
        let action = parts.extensions.get::<Action>().copied();
        let action = action.ok_or_else(|| ApiError::new(ErrorKind::Internal, "the route has no action"))?;
        rights::enter(&principal, action).map_err(|refused| ApiError::refused(refused, &route))?;
        let changed_by = parts.headers.get(CHANGED_BY);
        let actor = Actor {
            id: actor_id(&principal),
            changed_by: changed_by.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
            at: app.engine().clock.now(),
        };
        Ok(Self { scope: principal.scope(), principal, actor, action, route })
    }
}

/// A user, or a key that is nobody's.
fn actor_id(principal: &Principal) -> String {
    match (principal.user_id(), principal.key_hash()) {
        (Some(user), _) => user.to_owned(),
        (None, Some(hash)) => hash.as_str().to_owned(),
        (None, None) => MASTER_USER.to_owned(),
    }
}

impl Operator {
    /// Begins a change.
    pub(super) async fn begin(&self, app: &App) -> Result<Transaction, ApiError> {
        Ok(Transaction::begin(&app.engine().db, self.actor.clone()).await?)
    }

    /// From where the caller may do what this route does with an object that it sees.
    pub(super) fn authorize(&self, place: &Place<'_>) -> Result<Option<Standing>, ApiError> {
        rights::authorize(&self.principal, self.action, place)
            .map_err(|refused| ApiError::refused(refused, &self.route))
    }
}

/// Refuses the first of these fields that somebody who stands there may not set.
pub(super) fn check_fields(kind: Fields, standing: Option<Standing>, named: &[String]) -> Result<(), ApiError> {
    match named.iter().find(|field| !fields::may_set(kind, standing, field)) {
        Some(field) => Err(ApiError::forbidden(field, "this is not for you to set: ask an administrator")),
        None => Ok(()),
    }
}

/// The same for what stands in the metadata: fields that are kept there, under whichever name they come.
pub(super) fn check_attached(
    kind: Fields,
    standing: Option<Standing>,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Result<(), ApiError> {
    let changed = ATTACHED.iter().filter(|name| before.get(**name) != after.get(**name));
    check_fields(kind, standing, &changed.map(|name| (*name).to_owned()).collect::<Vec<_>>())
}

impl App {
    /// Makes a change so, here at once and elsewhere as soon as others hear of it.
    pub(super) async fn commit(&self, change: Transaction) -> Result<(), ApiError> {
        let touched = change.commit().await?;
        self.engine().changed(&touched);
        Ok(())
    }

    /// The same for what the configuration is put together from: the next call on this instance goes by it.
    pub(super) async fn commit_settings(&self, change: Transaction) -> Result<(), ApiError> {
        self.commit(change).await?;
        self.live().take_up_added(self).await.map_err(|error| {
            let message = format!("The change is saved, and not in force on this instance yet: {error}.");
            ApiError::new(ErrorKind::Unavailable, message)
        })
    }
}
