//! How many tokens a request would be. It is free, so nothing is held and nothing goes on record: a provider that counts is
//! asked, and where none does, or none answers, the gateway says what it estimates.

pub(super) mod estimate;

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use providers::{Fault, Operation, Retry, Transport, UpstreamError};
use store::ledger::Payer;
use tokio::time::Instant;
use wire::dialect::Counted;
use wire::{Dialect, ErrorKind, ErrorReply};

use super::ask::{self, Ask, invalid};
use super::dispatch::{Failed, retell};
use super::{answer, permit, relay};
use crate::call::{Answer, Call};
use crate::endings::Ending;
use crate::engine::Engine;
use crate::models::Target;
use crate::principal::Principal;
use crate::routing::Route;
use crate::settings::Settings;
use crate::upstream::{self, Outbound, Prepared};

/// How many deployments are asked before the gateway estimates.
const MOST_ASKED: usize = 2;
/// How long a provider may take: clients wait for a count before they make the call itself.
const LONGEST: Duration = Duration::from_secs(10);
/// No provider has a model with a ceiling above. Counters take none, but the writers set one against the budget for thinking.
const NO_CEILING: u64 = 1 << 40;

/// Says where a count is from.
const SOURCE: &str = "x-turnpike-token-count";

/// A count and where it is from.
struct Count {
    tokens: u64,
    source: &'static str,
    deployment: Option<String>,
    /// What of the request was not counted.
    dropped: Vec<String>,
    /// The provider's.
    headers: HeaderMap,
}

/// Answers the question how many tokens the request in `call` is.
pub(crate) async fn count(engine: &Engine, principal: &Principal, call: Call) -> Answer {
    let (dialect, id) = (call.dialect, call.id.clone());
    counted(engine, principal, call).await.unwrap_or_else(|refusal| {
        let status = StatusCode::from_u16(dialect.error_status(&refusal)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        answer::refusal(dialect, &id, &refusal, status)
    })
}

async fn counted(engine: &Engine, principal: &Principal, mut call: Call) -> Result<Answer, ErrorReply> {
    if engine.endings.is_stopping() {
        return Err(*relay::ended(Ending::Stopping).reply);
    }
    let settings = engine.settings();
    let (counted, mut dropped) = call.dialect.counted(&call.body).map_err(invalid)?;
    match counted {
        Counted::At(span) => call.body = call.body.slice(span),
        Counted::Invoked(body) => (call.dialect, call.body) = (Dialect::BedrockInvoke, body.into()),
    }
    let ask = ask::read(principal, &call, &settings)?;
    permit::permit(engine, &settings, principal, &call, &ask).await?;
    let count = match of_provider(engine, &settings, &call, &ask).await {
        Ok(Some(count)) => count,
        Ok(None) => guessed(&ask)?,
        Err(failed) if is_no_answer(&failed.error) => guessed(&ask)?,
        Err(Failed { error, answered: Some(answered) }) => {
            return Ok(retell(&ask, &call.id, &error.reply, *answered));
        }
        Err(Failed { error, answered: None }) => return Err(*error.reply),
    };
    let mut headers = answer::json_headers(ask.dialect, &call.id);
    headers.push((SOURCE, count.source.to_owned()));
    headers.push(("x-litellm-model-group", ask.group.clone()));
    headers.extend(count.deployment.map(|id| ("x-litellm-model-id", id)));
    dropped.extend(count.dropped);
    if !dropped.is_empty() {
        headers.push(("x-turnpike-dropped", answer::named(&dropped)));
    }
    answer::pass_on(&mut headers, &count.headers);
    Ok(answer::whole(StatusCode::OK, headers, ask.dialect.write_count(count.tokens).into()))
}

/// A count of one of the deployments; `None` where none of them counts, else the last failure.
async fn of_provider(engine: &Engine, settings: &Settings, call: &Call, ask: &Ask) -> Result<Option<Count>, Failed> {
    let mut route = Route::new(&ask.targets);
    let mut before = None;
    let mut last = None;
    let mut number = 0;
    while number < MOST_ASKED
        && let Some(target) = route.next(before, &engine.ids).and_then(|at| ask.targets.get(at))
    {
        // only what was not tried yet comes next
        before = Some(Retry::OtherTarget);
        if let Transport::Local { answer, .. } = target.deployment.provider.transport {
            let conversation = ask.conversation()?;
            complete(ask, &conversation.unmapped)?;
            let tokens = answer(conversation).usage.input.unwrap_or_default();
            return Ok(Some(Count::of(tokens, target, conversation.unmapped.clone(), HeaderMap::new())));
        }
        let Some(dialect) = target.deployment.counter_for(ask.dialect) else { continue };
        number += 1;
        match ask_one(engine, settings, call, ask, target, (dialect, number)).await {
            Ok(count) => return Ok(Some(count)),
            Err(failed) => {
                let UpstreamError { fault, retry, .. } = failed.error;
                tracing::warn!(call.id = call.id, attempt = number, ?fault, ?retry, "tokens were not counted");
                last = Some(failed);
                if retry == Retry::Never {
                    break;
                }
            }
        }
    }
    last.map_or(Ok(None), Err)
}

/// The count of one deployment, asked in `dialect`.
async fn ask_one(
    engine: &Engine,
    settings: &Settings,
    call: &Call,
    ask: &Ask,
    target: &Target,
    (dialect, number): (Dialect, usize),
) -> Result<Count, Failed> {
    let (body, dropped) = question(ask, target, dialect)?;
    let longest = target.deployment.timeout.unwrap_or(LONGEST).min(settings.deadlines.first_byte).min(LONGEST);
    let by = Instant::now() + longest;
    let trace = format!("{}-count-{number}", call.id);
    let operation = (dialect, Operation::CountTokens);
    let outbound = Outbound::new(call, target, operation, &trace, &ask.meaningful_headers(), body)?;
    let told = async {
        let outbound = outbound.signed(target, engine.clock.now()).await?;
        let mut inbound = engine.upstream.send(outbound, by).await?;
        if !inbound.is_plain() {
            return Err(
                UpstreamError::malformed("the provider's answer is encoded although nobody asked for that").into()
            );
        }
        if inbound.status != StatusCode::OK {
            let body = inbound.error_words(by).await;
            return Err(relay::words::refusal(&target.deployment, (ask.dialect, dialect), inbound, body));
        }
        let body = inbound.whole(by, longest).await?;
        let tokens = std::str::from_utf8(&body).ok().and_then(|text| dialect.read_count(text));
        let tokens = tokens.ok_or_else(|| UpstreamError::malformed("the provider's answer tells no tokens"))?;
        Ok(Count::of(tokens, target, dropped, inbound.headers))
    };
    // nothing is paid for a count: only the gateway's own end ends it
    let nobody = Payer::default();
    tokio::select! {
        told = told => told,
        ending = engine.endings.ended(&nobody, engine.endings.number()) => Err(relay::ended(ending).into()),
    }
}

/// The question to a deployment, and what of the request it leaves out: the client's own bytes in its own dialect, else the
/// conversation as it would be sent, as far as the counter takes it.
fn question(ask: &Ask, target: &Target, dialect: Dialect) -> Result<(Bytes, Vec<String>), Failed> {
    let less = ask.without(&target.deployment.drop_fields).map_err(UpstreamError::unsuited)?;
    let (ask, cut) = less.as_ref().map_or((ask, [].as_slice()), |(less, cut)| (less, cut));
    let unsaid = |error| UpstreamError::unsuited(invalid(error));
    let Prepared { body, dropped, mut changed, .. } = if dialect == ask.dialect {
        upstream::same(&ask.body, &ask.envelope, target, dialect, None)
    } else {
        let conversation = ask.conversation().map_err(UpstreamError::unsuited)?;
        upstream::across(conversation, target, (ask.dialect, dialect), Some(NO_CEILING)).map_err(unsaid)?
    };
    // both came from text
    let written = std::str::from_utf8(&body).unwrap_or_default();
    let asked = if dialect == ask.dialect { written.to_owned() } else { dialect.countable(written).map_err(unsaid)? };
    changed.extend_from_slice(cut);
    changed.extend(dropped);
    complete(ask, &changed)?;
    Ok((dialect.count_question(&target.model, &asked).into(), changed))
}

/// About how many tokens a request is.
pub(super) fn estimated(request: &wire::chat::Request) -> u64 {
    estimate::tokens(request)
}

/// What the gateway itself makes of the request.
fn guessed(ask: &Ask) -> Result<Count, ErrorReply> {
    let conversation = ask.conversation()?;
    complete(ask, &conversation.unmapped)?;
    Ok(Count {
        tokens: estimate::tokens(conversation),
        source: "estimated",
        deployment: None,
        dropped: conversation.unmapped.clone(),
        headers: HeaderMap::new(),
    })
}

/// Refuses to count a part of a conversation whose rest stands elsewhere.
fn complete(ask: &Ask, lost: &[String]) -> Result<(), ErrorReply> {
    ask.dialect.cannot_lose(lost).map_or(Ok(()), Err)
}

/// Whether a failure says nothing about the request: the provider does not count, may not be asked by the gateway, or is not
/// there.
fn is_no_answer(error: &UpstreamError) -> bool {
    let reply = &error.reply;
    match error.fault {
        Fault::Gateway => true,
        Fault::Upstream => reply.kind != ErrorKind::RateLimited,
        // "The provided model doesn't support counting tokens" is a ValidationException at Bedrock
        Fault::Client => {
            let unknown = matches!(reply.status, 405 | 501);
            unknown || (reply.kind == ErrorKind::InvalidRequest && reply.message.contains("support"))
        }
    }
}

impl Count {
    /// What a deployment said.
    fn of(tokens: u64, target: &Target, dropped: Vec<String>, headers: HeaderMap) -> Self {
        Self { tokens, source: "provider", deployment: Some(target.deployment.id.clone()), dropped, headers }
    }
}
