//! Send, and hand on what comes back: whole, or as it arrives. Usage is counted as it passes.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use providers::{Fault, OnDisconnect, Transport, UpstreamError};
use serde::de::IgnoredAny;
use tokio::time::{Instant, timeout_at};
use wire::chat;
use wire::dialect::StreamStyle;
use wire::frame::sse::{Frame, FrameReader};
use wire::{Dialect, ErrorKind, ErrorReply};

use super::ask::Ask;
use super::attempt::Attempt;
use super::client::{Client, Left};
use super::dispatch::{Answered, Failed};
use super::settle::Conclusion;
use super::translate::{Ended, Translator};
use super::{Exchange, answer};
use crate::engine::Engine;
use crate::upstream::{self, Inbound, Outbound, Prepared};

/// The longest event of a stream.
const MAX_EVENT: usize = 1 << 20;

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
    let style = StreamStyle { include_usage: ask.envelope.include_usage, created: engine.clock.now() / 1_000_000 };
    let between = settings.deadlines.between_events;
    let mut line = Line { engine, client, attempt, ask, style, deadline: *deadline, between, listening: true };
    match line.attempt.target.deployment.provider.transport {
        Transport::Local(answer) => line.local(answer(&localised(ask.conversation(call)?, line.attempt))).await,
        Transport::Http(dialect) => {
            let trace = format!("{}-{}", call.id, line.attempt.number);
            let same = dialect == ask.dialect;
            let outbound = Outbound::new(call, &line.attempt.target, same, ask.envelope.stream, &trace, prepared.body)?;
            let head_by = line.head_deadline(settings.deadlines.first_byte);
            let Some(inbound) = line.head(outbound, head_by).await? else {
                return Ok(Relayed::Streamed { conclusion: Conclusion::Cancelled, inbound: None });
            };
            line.answered(dialect, inbound).await
        }
    }
}

/// The conversation for a provider that answers here.
fn localised(conversation: &chat::Request, attempt: &Attempt) -> chat::Request {
    let mut conversation = conversation.clone();
    conversation.model.clone_from(&attempt.target.model);
    conversation
}

/// One attempt between its provider and the client.
struct Line<'a> {
    engine: &'a Engine,
    client: &'a mut Client,
    attempt: &'a mut Attempt,
    ask: &'a Ask,
    style: StreamStyle,
    /// The end of the call.
    deadline: Instant,
    between: Duration,
    /// Whether the client of a stream is still there, as far as anybody knows.
    listening: bool,
}

impl Line<'_> {
    fn head_deadline(&self, default: Duration) -> Instant {
        let deployment = &self.attempt.target.deployment;
        let own =
            if self.attempt.stream { deployment.stream_timeout.or(deployment.timeout) } else { deployment.timeout };
        self.deadline.min(Instant::now() + own.unwrap_or(default))
    }

    fn cancels(&self) -> bool {
        self.attempt.target.deployment.provider.on_disconnect == OnDisconnect::Cancel
    }

    /// Sends the request and waits for the head. `None`: the client of a stream left and the provider is not to go on.
    ///
    /// A whole answer is always waited for: only its end tells what the provider bills.
    async fn head(&mut self, outbound: Outbound, by: Instant) -> Result<Option<Inbound>, Failed> {
        let may_cancel = self.attempt.stream && self.cancels();
        let inbound = tokio::select! {
            inbound = self.engine.upstream.send(outbound, by) => inbound?,
            () = self.client.left(), if may_cancel => return Ok(None),
            () = self.engine.stopped() => return Err(stopping().into()),
        };
        self.attempt.http_status = Some(inbound.status.as_u16());
        self.attempt.first_byte_at = Some(self.engine.clock.now());
        Ok(Some(inbound))
    }

    /// Reads what the provider answered.
    async fn answered(&mut self, dialect: Dialect, mut inbound: Inbound) -> Result<Relayed, Failed> {
        if !inbound.is_plain() {
            return Err(
                UpstreamError::malformed("the provider's answer is encoded although nobody asked for that").into()
            );
        }
        if inbound.status != StatusCode::OK {
            return Err(self.refused(dialect, inbound).await);
        }
        if !self.attempt.stream {
            let by = self.deadline;
            let body = tokio::select! {
                body = inbound.whole(by, self.between) => body?,
                () = self.engine.stopped() => return Err(stopping().into()),
            };
            return self.whole(dialect, &inbound, &body);
        }
        if !inbound.is_event_stream() {
            return Err(UpstreamError::malformed("the provider did not answer with a stream").into());
        }
        let conclusion = match self.stream(dialect, &mut inbound).await {
            // how a drain ends behind the client's back is not held against the provider
            Err(_) if !self.listening => Conclusion::Cancelled,
            ended => ended?,
        };
        let inbound = (conclusion == Conclusion::Success).then_some(inbound);
        Ok(Relayed::Streamed { conclusion, inbound })
    }

    /// The provider's error answer. What it says of the gateway's own credential is not for clients.
    async fn refused(&mut self, dialect: Dialect, mut inbound: Inbound) -> Failed {
        let status = inbound.status;
        // the status alone says that nothing was generated, also when the words behind it do not come
        let body = tokio::select! {
            body = inbound.whole(self.deadline, self.between) => body.unwrap_or_default(),
            () = self.engine.stopped() => Bytes::new(),
        };
        let mut reply = self.in_clients_words(dialect, dialect.read_error(status.as_u16(), &body));
        let after = retry_after(&inbound.headers);
        let ours = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
            || !status.is_client_error() && !status.is_server_error();
        if ours {
            let message = format!("The provider refused the gateway's own request with status {}.", status.as_u16());
            reply = ErrorReply { message, param: None, code: None, details: None, ..reply };
        }
        if !status.is_client_error() && !status.is_server_error() {
            reply.status = ErrorKind::BadUpstream.status();
        }
        let body = (!ours && dialect == self.ask.dialect && !body.is_empty()).then_some(body);
        let shown = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::BAD_GATEWAY);
        let answered = Answered { status: shown, headers: inbound.headers, body };
        Failed { error: UpstreamError::answered(reply, after), answered: Some(Box::new(answered)) }
    }

    /// Across dialects the type's word is the client's for that kind: the provider's would mean something else there, or nothing.
    fn in_clients_words(&self, dialect: Dialect, reply: ErrorReply) -> ErrorReply {
        let type_word = reply.type_word.filter(|_| dialect == self.ask.dialect);
        ErrorReply { type_word, ..reply }
    }

    /// A whole answer: as it came when the client speaks the provider's dialect, else written in the client's.
    fn whole(&mut self, dialect: Dialect, inbound: &Inbound, body: &Bytes) -> Result<Relayed, Failed> {
        let text =
            std::str::from_utf8(body).map_err(|_| UpstreamError::malformed("the provider's answer is not text"))?;
        self.attempt.text_bytes = body.len();
        let body = if dialect == self.ask.dialect {
            self.attempt.usage = dialect.scan_usage(text);
            if !is_object(text, &self.attempt.usage) {
                return Err(UpstreamError::malformed("the provider's answer is not a JSON object").into());
            }
            body.clone()
        } else {
            let reply = dialect.read_reply(text).map_err(|error| {
                tracing::warn!(at = error.path, "a provider's answer cannot be read");
                UpstreamError::malformed("the provider's answer cannot be read")
            })?;
            self.attempt.usage = reply.usage;
            self.ask.dialect.write_reply(&reply, self.style.created).into()
        };
        let mut headers = answer::json_headers(&self.attempt.call_id);
        answer::describe(&mut headers, self.attempt, &inbound.headers);
        Ok(Relayed::Whole { headers, body })
    }

    /// A stream, frame by frame. An error before anything reached the client leaves the way to another attempt open.
    async fn stream(&mut self, dialect: Dialect, inbound: &mut Inbound) -> Result<Conclusion, Failed> {
        let mut headers = answer::stream_headers(&self.attempt.call_id);
        answer::describe(&mut headers, self.attempt, &inbound.headers);
        let mut begin = Some(headers);
        let mut translator = Translator::new(dialect, self.ask.dialect, self.style);
        let mut frames = FrameReader::new(MAX_EVENT);
        let engine = self.engine;
        let stopped = engine.stopped();
        tokio::pin!(stopped);
        loop {
            let by = self.deadline.min(Instant::now() + self.between);
            let piece = tokio::select! {
                piece = inbound.next(by) => piece?,
                () = self.client.left(), if self.listening => {
                    match self.client_left() {
                        Some(conclusion) => return Ok(conclusion),
                        None => self.listening = false,
                    }
                    continue;
                }
                () = &mut stopped => return Err(stopping().into()),
            };
            let (out, ended) = self.translate(&mut translator, &mut frames, piece.as_deref())?;
            if let (Ended::Error(reply), Some(_)) = (&ended, &begin) {
                return Err(broke_off(self.in_clients_words(dialect, reply.clone())).into());
            }
            if self.listening && !out.is_empty() {
                if let Some(headers) = begin.take() {
                    self.client.begin(headers);
                }
                let sent = tokio::select! {
                    sent = timeout_at(self.deadline, self.client.send(out)) => sent.map_err(|_| unread())?,
                    () = &mut stopped => return Err(stopping().into()),
                };
                if sent == Err(Left) {
                    match self.client_left() {
                        Some(conclusion) if ended == Ended::No => return Ok(conclusion),
                        _ => self.listening = false,
                    }
                }
            }
            match ended {
                Ended::Complete => return Ok(Conclusion::Success),
                // on the same dialect the client has it already, in the provider's own bytes
                Ended::Error(reply) if dialect == self.ask.dialect => {
                    return Ok(Conclusion::Failed { kind: reply.kind });
                }
                Ended::Error(reply) => return Err(broke_off(self.in_clients_words(dialect, reply)).into()),
                Ended::No if piece.is_none() => {
                    return Err(UpstreamError::malformed("the provider's stream ended in the middle").into());
                }
                Ended::No => {}
            }
        }
    }

    /// What follows when the client is gone: the end, or (`None`) reading on for the provider's sake until the drain is over.
    fn client_left(&mut self) -> Option<Conclusion> {
        match self.attempt.target.deployment.provider.on_disconnect {
            OnDisconnect::Cancel => Some(Conclusion::Cancelled),
            OnDisconnect::Drain(longest) => {
                self.deadline = self.deadline.min(Instant::now() + longest);
                None
            }
        }
    }

    /// What the client gets for a piece of the stream, or for its end.
    fn translate(
        &mut self,
        translator: &mut Translator,
        frames: &mut FrameReader,
        piece: Option<&[u8]>,
    ) -> Result<(Bytes, Ended), Failed> {
        let mut out = BytesMut::new();
        if let Some(piece) = piece {
            frames.push(piece);
            while let Some(frame) = frames.next_frame().map_err(|error| UpstreamError::malformed(error.to_string()))? {
                let ended = self.feed(translator, &frame, &mut out)?;
                if ended != Ended::No {
                    return Ok((out.freeze(), ended));
                }
            }
        } else if let Some(frame) = frames.rest() {
            let ended = self.feed(translator, &frame, &mut out)?;
            if ended == Ended::No {
                // half an event is none, and the error that follows would become part of it
                out.clear();
            } else if !out.is_empty() && !out.ends_with(b"\n\n") {
                out.extend_from_slice(b"\n\n");
            }
            return Ok((out.freeze(), ended));
        }
        Ok((out.freeze(), Ended::No))
    }

    fn feed(&mut self, translator: &mut Translator, frame: &Frame, out: &mut BytesMut) -> Result<Ended, Failed> {
        if frame.is_comment() && !self.client.has_begun() {
            return Ok(Ended::No);
        }
        let step = translator.feed(frame, out).map_err(|error| {
            tracing::warn!(at = error.path, "an event of a provider's stream cannot be read");
            UpstreamError::malformed("an event of the provider's stream cannot be read")
        })?;
        self.attempt.text_bytes += step.text_bytes;
        if let Some(usage) = &step.usage {
            self.attempt.usage.merge(usage);
        }
        Ok(step.ended)
    }

    /// The answer of a provider that is in this process.
    async fn local(&mut self, mut reply: chat::Reply) -> Result<Relayed, Failed> {
        reply.id = format!("msg_{}", self.attempt.call_id);
        self.attempt.usage = reply.usage;
        self.attempt.first_byte_at = Some(self.engine.clock.now());
        let none = http::HeaderMap::new();
        if !self.attempt.stream {
            let mut headers = answer::json_headers(&self.attempt.call_id);
            answer::describe(&mut headers, self.attempt, &none);
            let body = self.ask.dialect.write_reply(&reply, self.style.created).into();
            return Ok(Relayed::Whole { headers, body });
        }
        let mut headers = answer::stream_headers(&self.attempt.call_id);
        answer::describe(&mut headers, self.attempt, &none);
        self.client.begin(headers);
        let mut writer = self.ask.dialect.stream_writer(self.style);
        for event in upstream::local_events(&reply) {
            let mut bytes = Vec::new();
            writer.write(&event, &mut bytes);
            if !bytes.is_empty() && self.client.send(bytes.into()).await == Err(Left) {
                return Ok(Relayed::Streamed { conclusion: Conclusion::Cancelled, inbound: None });
            }
        }
        Ok(Relayed::Streamed { conclusion: Conclusion::Success, inbound: None })
    }
}

pub(super) fn stopping() -> UpstreamError {
    let reply = ErrorReply::new(ErrorKind::Unavailable, "The gateway is being stopped: send the call again.");
    UpstreamError { fault: Fault::Gateway, may_have_billed: true, ..UpstreamError::hopeless(reply) }
}

/// Whether a whole answer is what every dialect answers with; a scan that found `usage` has read all of it.
fn is_object(text: &str, usage: &chat::Usage) -> bool {
    let opens = text.trim_start().starts_with('{');
    opens && (!usage.is_empty() || serde_json::from_str::<IgnoredAny>(text).is_ok())
}

/// The client was too slow for the call's time; it may still see why.
fn unread() -> UpstreamError {
    UpstreamError::timed_out("the time for this call was over before its answer was read")
}

/// A stream that the provider itself ended with an error: it may have billed what came before.
fn broke_off(reply: ErrorReply) -> UpstreamError {
    UpstreamError { may_have_billed: true, ..UpstreamError::answered(reply, None) }
}

/// When the provider wants to be asked again: milliseconds where it says them, else seconds. Dates are not waited for.
fn retry_after(headers: &http::HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let millis = text("retry-after-ms").and_then(|value| value.parse::<f64>().ok()).map(|millis| millis / 1000.0);
    let seconds = millis.or_else(|| text("retry-after").and_then(|value| value.parse().ok()))?;
    Duration::try_from_secs_f64(seconds).ok()
}
