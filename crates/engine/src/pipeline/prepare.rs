//! What an attempt needs before it goes on record: its hold, and its body in the provider's dialect.

use providers::UpstreamError;
use wire::{Dialect, ErrorKind, ErrorReply};

use super::ask::{Ask, invalid};
use super::dispatch::Failed;
use super::reserve::{self, Allowance};
use super::{Exchange, answer};
use crate::engine::Engine;
use crate::models::Target;
use crate::upstream::{self, Prepared};

/// So much longer may a body be in another dialect by its names and braces, which are no text to the model.
const STRUCTURE: usize = 1024;

/// The hold and the body; an error leaves nothing behind.
pub(super) async fn prepare(
    engine: &Engine,
    exchange: &Exchange,
    ask: &Ask,
    target: &Target,
) -> Result<(Allowance, Prepared), Failed> {
    // what is too dear at one deployment may be affordable at another
    let reserve =
        async |bytes| reserve::reserve(engine, exchange, ask, target, bytes).await.map_err(UpstreamError::unsuited);
    let bytes = ask.body.len();
    let allowance = reserve(bytes).await?;
    let (allowance, prepared) = written(engine, exchange, ask, target, allowance)?;
    let sent = prepared.body.len();
    if sent <= bytes.saturating_add(STRUCTURE) {
        return Ok((allowance, prepared));
    }
    // what is sent is longer than what was held for: functions that stand in for tools have words of their own
    let ceiling = allowance.ceiling;
    reserve::give_back(engine, allowance);
    let allowance = reserve(sent).await?;
    if allowance.ceiling == ceiling {
        return Ok((allowance, prepared));
    }
    written(engine, exchange, ask, target, allowance)
}

/// The body with the ceiling of `allowance`, which is given back where there can be none.
fn written(
    engine: &Engine,
    exchange: &Exchange,
    ask: &Ask,
    target: &Target,
    allowance: Allowance,
) -> Result<(Allowance, Prepared), Failed> {
    match body(ask, target, allowance.ceiling).and_then(|body| permitted(exchange, ask, target, body)) {
        Ok(prepared) => Ok((allowance, prepared)),
        Err(failed) => {
            reserve::give_back(engine, allowance);
            Err(failed)
        }
    }
}

/// The body, and the names of what it could not take along.
fn body(ask: &Ask, target: &Target, ceiling: Option<u64>) -> Result<Prepared, Failed> {
    let deployment = &target.deployment;
    let less = ask.without(&deployment.drop_fields).map_err(UpstreamError::unsuited)?;
    let (ask, cut) = less.as_ref().map_or((ask, [].as_slice()), |(less, cut)| (less, cut));
    let mut prepared = match ask.dialect_at(target) {
        dialect if ask.task.is_embedding() => embedding(ask, target, dialect)?,
        Some(dialect) if dialect == ask.dialect => upstream::same(&ask.body, &ask.envelope, target, dialect, ceiling),
        Some(dialect) => {
            // what this dialect's reader refuses, a deployment that needs no reading may still take
            let conversation = ask.conversation().map_err(UpstreamError::unsuited)?;
            let written = upstream::across(conversation, target, (ask.dialect, dialect), ceiling);
            written.map_err(|error| UpstreamError::unsuited(invalid(error)))?
        }
        None => {
            let conversation = ask.conversation()?.clone();
            let dropped = conversation.unmapped.clone();
            let says_nothing = upstream::nothing_was_read(&conversation);
            Prepared { dropped, says_nothing, conversation: Some(Box::new(conversation)), ..Prepared::default() }
        }
    };
    prepared.changed.extend_from_slice(cut);
    if ask.envelope.tags.are_in_metadata {
        // the call is tagged with them, so nothing is lost: they are named, and need no permission
        let heeded = prepared.dropped.extract_if(.., |name| name == "metadata.tags");
        prepared.changed.extend(heeded);
    }
    Ok(prepared)
}

/// The body of a request for vectors.
fn embedding(ask: &Ask, target: &Target, dialect: Option<Dialect>) -> Result<Prepared, Failed> {
    let Some(dialect) = dialect else {
        let request = ask.embedding()?;
        let dropped = request.unmapped.clone();
        return Ok(Prepared { dropped, embedding: Some(Box::new(request)), ..Prepared::default() });
    };
    if !dialect.embeds() {
        let message =
            format!("The model '{}' has no embeddings: its provider answers conversations.", ask.envelope.model);
        let reply = ErrorReply::new(ErrorKind::InvalidRequest, message).with_param("model");
        return Err(UpstreamError::unsuited(reply).into());
    }
    if dialect == ask.dialect {
        return Ok(upstream::same_embedding(&ask.body, &ask.envelope, target, dialect));
    }
    let request = ask.embedding().map_err(UpstreamError::unsuited)?;
    let written = upstream::embedding_across(&request, target, dialect);
    written.map_err(|error| UpstreamError::unsuited(invalid(error)).into())
}

/// What cannot be carried is refused by name, unless an administrator said that it may be dropped and named.
fn permitted(exchange: &Exchange, ask: &Ask, target: &Target, mut prepared: Prepared) -> Result<Prepared, Failed> {
    prepared.changed.extend_from_slice(&prepared.dropped);
    if let Some(refusal) = ask.dialect.cannot_lose(&prepared.changed) {
        return Err(UpstreamError::unsuited(refusal).into());
    }
    if prepared.dropped.is_empty() || target.deployment.drop_params.unwrap_or(exchange.settings.drop_params) {
        if prepared.says_nothing {
            let names = answer::named(&prepared.changed);
            let message =
                format!("Nothing is left to say to this model without: {names}. Its provider has no counterpart.");
            return Err(uncarried(message, prepared.changed));
        }
        return Ok(Prepared { dropped: prepared.changed, changed: Vec::new(), ..prepared });
    }
    let names = answer::named(&prepared.dropped);
    let message = format!(
        "This model's provider has no counterpart for: {names}. Leave it out, or have an administrator set drop_params to drop it."
    );
    Err(uncarried(message, prepared.dropped))
}

/// The refusal of a request for these fields.
fn uncarried(message: String, fields: Vec<String>) -> Failed {
    let reply = ErrorReply::new(ErrorKind::InvalidRequest, message)
        .with_param(fields.into_iter().next().unwrap_or_default())
        .with_type("invalid_request_error");
    UpstreamError::unsuited(reply).into()
}
