//! What an attempt needs before it goes on record: its hold, and its body in the provider's dialect.

use bytes::Bytes;
use providers::{Transport, UpstreamError};
use wire::{ErrorKind, ErrorReply};

use super::ask::{Ask, invalid};
use super::dispatch::Failed;
use super::reserve::{self, Allowance};
use super::{Exchange, answer};
use crate::engine::Engine;
use crate::models::Target;
use crate::upstream::{self, Prepared};

/// The hold and the body; an error leaves nothing behind.
pub(super) fn prepare(
    engine: &Engine,
    exchange: &Exchange,
    ask: &Ask,
    target: &Target,
) -> Result<(Allowance, Prepared), Failed> {
    // what is too dear at one deployment may be affordable at another
    let allowance = reserve::reserve(engine, exchange, ask, target).map_err(UpstreamError::unsuited)?;
    match body(exchange, ask, target, allowance.ceiling).and_then(|body| permitted(exchange, ask, target, body)) {
        Ok(prepared) => Ok((allowance, prepared)),
        Err(failed) => {
            reserve::give_back(engine, allowance);
            Err(failed)
        }
    }
}

/// The body, and the names of what it could not take along.
fn body(exchange: &Exchange, ask: &Ask, target: &Target, ceiling: Option<u64>) -> Result<Prepared, Failed> {
    let call = &exchange.call;
    match target.deployment.provider.transport {
        Transport::Http(dialect) if dialect == ask.dialect => {
            Ok(upstream::same(&call.body, &ask.envelope, target, dialect, ceiling))
        }
        Transport::Http(dialect) => {
            // what this dialect's reader refuses, a deployment that needs no reading may still take
            let conversation = ask.conversation(call).map_err(UpstreamError::unsuited)?;
            let written = upstream::across(conversation, target, dialect, ceiling);
            Ok(written.map_err(|error| UpstreamError::unsuited(invalid(error)))?)
        }
        Transport::Local(_) => {
            let dropped = ask.conversation(call)?.unmapped.clone();
            Ok(Prepared { body: Bytes::new(), dropped })
        }
    }
}

/// What cannot be carried is refused by name, unless an administrator said that it may be dropped and named.
fn permitted(exchange: &Exchange, ask: &Ask, target: &Target, prepared: Prepared) -> Result<Prepared, Failed> {
    if let Some(refusal) = ask.dialect.cannot_lose(&prepared.dropped) {
        return Err(UpstreamError::unsuited(refusal).into());
    }
    if prepared.dropped.is_empty() || target.deployment.drop_params.unwrap_or(exchange.settings.drop_params) {
        return Ok(prepared);
    }
    let names = answer::named(&prepared.dropped);
    let message = format!(
        "This model's provider has no counterpart for: {names}. Leave it out, or have an administrator set drop_params to drop it."
    );
    let reply = ErrorReply::new(ErrorKind::InvalidRequest, message)
        .with_param(prepared.dropped.into_iter().next().unwrap_or_default())
        .with_type("invalid_request_error");
    Err(UpstreamError::unsuited(reply).into())
}
