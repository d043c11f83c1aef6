//! The life of a call, top to bottom: each line of `live` is a stage with a file of its own.
//!
//! A call runs in a task of its own. The client only reads from it through a bounded channel, so that a client that leaves
//! can never take the accounting with it. Every attempt that was begun ends in exactly one `settle`.

mod afford;
mod answer;
mod ask;
mod attempt;
mod client;
mod count;
mod customer;
mod demands;
mod dispatch;
mod governed;
mod identify;
mod instead;
mod limit;
mod list;
mod permit;
mod pieces;
mod prepare;
mod relay;
mod reserve;
mod settle;
mod translate;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use http::StatusCode;
use store::ledger::Payer;
use tokio::sync::oneshot;
use tokio::time::Instant;
use wire::chat::Usage;
use wire::{Dialect, ErrorKind, ErrorReply};

use crate::budgets::claims::{self, Claims};
use crate::call::{Answer, Call};
use crate::engine::Engine;
use crate::limits::Taken;
use crate::principal::Principal;
use crate::settings::Settings;
use crate::telemetry::events;

pub(crate) use count::count;
pub(crate) use governed::Remembered;
pub(crate) use identify::identify;
pub(crate) use list::list;
pub use list::{AccessGroupNames, Wanted};

use self::ask::Ask;
use self::attempt::Attempt;
use self::client::Client;
use self::governed::Known;
use self::limit::CallLimits;
use self::settle::Conclusion;

/// LiteLLM's: names with commas between them.
const TAGS_HEADER: &str = "x-litellm-tags";

/// About how many tokens the prompt of a request of OpenAI's chat API is.
pub(crate) fn estimated_prompt(request: &str) -> Result<money::Tokens, ErrorReply> {
    let request = Dialect::OpenAiChat.read_request(request).map_err(ask::invalid)?;
    Ok(money::Tokens { input: count::estimated(&request), ..money::Tokens::default() })
}

/// The tokens that an answer says were used.
pub(crate) fn told_tokens(usage: &Usage) -> money::Tokens {
    settle::tokens(usage)
}

/// One call under way.
struct Exchange {
    principal: Principal,
    call: Call,
    /// Who pays. Known in full once the call has been permitted.
    payer: Arc<Payer>,
    /// The budgets that it counts against, and what it is tagged with. Likewise.
    claims: Claims,
    tags: Vec<String>,
    /// Endings of calls before this one are not its own.
    endings: u64,
    settings: Arc<Settings>,
    /// What it has taken of limits, and of those of the deployment that is tried next.
    limits: Arc<CallLimits>,
    room: Taken,
    client: Client,
    /// The attempt that is dispatched and not settled yet; at most one.
    open: Option<Attempt>,
    began: Instant,
    /// When the call is over, whatever it is doing.
    deadline: Instant,
}

/// Runs a call to its end: answers `client` and settles.
pub(crate) async fn serve(
    engine: Arc<Engine>,
    settings: Arc<Settings>,
    principal: Principal,
    call: Call,
    client: oneshot::Sender<Answer>,
) {
    let began = Instant::now();
    let deadline = began + settings.deadlines.total;
    let client = Client::new(call.dialect, call.id.clone(), client);
    let mut exchange = Exchange {
        principal,
        call,
        payer: Arc::default(),
        claims: Claims::default(),
        tags: Vec::new(),
        endings: engine.endings.number(),
        settings,
        limits: Arc::default(),
        room: Taken::default(),
        client,
        open: None,
        began,
        deadline,
    };
    let ended = AssertUnwindSafe(live(&engine, &mut exchange)).catch_unwind().await;
    let refusal = match ended {
        Ok(Ok(())) => None,
        Ok(Err(refusal)) => Some(refusal),
        Err(_panic) => {
            Some(ErrorReply::new(ErrorKind::Internal, "the gateway failed; the request id finds it in the log"))
        }
    };
    // first of all: what is written of the call may take a while, and nothing of it is under way any more
    exchange.leave(&engine);
    if let Some(attempt) = exchange.open.take() {
        settle::settle(&engine, attempt, Conclusion::Failed { kind: ErrorKind::Internal }).await;
    }
    exchange.give_back_limits(&engine);
    if let Some(refusal) = &refusal {
        exchange.client.refuse(refusal);
    }
    events::call_ended(exchange.call.dialect, refusal.as_ref(), exchange.began.elapsed());
}

/// What is asked and, where the budget of its model does not allow that, what the key wants asked instead.
async fn live(engine: &Engine, exchange: &mut Exchange) -> Result<(), ErrorReply> {
    let ask = ask::read(&exchange.principal, &exchange.call, &exchange.settings)?;
    match stages(engine, exchange, &ask).await {
        Err(refusal) if afford::is_of_model(&refusal) => instead::ask(engine, exchange, &ask, refusal).await,
        ended => ended,
    }
}

/// The stages behind `identify`, in order.
async fn stages(engine: &Engine, exchange: &mut Exchange, ask: &Ask) -> Result<(), ErrorReply> {
    let Exchange { principal, call, settings, .. } = exchange;
    let customer = permit::permit(engine, settings, principal, call, ask).await?;
    demands::check(settings, principal, &call.body, customer.is_some())?;
    let header = call.headers.get(TAGS_HEADER).and_then(|value| value.to_str().ok());
    demands::check_tags(settings, header, &ask.envelope.tags)?;
    let tags = claims::tags(principal, header, &ask.envelope.tags.names);
    let known = Known { principal, settings, ask, customer: customer.as_ref(), tags: &tags };
    let governed = governed::find(engine, &known).await?;
    exchange.claims = governed.claims.clone();
    exchange.tags = tags;
    limit::admit(engine, exchange, ask, &governed.lines).await?;
    exchange.payer = Arc::new(exchange.principal.payer(customer));
    // reserve, relay and settle happen for each attempt, inside dispatch
    dispatch::dispatch(engine, exchange, ask).await
}

/// The answer when an exchange was lost before it could say anything.
pub(crate) fn lost(dialect: Dialect, id: &str) -> Answer {
    let refusal = ErrorReply::new(ErrorKind::Internal, "the gateway failed; the request id finds it in the log");
    answer::refusal(dialect, id, &refusal, StatusCode::INTERNAL_SERVER_ERROR)
}
