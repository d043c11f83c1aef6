//! Credential → principal. The only door: nothing behind it sees an unauthenticated caller.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde_json::Value;
use store::keys::KeyRow;
use store::{KeyHash, StoreError};
use wire::{ErrorKind, ErrorReply};

use crate::directory::Directory;
use crate::engine::Engine;
use crate::principal::{Caller, Principal};
use crate::rights::{bonds, routes};
use crate::secret::Secret;
use crate::settings::Settings;

/// The group of routes that a key which was replaced still opens.
const CALLS_ONLY: &str = "llm_api_routes";

/// Finds out who holds `credential`. Whatever is wrong with it, the answer does not tell which keys exist. `path` is what the
/// caller asks for: a key may be for some of it only.
pub(crate) async fn identify(
    engine: &Engine,
    settings: &Settings,
    credential: Option<&Secret>,
    path: &str,
) -> Result<Principal, ErrorReply> {
    let Some(credential) = credential else {
        return Err(refused("No API key was sent: use the Authorization: Bearer, x-api-key or api-key header."));
    };
    let digest = credential.sha256_hex();
    if settings.master_key.has_digest(&digest) {
        return Ok(Principal::master());
    }
    if !credential.reveal().starts_with("sk-") {
        return Err(unknown());
    }
    let hash = KeyHash::parse(&digest).map_err(|_| unknown())?;
    let open = engine.directory.key(&hash).await.map_err(|error| unavailable(&error))?.ok_or_else(unknown)?;
    let now = engine.clock.now();
    if open.closes_at.is_some_and(|at| at <= now) {
        return Err(unknown());
    }
    // otherwise whoever has the old text could make himself a key that outlives it, or replace the new one
    if open.closes_at.is_some() && !routes::lists(&[CALLS_ONLY.to_owned()], path) {
        let message = "This API key was replaced. Until it closes it is for calls of models only: use the new one.";
        return Err(ErrorReply::new(ErrorKind::Permission, message).with_type("auth_error"));
    }
    let caller = caller(&engine.directory, &open.row).await?;
    admit(&caller, now)?;
    let routes = &caller.key.settings.allowed_routes;
    if !routes.is_empty() && !routes::lists(routes, path) {
        let message = format!("This key is not allowed to call {path}. It may call: {}.", routes.join(", "));
        return Err(ErrorReply::new(ErrorKind::Permission, message).with_type("auth_error"));
    }
    pass_through(&caller, path)?;
    Ok(Principal::of_key(caller))
}

/// Refuses a pass-through that the key or its team denies, or that is not among those that one of them allows.
fn pass_through(caller: &Caller, path: &str) -> Result<(), ErrorReply> {
    // as the handler will read it
    let path = percent_decode_str(path).decode_utf8_lossy();
    let team = caller.team.as_ref().map(|team| &team.metadata);
    for metadata in [Some(&caller.key.metadata), team].into_iter().flatten() {
        let list = |name: &str| metadata.get(name).and_then(Value::as_array).filter(|list| !list.is_empty());
        let (allowed, denied) = (list(bonds::ALLOWED), list(bonds::DENIED));
        if allowed.is_none() && denied.is_none() {
            continue;
        }
        let Some(route) = routes::as_pass_through(&path) else { return Ok(()) };
        let names = |list: &Vec<Value>| {
            let entries: Vec<_> = list.iter().filter_map(|entry| entry.as_str().map(str::to_owned)).collect();
            routes::lists(&entries, &route)
        };
        if denied.is_some_and(names) || allowed.is_some_and(|allowed| !names(allowed)) {
            let message = format!("This key is not allowed to pass calls through at {route}.");
            return Err(ErrorReply::new(ErrorKind::Permission, message).with_type("auth_error"));
        }
    }
    Ok(())
}

/// The key and what stands above it.
pub(super) async fn caller(directory: &Directory, key: &Arc<KeyRow>) -> Result<Caller, ErrorReply> {
    let failed = |error: Arc<StoreError>| unavailable(&error);
    let gone = |what: &str| refused(&format!("The {what} of this API key does not exist any more: ask for a new key."));
    let person = match &key.user_id {
        // keys may be for users whom nobody has made known
        Some(user) => directory.person(user).await.map_err(failed)?,
        None => None,
    };
    let team = match &key.team_id {
        Some(team) => Some(directory.team(team).await.map_err(failed)?.ok_or_else(|| gone("team"))?),
        None => None,
    };
    let project = match &key.project_id {
        Some(project) => Some(directory.project(project).await.map_err(failed)?.ok_or_else(|| gone("project"))?),
        None => None,
    };
    let above = team.as_ref().and_then(|team| team.organization_id.as_ref()).or(key.organization_id.as_ref());
    let organization = match above {
        Some(above) => Some(directory.organization(above).await.map_err(failed)?.ok_or_else(|| gone("organization"))?),
        None => None,
    };
    let of_team = team.as_ref().is_some_and(|team| !team.settings.access_group_ids.is_empty());
    let access_groups = if of_team || !key.settings.access_group_ids.is_empty() {
        Some(directory.access_groups().await.map_err(failed)?)
    } else {
        None
    };
    Ok(Caller { key: Arc::clone(key), person, team, project, organization, access_groups })
}

/// Refuses a key that is not to be used now.
fn admit(caller: &Caller, now: i64) -> Result<(), ErrorReply> {
    let blocked = |what: &str| Err(refused(&format!("{what} is blocked: ask an administrator to unblock it.")));
    if caller.key.blocked {
        return blocked("This API key");
    }
    if caller.team.as_ref().is_some_and(|team| team.blocked) {
        return blocked("The team of this API key");
    }
    if caller.project.as_ref().is_some_and(|project| project.blocked) {
        return blocked("The project of this API key");
    }
    if caller.key.expires_at.is_some_and(|at| at <= now) {
        return Err(refused("This API key has expired: ask for a new one.").with_type("expired_key"));
    }
    Ok(())
}

pub(super) fn unavailable(error: &StoreError) -> ErrorReply {
    tracing::error!(error = error as &dyn std::error::Error, "who is calling could not be looked up");
    ErrorReply::new(ErrorKind::Unavailable, "Who is calling cannot be checked right now: try again shortly.")
}

fn unknown() -> ErrorReply {
    refused("Invalid API key: virtual keys start with sk- and are issued by /key/generate.")
}

fn refused(message: &str) -> ErrorReply {
    ErrorReply::new(ErrorKind::Authentication, format!("Authentication Error, {message}"))
}
