//! Route and dispatch: choose a deployment, hold, record, call, and try again where that can help.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use providers::{Retry, UpstreamError};
use tokio::time::{Instant, sleep_until};
use wire::{ErrorKind, ErrorReply};

use super::ask::Ask;
use super::relay::{self, Relayed};
use super::settle::{Conclusion, settle};
use super::{Exchange, answer, limit, prepare, reserve};
use crate::call::Answer;
use crate::endings::Ending;
use crate::engine::Engine;
use crate::routing::Route;
use crate::upstream::Prepared;

/// A provider that asks for a longer pause is not waited for: the client is told when to come back.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
const FIRST_BACKOFF: Duration = Duration::from_millis(500);
const LONGEST_BACKOFF: Duration = Duration::from_secs(8);

/// Why there is no answer from one deployment.
pub(super) struct Failed {
    pub(super) error: UpstreamError,
    pub(super) answered: Option<Box<Answered>>,
}

/// The provider's own words.
pub(super) struct Answered {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// Its body, when the client speaks its dialect and may see it.
    pub(super) body: Option<Bytes>,
}

impl From<UpstreamError> for Failed {
    fn from(error: UpstreamError) -> Self {
        Self { error, answered: None }
    }
}

impl From<ErrorReply> for Failed {
    fn from(reply: ErrorReply) -> Self {
        UpstreamError::hopeless(reply).into()
    }
}

/// Tries deployments until one answers or nothing more may be tried.
pub(super) async fn dispatch(engine: &Engine, exchange: &mut Exchange, ask: &Ask) -> Result<(), ErrorReply> {
    if engine.endings.is_stopping() {
        return Err(*relay::ended(Ending::Stopping).reply);
    }
    let mut route = Route::new(&ask.targets);
    let most = exchange.settings.retries.saturating_add(1);
    let mut number = 1;
    let mut last: Option<(Failed, Option<usize>)> = None;
    loop {
        let retry = last.as_ref().map(|(failed, _)| failed.error.retry);
        let chosen = if number > most { None } else { route.next(retry, &engine.ids) };
        let Some(at) = chosen else { break };
        let Some(target) = ask.targets.get(at).cloned() else { break };
        if let Some((failed, before)) = &last
            && !pause(engine, exchange, failed, *before == Some(at), number).await
        {
            break;
        }
        exchange.room = match limit::at_deployment(engine, exchange, ask, &target).await {
            Ok(room) => room,
            Err(full) => {
                last.get_or_insert((full, None));
                route.exclude(at);
                continue;
            }
        };
        let (allowance, prepared) = match prepare::prepare(engine, exchange, ask, &target).await {
            Ok(ready) => ready,
            Err(failed) => {
                // what was tried says more of what may be tried again than what could not be
                last.get_or_insert((failed, None));
                exchange.leave_room(engine);
                route.exclude(at);
                continue;
            }
        };
        let begun = reserve::begin(engine, exchange, ask, number, target, allowance).await?;
        exchange.open = Some(begun.in_room(&mut exchange.room));
        number += 1;
        match attempt(engine, exchange, ask, prepared).await {
            Ok(()) => return Ok(()),
            Err(failed) if exchange.client.has_begun() => return Err(*failed.error.reply),
            Err(failed) => {
                if failed.error.reply.status == StatusCode::UNAUTHORIZED {
                    engine.refused_credential.notify_one();
                }
                let UpstreamError { fault, retry, .. } = &failed.error;
                tracing::warn!(call.id = exchange.call.id, attempt = number - 1, ?fault, ?retry, "an attempt failed");
                last = Some((failed, Some(at)));
            }
        }
    }
    exchange.give_back_limits(engine);
    Err(give_up(exchange, ask, last.map(|(failed, _)| failed)))
}

/// One attempt from its place in the journal to its settlement. Only a success, or a client that left, is `Ok`.
async fn attempt(engine: &Engine, exchange: &mut Exchange, ask: &Ask, prepared: Prepared) -> Result<(), Failed> {
    let relayed = relay::relay(engine, exchange, ask, prepared).await;
    let Some(attempt) = exchange.open.take() else { return Ok(()) };
    match relayed {
        Ok(Relayed::Whole { mut headers, body }) => {
            let settled = settle(engine, attempt, Conclusion::Success).await;
            answer::charge(&mut headers, settled.cost, settled.spent);
            exchange.client.answer(answer::whole(StatusCode::OK, headers, body));
            Ok(())
        }
        Ok(Relayed::Streamed { conclusion, inbound }) => {
            settle(engine, attempt, conclusion).await;
            exchange.client.end();
            if let Some(inbound) = inbound {
                inbound.close().await;
            }
            Ok(())
        }
        Err(failed) => {
            let kind = failed.error.reply.kind;
            let billed = failed.error.may_have_billed;
            settle(engine, attempt, if billed { Conclusion::Failed { kind } } else { Conclusion::Refused { kind } })
                .await;
            Err(failed)
        }
    }
}

/// Waits as long as is decent before another try; `false` when there is no use in one.
async fn pause(engine: &Engine, exchange: &mut Exchange, failed: &Failed, same_target: bool, number: u32) -> bool {
    let wait = match failed.error.retry {
        Retry::Never => return false,
        Retry::OtherTarget => Duration::ZERO,
        Retry::Again { after: Some(after) } if after > LONGEST_PAUSE => return !same_target,
        Retry::Again { .. } if !same_target => Duration::ZERO,
        Retry::Again { after: Some(after) } => after,
        Retry::Again { after: None } => {
            FIRST_BACKOFF.saturating_mul(1 << number.saturating_sub(2).min(8)).min(LONGEST_BACKOFF)
        }
    };
    let until = Instant::now() + wait;
    if until >= exchange.deadline {
        return false;
    }
    tokio::select! {
        biased;
        () = exchange.client.left() => false,
        _ = engine.endings.ended(&exchange.payer, exchange.endings) => false,
        () = sleep_until(until) => true,
    }
}

/// Tells the client of the last failure.
fn give_up(exchange: &mut Exchange, ask: &Ask, failed: Option<Failed>) -> ErrorReply {
    let Some(Failed { error, answered }) = failed else {
        return ErrorReply::new(ErrorKind::Unavailable, "No deployment of this model can be tried.");
    };
    let Some(answered) = answered else { return *error.reply };
    exchange.client.answer(retell(ask, &exchange.call.id, &error.reply, *answered));
    *error.reply
}

/// The answer to a client that a provider refused: in the provider's own words where the client speaks its dialect.
pub(super) fn retell(ask: &Ask, id: &str, reply: &ErrorReply, answered: Answered) -> Answer {
    let mut headers = answer::json_headers(ask.dialect, id);
    headers.push(("x-litellm-model-group", ask.group.clone()));
    answer::pass_on(&mut headers, &answered.headers);
    answer::name_error(&mut headers, ask.dialect, reply);
    let body = answered.body.unwrap_or_else(|| ask.dialect.write_error(reply, id).into());
    answer::whole(answered.status, headers, body)
}
