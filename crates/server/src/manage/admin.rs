//! Who changes something: an administrator, with what the audit trail needs to know.

use axum::extract::{FromRequestParts, MatchedPath};
use http::request::Parts;
use store::{Actor, Scope};

use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::Caller;

/// The holder of the master key, by LiteLLM's name for it.
pub(super) const MASTER_USER: &str = "default_user_id";
/// What LiteLLM calls the master key where others have a hash or an alias.
pub(super) const MASTER_KEY: &str = "litellm_proxy_master_key";
/// The header in which a caller says on whose behalf it acts.
const CHANGED_BY: &str = "litellm-changed-by";

/// An administrator. Extracted before the body is read: others learn nothing from the answer to a body.
pub(crate) struct Admin {
    pub(super) scope: Scope,
    pub(super) actor: Actor,
}

impl FromRequestParts<App> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let route = parts.extensions.get::<MatchedPath>().map_or_else(|| parts.uri.path(), MatchedPath::as_str);
        let principal = caller.admin(&format!("use {route}"))?;
        let changed_by = parts.headers.get(CHANGED_BY);
        let actor = Actor {
            id: MASTER_USER.to_owned(),
            changed_by: changed_by.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
            at: app.engine().clock.now(),
        };
        Ok(Self { scope: principal.scope(), actor })
    }
}
