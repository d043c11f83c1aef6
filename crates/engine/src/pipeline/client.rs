//! The client's end of an exchange: one answer, whole or as a stream, and the knowledge whether anybody still listens.

use bytes::Bytes;
use http::StatusCode;
use parking_lot::Mutex;
use tokio::sync::oneshot;
use wire::chat::Event;
use wire::dialect::{StreamWriter, Style};
use wire::frame::Frame;
use wire::{Dialect, ErrorKind, ErrorReply};

use super::answer;
use super::pieces::Pieces;
use crate::call::{Answer, AnswerBody};
use crate::limits::Headers;

/// The client has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Left;

pub(super) struct Client {
    dialect: Dialect,
    id: String,
    state: State,
    /// Writes the stream, or watches what is passed on: whatever ends the stream is written here, so that it fits.
    pub(super) writer: StreamWriter,
    /// The piece that waits for a slow client: an error must not overtake it.
    unsent: Bytes,
    /// Headers of every answer, whoever makes it, and of an answer that says that a limit is reached.
    told: Headers,
    refused: Mutex<Headers>,
}

enum State {
    Unanswered(oneshot::Sender<Answer>),
    Streaming(Pieces),
    Done,
}

impl Client {
    pub(super) fn new(dialect: Dialect, id: String, answer: oneshot::Sender<Answer>) -> Self {
        let writer = dialect.stream_writer(Style::default());
        let (told, refused) = (Headers::new(), Mutex::default());
        Self { dialect, id, state: State::Unanswered(answer), writer, unsent: Bytes::new(), told, refused }
    }

    /// Makes ready for a stream; nothing that another attempt wrote is part of it.
    pub(super) fn expect(&mut self, style: Style) {
        self.writer = self.dialect.stream_writer(style);
    }

    /// Whether something has reached the client already: then nothing can be tried again.
    pub(super) fn has_begun(&self) -> bool {
        !matches!(self.state, State::Unanswered(_))
    }

    /// Every answer is to say this, too.
    pub(super) fn tell(&mut self, headers: Headers) {
        self.told = headers;
    }

    /// An answer that a limit is reached is to say this, too.
    pub(super) fn tell_when_refused(&self, headers: Headers) {
        *self.refused.lock() = headers;
    }

    /// Answers as a whole.
    pub(super) fn answer(&mut self, mut answer: Answer) {
        answer::put(&mut answer.headers, std::mem::take(&mut self.told));
        if let State::Unanswered(sender) = std::mem::replace(&mut self.state, State::Done) {
            // a client that has left wants no answer
            drop(sender.send(answer));
        }
    }

    /// Begins a stream.
    pub(super) fn begin(&mut self, mut headers: Headers) {
        answer::put(&mut headers, std::mem::take(&mut self.told));
        if let State::Unanswered(sender) = std::mem::replace(&mut self.state, State::Done) {
            let (pieces, body) = Pieces::new();
            let answer = Answer { status: StatusCode::OK, headers, body: AnswerBody::Stream(body) };
            drop(sender.send(answer));
            self.state = State::Streaming(pieces);
        }
    }

    /// Sends a piece of the stream; waits while the client is slow.
    pub(super) async fn send(&mut self, piece: Bytes) -> Result<(), Left> {
        match &mut self.state {
            State::Streaming(pieces) => {
                self.unsent = piece.clone();
                pieces.send(piece).await?;
                self.unsent = Bytes::new();
                Ok(())
            }
            State::Unanswered(_) | State::Done => Ok(()),
        }
    }

    /// Waits until the client leaves.
    pub(super) async fn left(&mut self) {
        match &mut self.state {
            State::Unanswered(sender) => sender.closed().await,
            State::Streaming(pieces) => pieces.left().await,
            State::Done => std::future::pending().await,
        }
    }

    /// Says that it went wrong: as an answer, or as the last frame of a stream that has begun. After an answer, or the end of a
    /// stream, it does nothing, so that whatever fails then may be refused like everything else.
    pub(super) fn refuse(&mut self, error: &ErrorReply) {
        if self.is_streaming() {
            let mut last = Vec::new();
            self.writer.write(&Event::Error(error.clone()), 0, &mut last);
            self.end_with(&last);
        } else {
            let status =
                StatusCode::from_u16(self.dialect.error_status(error)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut refusal = answer::refusal(self.dialect, &self.id, error, status);
            if error.kind == ErrorKind::RateLimited {
                refusal.headers.append(&mut self.refused.lock());
            }
            self.answer(refusal);
        }
    }

    /// Ends a stream with what must stand behind the provider's own error, which the client has.
    pub(super) fn conclude(&mut self, event: &Frame, error: &ErrorReply) {
        if self.is_streaming() {
            let mut last = Vec::new();
            self.writer.write_behind(event, error, &mut last);
            self.end_with(&last);
        }
    }

    fn is_streaming(&self) -> bool {
        matches!(self.state, State::Streaming(_))
    }

    /// Ends the stream with these bytes, behind the piece that was not sent.
    fn end_with(&mut self, last: &[u8]) {
        let last = [&self.unsent, last].concat();
        if let State::Streaming(mut pieces) = std::mem::replace(&mut self.state, State::Done)
            && !last.is_empty()
        {
            pieces.finish(last.into());
        }
    }

    /// Ends the stream: there is nothing more to say.
    pub(super) fn end(&mut self) {
        self.state = State::Done;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_error_does_not_overtake_what_waits_for_a_slow_client() {
        let (answer, mut answered) = oneshot::channel();
        let mut client = Client::new(Dialect::OpenAiChat, "1".to_owned(), answer);
        client.begin(Vec::new());
        let mut sent = 0;
        loop {
            let next = client.send(Bytes::from(format!("data: {sent}\n\n")));
            tokio::select! {
                biased;
                result = next => result.unwrap(),
                () = std::future::ready(()) => break,
            }
            sent += 1;
        }
        client.refuse(&ErrorReply::new(wire::ErrorKind::Timeout, "late"));
        let AnswerBody::Stream(mut body) = answered.try_recv().unwrap().body else { panic!("no stream") };
        let mut all = Vec::new();
        while let Some(piece) = body.recv().await {
            all.extend_from_slice(&piece);
        }
        let all = String::from_utf8(all).unwrap();
        let (told, error) = all.split_once(&format!("data: {sent}\n\n")).unwrap();
        assert_eq!(told.matches("data: ").count(), sent);
        assert!(error.starts_with("data: {\"error\"") && error.contains("late"), "{error}");
    }
}
