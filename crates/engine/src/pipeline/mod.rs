//! The life of a call, top to bottom: each line of `live` is a stage with a file of its own.
//!
//! A call runs in a task of its own. The client only reads from it through a bounded channel, so that a client that leaves
//! can never take the accounting with it. Every attempt that was begun ends in exactly one `settle`.

mod answer;
mod ask;
mod attempt;
mod client;
mod count;
mod customer;
mod demands;
mod dispatch;
mod identify;
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
use wire::{Dialect, ErrorKind, ErrorReply};

use crate::call::{Answer, Call};
use crate::engine::Engine;
use crate::principal::Principal;
use crate::settings::Settings;
use crate::telemetry::events;

pub(crate) use count::count;
pub(crate) use identify::identify;
pub(crate) use list::list;
pub use list::{AccessGroupNames, Wanted};

use self::attempt::Attempt;
use self::client::Client;
use self::settle::Conclusion;

/// One call under way.
struct Exchange {
    principal: Principal,
    call: Call,
    /// Who pays. Known in full once the call has been permitted.
    payer: Arc<Payer>,
    /// Endings of calls before this one are not its own.
    endings: u64,
    settings: Arc<Settings>,
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
    let (payer, endings) = (Arc::default(), engine.endings.number());
    let mut exchange = Exchange { principal, call, payer, endings, settings, client, open: None, began, deadline };
    let ended = AssertUnwindSafe(live(&engine, &mut exchange)).catch_unwind().await;
    let refusal = match ended {
        Ok(Ok(())) => None,
        Ok(Err(refusal)) => Some(refusal),
        Err(_panic) => {
            Some(ErrorReply::new(ErrorKind::Internal, "the gateway failed; the request id finds it in the log"))
        }
    };
    if let Some(attempt) = exchange.open.take() {
        settle::settle(&engine, attempt, Conclusion::Failed { kind: ErrorKind::Internal }).await;
    }
    if let Some(refusal) = &refusal {
        exchange.client.refuse(refusal);
    }
    events::call_ended(exchange.call.dialect, refusal.as_ref(), exchange.began.elapsed());
}

/// The stages behind `identify`, in order.
async fn live(engine: &Engine, exchange: &mut Exchange) -> Result<(), ErrorReply> {
    let Exchange { principal, call, settings, .. } = exchange;
    let ask = ask::read(principal, call, settings)?;
    let customer = permit::permit(engine, settings, principal, call, &ask).await?;
    demands::check(settings, principal, &ask.body, customer.is_some())?;
    exchange.payer = Arc::new(exchange.principal.payer(customer));
    // reserve, relay and settle happen for each attempt, inside dispatch
    dispatch::dispatch(engine, exchange, &ask).await
}

/// The answer when an exchange was lost before it could say anything.
pub(crate) fn lost(dialect: Dialect, id: &str) -> Answer {
    let refusal = ErrorReply::new(ErrorKind::Internal, "the gateway failed; the request id finds it in the log");
    answer::refusal(dialect, id, &refusal, StatusCode::INTERNAL_SERVER_ERROR)
}
