//! Credential → principal. The only door: nothing behind it sees an unauthenticated caller.

use store::KeyHash;
use wire::{ErrorKind, ErrorReply};

use crate::engine::Engine;
use crate::principal::Principal;
use crate::secret::Secret;
use crate::settings::Settings;

/// Finds out who holds `credential`. Whatever is wrong with it, the answer does not tell which keys exist.
pub(crate) async fn identify(
    engine: &Engine,
    settings: &Settings,
    credential: Option<&Secret>,
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
    let row = engine.keys.find(&hash).await.map_err(|error| {
        tracing::error!(error = &*error as &dyn std::error::Error, "a key could not be looked up");
        ErrorReply::new(ErrorKind::Unavailable, "The key cannot be checked right now: try again shortly.")
    })?;
    let row = row.ok_or_else(unknown)?;
    if row.blocked {
        return Err(refused("This API key is blocked: ask an administrator to unblock it."));
    }
    if row.expires_at.is_some_and(|at| at <= engine.clock.now()) {
        return Err(refused("This API key has expired: ask for a new one.").with_type("expired_key"));
    }
    Ok(Principal::of_key(row))
}

fn unknown() -> ErrorReply {
    refused("Invalid API key: virtual keys start with sk- and are issued by /key/generate.")
}

fn refused(message: &str) -> ErrorReply {
    ErrorReply::new(ErrorKind::Authentication, format!("Authentication Error, {message}"))
}
