//! Streams, frame by frame, for as long as somebody listens or somebody must know what they cost.

use std::time::Duration;

use bytes::BytesMut;
use providers::{OnDisconnect, UpstreamError};
use tokio::time::{Instant, timeout_at};
use wire::chat::Usage;
use wire::frame::{Frame, FrameReader, Framing};
use wire::note::Ending;
use wire::{Dialect, ErrorKind, ErrorReply};

use super::super::answer;
use super::super::client::Left;
use super::super::dispatch::Failed;
use super::super::settle::Conclusion;
use super::super::translate::{self, Ended, Translator};
use super::Passage;
use super::closing::LAST_EVENTS;
use crate::upstream::Inbound;

/// How long a stream against a hard budget is read on behind a client that left.
const BUDGET_DRAIN: Duration = Duration::from_secs(30);

impl Passage<'_> {
    /// A stream, frame by frame. An error before anything reached the client leaves the way to another attempt open.
    pub(super) async fn stream(&mut self, dialect: Dialect, inbound: &mut Inbound) -> Result<Conclusion, Failed> {
        let mut headers = answer::stream_headers(self.ask.dialect, &self.attempt.call_id);
        answer::describe(&mut headers, self.attempt, &inbound.headers);
        self.tell_form(&mut headers, &inbound.headers);
        let mut begin = Some(headers);
        let usage = self.style.include_usage;
        let mut translator = Translator::new(dialect, self.ask.dialect, usage, self.names(), self.stand_ins.clone());
        self.client.expect(self.style.clone());
        let framing = dialect.framing();
        let mut frames = framing.reader(framing.max_frame());
        let ending = self.ended();
        tokio::pin!(ending);
        loop {
            let lacks_nothing = self.attempt.usage.is_complete() && translator.may_be_over() && !frames.has_begun();
            let silent_until = self.closing.silent_until(lacks_nothing, self.between);
            let (piece, broke) = tokio::select! {
                piece = inbound.next(self.deadline.min(silent_until)) => match piece {
                    Ok(piece) => (piece, None),
                    // the time for the call is no end of the provider's
                    Err(error) if self.deadline < silent_until && Instant::now() >= self.deadline => {
                        return Err(error.into());
                    }
                    // behind the last word a connection may break as well as close
                    Err(error) => (None, Some(error)),
                },
                () = self.client.left(), if self.listening => {
                    match self.client_left() {
                        Some(conclusion) => return Ok(conclusion),
                        None => self.listening = false,
                    }
                    continue;
                }
                ending = &mut ending => return Err(super::ended(ending).into()),
            };
            let mut out = BytesMut::new();
            let ended = self.translate(&mut translator, &mut frames, piece.as_deref(), &mut out);
            let ended = match ended {
                Err(failed) if begin.is_some() => return Err(failed),
                Ok(Ended::Error(reply)) if begin.is_some() => return Err(broke_off(reply).into()),
                ended => ended,
            };
            let out = out.freeze();
            if self.listening && !out.is_empty() {
                if let Some(headers) = begin.take() {
                    self.client.begin(headers);
                }
                let sent = tokio::select! {
                    sent = timeout_at(self.deadline, self.client.send(out)) => match sent {
                        Ok(sent) => sent,
                        // not to read is to have left, but for the last word
                        Err(_late) => {
                            self.client.refuse(&unread());
                            return Ok(Conclusion::Cancelled);
                        }
                    },
                    ending = &mut ending => return Err(super::ended(ending).into()),
                };
                if sent == Err(Left) {
                    match self.client_left() {
                        Some(conclusion) if matches!(ended, Ok(Ended::No)) => return Ok(conclusion),
                        _ => self.listening = false,
                    }
                }
            }
            match ended? {
                Ended::Complete => return Ok(Conclusion::Success),
                Ended::Error(reply) => {
                    if let Some(event) = &self.error {
                        self.client.conclude(event, &reply);
                    }
                    return Err(broke_off(reply).into());
                }
                Ended::No if piece.is_none() => {
                    let over = || UpstreamError::unreachable("the provider's stream ended in the middle", true);
                    return Err(broke.unwrap_or_else(over).into());
                }
                Ended::No => {}
            }
        }
    }

    /// What follows when the client is gone: the end, or (`None`) reading on for a while, because only the provider's own
    /// ending tells what it bills: where its row says so, where no more than that ending is missing, and for a hard budget. The gateway
    /// does so for a bounded number of streams at once; what it does not read is charged as it is for any other cancelled one.
    fn client_left(&mut self) -> Option<Conclusion> {
        let longest = match self.attempt.target.deployment.provider.on_disconnect {
            OnDisconnect::Drain(longest) => longest,
            OnDisconnect::Cancel if self.closing.has_stopped() => LAST_EVENTS,
            OnDisconnect::Cancel if self.attempt.against_budget => BUDGET_DRAIN,
            OnDisconnect::Cancel => return Some(Conclusion::Cancelled),
        };
        if !self.closing.has_stopped() {
            match self.engine.drains.try_acquire() {
                Ok(permit) => self.drain = Some(permit),
                Err(_none_left) => return Some(Conclusion::Cancelled),
            }
        }
        self.deadline = self.deadline.min(Instant::now() + longest);
        None
    }

    /// Appends to `out` what the client gets for a piece of the stream, or for its end. What came before an error is kept.
    fn translate(
        &mut self,
        translator: &mut Translator,
        frames: &mut FrameReader,
        piece: Option<&[u8]>,
        out: &mut BytesMut,
    ) -> Result<Ended, Failed> {
        if let Some(piece) = piece {
            frames.push(piece);
            while let Some(frame) = frames.next_frame().map_err(|error| UpstreamError::malformed(error.to_string()))? {
                let ended = self.feed(translator, &frame, out)?;
                if ended != Ended::No {
                    return Ok(ended);
                }
            }
        } else if let Some(frame) = frames.rest() {
            let note = self.provider.note(&frame);
            if note.ending == Ending::No {
                // half an event is none, but what it tells of usage is true
                self.count(note.usage.as_ref(), note.text_bytes);
                return Ok(Ended::No);
            }
            let ended = self.feed(translator, &frame, out)?;
            if self.ask.dialect.framing() == Framing::Sse && !out.is_empty() && !out.ends_with(b"\n\n") {
                out.extend_from_slice(b"\n\n");
            }
            if ended != Ended::No {
                return Ok(ended);
            }
        }
        if piece.is_some() {
            return Ok(Ended::No);
        }
        let (engine, began_at) = (self.engine, self.attempt.began_at);
        let latency_ms = || super::latency_ms(engine, began_at);
        let step = translator.close(&mut self.client.writer, latency_ms, out);
        self.count(step.usage.as_ref(), step.text_bytes);
        Ok(step.ended)
    }

    fn feed(&mut self, translator: &mut Translator, frame: &Frame, out: &mut BytesMut) -> Result<Ended, Failed> {
        if frame.is_comment() && !self.client.has_begun() {
            return Ok(Ended::No);
        }
        let (engine, began_at) = (self.engine, self.attempt.began_at);
        let latency_ms = || super::latency_ms(engine, began_at);
        let step = translator.feed(frame, &mut self.client.writer, latency_ms, out).map_err(|error| {
            tracing::warn!(at = error.path, "an event of a provider's stream cannot be read");
            UpstreamError::malformed("an event of the provider's stream cannot be read")
        })?;
        self.count(step.usage.as_ref(), step.text_bytes);
        if !frame.is_comment() {
            self.closing.hear(&step, self.ask.envelope.n == 1);
        }
        let Ended::Error(reply) = step.ended else { return Ok(step.ended) };
        if self.provider == self.ask.dialect && !self.quotes_a_secret(frame.raw()) {
            translate::pass(frame, &mut self.client.writer, out);
            self.error = Some(frame.clone());
        }
        Ok(Ended::Error(self.in_clients_words(self.provider, reply, frame.raw())))
    }

    fn count(&mut self, usage: Option<&Usage>, text_bytes: usize) {
        self.attempt.text_bytes += text_bytes;
        if let Some(usage) = usage {
            self.attempt.usage.merge(usage);
        }
    }
}

/// The client was too slow for the call's time; it may still see why.
fn unread() -> ErrorReply {
    ErrorReply::new(ErrorKind::Timeout, "the time for this call was over before its answer was read")
}

/// A stream that the provider itself ended with an error: it may have billed what came before.
fn broke_off(reply: ErrorReply) -> UpstreamError {
    UpstreamError { may_have_billed: true, ..UpstreamError::answered(reply, None) }
}
