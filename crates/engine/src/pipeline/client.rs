//! The client's end of an exchange: one answer, whole or as a stream, and the knowledge whether anybody still listens.

use bytes::Bytes;
use http::StatusCode;
use tokio::sync::oneshot;
use wire::frame::Frame;
use wire::{Dialect, ErrorReply};

use super::answer;
use super::pieces::Pieces;
use crate::call::{Answer, AnswerBody};

/// The client has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Left;

pub(super) struct Client {
    dialect: Dialect,
    id: String,
    state: State,
    /// Events that have gone out, in the dialect that numbers them.
    events: u64,
}

enum State {
    Waiting(oneshot::Sender<Answer>),
    Streaming(Pieces),
    Done,
}

impl Client {
    pub(super) fn new(dialect: Dialect, id: String, answer: oneshot::Sender<Answer>) -> Self {
        Self { dialect, id, state: State::Waiting(answer), events: 0 }
    }

    /// Whether something has reached the client already: then nothing can be tried again.
    pub(super) fn has_begun(&self) -> bool {
        !matches!(self.state, State::Waiting(_))
    }

    /// Answers as a whole.
    pub(super) fn answer(&mut self, answer: Answer) {
        if let State::Waiting(waiting) = std::mem::replace(&mut self.state, State::Done) {
            // a client that has left wants no answer
            drop(waiting.send(answer));
        }
    }

    /// Begins a stream.
    pub(super) fn begin(&mut self, headers: Vec<(&'static str, String)>) {
        if let State::Waiting(waiting) = std::mem::replace(&mut self.state, State::Done) {
            let (pieces, body) = Pieces::new();
            let answer = Answer { status: StatusCode::OK, headers, body: AnswerBody::Stream(body) };
            drop(waiting.send(answer));
            self.state = State::Streaming(pieces);
        }
    }

    /// Sends a piece of the stream; waits while the client is slow.
    pub(super) async fn send(&mut self, piece: Bytes) -> Result<(), Left> {
        match &mut self.state {
            State::Streaming(pieces) => {
                let events = if self.dialect == Dialect::OpenAiResponses { events(&piece) } else { 0 };
                pieces.send(piece).await?;
                self.events += events;
                Ok(())
            }
            State::Waiting(_) | State::Done => Ok(()),
        }
    }

    /// Waits until the client leaves.
    pub(super) async fn left(&mut self) {
        match &mut self.state {
            State::Waiting(waiting) => waiting.closed().await,
            State::Streaming(pieces) => pieces.left().await,
            State::Done => std::future::pending().await,
        }
    }

    /// Says that it went wrong: as an answer, or as the last frame of a stream that has begun.
    pub(super) fn refuse(&mut self, error: &ErrorReply) {
        if let State::Streaming(pieces) = &mut self.state {
            let mut frame = Vec::new();
            self.dialect.write_stream_error(error, &self.id, self.events, &mut frame);
            pieces.finish(frame.into());
            self.state = State::Done;
        } else {
            let status =
                StatusCode::from_u16(self.dialect.error_status(error)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            self.answer(answer::refusal(self.dialect, &self.id, error, status));
        }
    }

    /// Ends a stream with what must stand behind the provider's own error, which the client has.
    pub(super) fn conclude(&mut self, event: &Frame, error: &ErrorReply) {
        if let State::Streaming(pieces) = &mut self.state {
            let mut frame = Vec::new();
            self.dialect.write_behind_error(event, error, &self.id, self.events, &mut frame);
            pieces.finish(frame.into());
            self.state = State::Done;
        }
    }

    /// Ends the stream: there is nothing more to say.
    pub(super) fn end(&mut self) {
        self.state = State::Done;
    }
}

/// How many events a piece of whole frames has; comments are none.
fn events(piece: &[u8]) -> u64 {
    let first = u64::from(piece.starts_with(b"data:"));
    first + memchr::memmem::find_iter(piece, b"\ndata:").count() as u64
}

#[cfg(test)]
mod tests {
    use super::events;

    #[test]
    fn comments_are_no_events() {
        for (piece, count) in [
            ("", 0),
            (": ping\n\n", 0),
            ("event: a\ndata: {}\n\n: ping\n\nevent: b\ndata: {}\n\n", 2),
            ("data: {}\n\ndata: {\"a\":\"\\ndata: \"}\n\n", 2),
            ("event: a\r\ndata: {}\r\n\r\n", 1),
        ] {
            assert_eq!(events(piece.as_bytes()), count, "{piece:?}");
        }
    }
}
