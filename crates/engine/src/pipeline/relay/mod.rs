//! Send, and hand on what comes back: whole (`whole.rs`), as it arrives (`stream.rs`), or made here (`local.rs`).
//! Usage is counted as it passes.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use providers::{Fault, OnDisconnect, Operation, Transport, UpstreamError};
use tokio::sync::SemaphorePermit;
use tokio::time::Instant;
use wire::dialect::{Echo, Style};
use wire::frame::Frame;
use wire::stand_in::StandIns;
use wire::{Dialect, ErrorKind, ErrorReply};

use self::closing::Closing;
use super::Exchange;
use super::ask::Ask;
use super::attempt::Attempt;
use super::client::Client;
use super::dispatch::Failed;
use super::settle::Conclusion;
use super::translate::Names;
use crate::call::Task;
use crate::endings::Ending;
use crate::engine::Engine;
use crate::upstream::{Inbound, Outbound, Prepared};

mod closing;
mod embedded;
mod local;
mod sealed;
mod stream;
mod whole;
pub(super) mod words;

/// What reached the client, or is ready to.
pub(super) enum Relayed {
    /// Ready to be answered once it is settled: the cost stands in its headers.
    Whole { headers: Vec<(&'static str, String)>, body: Bytes },
    /// Sent.
    Streamed { conclusion: Conclusion, inbound: Option<Inbound> },
}

/// Makes the open attempt.
pub(super) async fn relay(
    engine: &Engine,
    exchange: &mut Exchange,
    ask: &Ask,
    prepared: Prepared,
) -> Result<Relayed, Failed> {
    let Exchange { call, settings, client, open: Some(attempt), deadline, .. } = exchange else {
        return Err(ErrorReply::new(ErrorKind::Internal, "there is no attempt to make").into());
    };
    attempt.dropped = prepared.dropped;
    let provider = ask.dialect_at(&attempt.target);
    let style = Style {
        include_usage: ask.envelope.include_usage,
        created: engine.clock.now() / 1_000_000,
        request_id: call.id.clone(),
        echo: if provider == Some(ask.dialect) { Echo::None } else { ask.echo() },
    };
    let between = settings.deadlines.between_events;
    let mut passage = Passage {
        provider: provider.unwrap_or(ask.dialect),
        engine,
        client,
        attempt,
        ask,
        style,
        deadline: *deadline,
        between,
        listening: true,
        closing: Closing::default(),
        error: None,
        drain: None,
        stand_ins: prepared.stand_ins,
    };
    match passage.attempt.target.deployment.provider.transport {
        Transport::Local { embed, .. } if ask.task.is_embedding() => {
            Ok(passage.embedded_here(&prepared.embedding.unwrap_or_default(), embed))
        }
        Transport::Local { answer, .. } => passage.local(prepared.conversation.unwrap_or_default(), answer).await,
        Transport::Http(_) => {
            let dialect = passage.provider;
            let trace = format!("{}-{}", call.id, passage.attempt.number);
            let operation = match ask.task {
                task if task.is_embedding() => {
                    Operation::Embed { single: dialect == ask.dialect && task == Task::EmbedOne }
                }
                _ if ask.envelope.stream => Operation::Stream,
                _ => Operation::Reply,
            };
            let (operation, meant) = ((dialect, operation), ask.meaningful_headers());
            let outbound = Outbound::new(call, &passage.attempt.target, operation, &trace, &meant, prepared.body)?;
            let own = passage.own_timeout().map(|own| Instant::now() + own);
            let head_by = passage.deadline.min(own.unwrap_or_else(|| Instant::now() + settings.deadlines.first_byte));
            let outbound = outbound.signed(&passage.attempt.target, engine.clock.now()).await?;
            let Some(inbound) = passage.head(outbound, head_by).await? else {
                return Ok(Relayed::Streamed { conclusion: Conclusion::Cancelled, inbound: None });
            };
            passage.answered(dialect, inbound, own.unwrap_or(*deadline).min(*deadline)).await
        }
    }
}

/// One attempt between its provider and the client.
struct Passage<'a> {
    engine: &'a Engine,
    client: &'a mut Client,
    attempt: &'a mut Attempt,
    ask: &'a Ask,
    style: Style,
    /// The end of the call.
    deadline: Instant,
    between: Duration,
    /// Whether the client of a stream is still there, as far as anybody knows.
    listening: bool,
    closing: Closing,
    /// The dialect of the provider, of the client's for one that answers here.
    provider: Dialect,
    /// The provider's error event, if it goes to the client as it came.
    error: Option<Frame>,
    /// Held while the stream is read on without its client.
    drain: Option<SemaphorePermit<'a>>,
    /// The functions that stand in for tools which the provider's dialect does not have.
    stand_ins: StandIns,
}

impl Passage<'_> {
    /// What the answer is called where its provider gives it no name.
    fn names(&self) -> Names {
        Names { id: self.ask.dialect.answer_id(&self.attempt.call_id), model: self.attempt.target.model.clone() }
    }

    /// Milliseconds since the attempt began.
    fn latency_ms(&self) -> u64 {
        latency_ms(self.engine, self.attempt.began_at)
    }

    /// The deployment's own limit: for the head of a stream, for the whole of an answer.
    fn own_timeout(&self) -> Option<Duration> {
        let deployment = &self.attempt.target.deployment;
        if self.attempt.stream { deployment.stream_timeout.or(deployment.timeout) } else { deployment.timeout }
    }

    /// Waits until somebody ends the call.
    fn ended(&self) -> impl Future<Output = Ending> + use<> {
        let (endings, payer, number) =
            (Arc::clone(&self.engine.endings), Arc::clone(&self.attempt.payer), self.attempt.endings);
        async move { endings.ended(&payer, number).await }
    }

    /// Whether the provider is left as soon as the client of a stream leaves. Against a hard budget it is not: what it has
    /// generated by then is known from its own ending only.
    fn cancels(&self) -> bool {
        let cancel = self.attempt.target.deployment.provider.on_disconnect == OnDisconnect::Cancel;
        cancel && !self.attempt.against_budget
    }

    /// Sends the request and waits for the head. `None`: the client of a stream left and the provider is not to go on.
    ///
    /// A whole answer is always waited for: only its end tells what the provider bills.
    async fn head(&mut self, outbound: Outbound, by: Instant) -> Result<Option<Inbound>, Failed> {
        let may_cancel = self.attempt.stream && self.cancels();
        let ending = self.ended();
        let inbound = tokio::select! {
            inbound = self.engine.upstream.send(outbound, by) => inbound?,
            () = self.client.left(), if may_cancel => return Ok(None),
            ending = ending => return Err(ended(ending).into()),
        };
        self.attempt.http_status = Some(inbound.status.as_u16());
        self.attempt.first_byte_at = Some(self.engine.clock.now());
        Ok(Some(inbound))
    }

    /// Reads what the provider answered.
    async fn answered(&mut self, dialect: Dialect, mut inbound: Inbound, whole_by: Instant) -> Result<Relayed, Failed> {
        if !inbound.is_plain() {
            let message = "the provider's answer is encoded although nobody asked for that";
            return Err(UpstreamError::malformed(message).into());
        }
        if inbound.status != StatusCode::OK {
            return Err(self.refused(dialect, inbound).await);
        }
        if !self.attempt.stream {
            let by = whole_by;
            let body = tokio::select! {
                body = inbound.whole(by, self.between) => body?,
                ending = self.ended() => return Err(ended(ending).into()),
            };
            return match self.ask.task {
                Task::Embed | Task::EmbedOne => self.embedded(dialect, &inbound, &body),
                _ => self.whole(dialect, &inbound, &body),
            };
        }
        if !inbound.is_stream(dialect.framing()) {
            let words = inbound.error_words(self.deadline).await;
            return Err(match std::str::from_utf8(&words) {
                Ok(text) if dialect.is_error_reply(text) => self.error_in_disguise(dialect, text),
                _ => UpstreamError::malformed("the provider did not answer with a stream").into(),
            });
        }
        let conclusion = match self.stream(dialect, &mut inbound).await {
            // how a drain ends behind the client's back is not held against the provider
            Err(_) if !self.listening => Conclusion::Cancelled,
            ended => ended?,
        };
        let inbound = (conclusion == Conclusion::Success).then_some(inbound);
        Ok(Relayed::Streamed { conclusion, inbound })
    }
}

/// Milliseconds since `began_at`, which is in microseconds since 1970.
fn latency_ms(engine: &Engine, began_at: i64) -> u64 {
    u64::try_from((engine.clock.now() - began_at) / 1_000).unwrap_or_default()
}

/// What a client is told whose call is ended. The provider may have generated by then.
pub(super) fn ended(ending: Ending) -> UpstreamError {
    let reply = match ending {
        Ending::Stopping => {
            ErrorReply::new(ErrorKind::Unavailable, "The gateway is being stopped: send the call again.")
        }
        Ending::Revoked => {
            let message = "The call was ended: an administrator has taken back what it was made with.";
            ErrorReply::new(ErrorKind::Permission, message)
        }
    };
    UpstreamError { fault: Fault::Gateway, may_have_billed: true, ..UpstreamError::hopeless(reply) }
}
