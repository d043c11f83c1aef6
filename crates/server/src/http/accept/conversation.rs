//! What a connection is at, written down where it happens and read by the one who watches the time.
//!
//! | phase | what it is | the number beside it is another one when |
//! |---|---|---|
//! | `Idle` | no request | there was a request meanwhile, or 4 KiB more of an answer that hyper still held were taken |
//! | `Head` | a head has begun | it is the head of another request; its bytes do not count, a head that trickles is late |
//! | `UnderWay` | a request is being answered | never looked at: nothing but `waits_for_reader` is late then |
//!
//! The number is there because whoever looks does not look all the time: without it two idle times with a request between
//! them would seem to be one.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use engine::telemetry::events;
use http::{HeaderValue, Request, Version, header};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use tower::ServiceExt as _;

use super::heard::hear;
use crate::app::App;
use crate::http::edge::{self, Peer, Refusal, Refused};

/// Fewer bytes than two to this power are not progress.
const COUNTS: u32 = 12;

/// What one connection is at. Only its own task and those of its HTTP/2 streams write here, so nothing waits for anything.
#[derive(Debug, Default)]
pub(crate) struct Conversation {
    /// Whose it is.
    peer: Option<IpAddr>,
    /// Requests that came to the service.
    calls: AtomicU64,
    /// Of these, not answered to their end.
    under_way: AtomicU32,
    /// Answers that have something to say, or may have, and are not asked for it.
    unasked: AtomicU32,
    /// How often an answer was asked for its next piece.
    asked: AtomicU64,
    /// Bytes that the system took from us.
    written: AtomicU64,
    /// Before `written` is so much, answers that hyper has are not on their way completely.
    owed: AtomicU64,
    /// The system has no room for more.
    blocked: AtomicBool,
    /// A request has begun and its head is not complete.
    half_head: AtomicBool,
    /// The same in HTTP/2, where nothing else can come meanwhile.
    half_block: AtomicBool,
    refused: OnceLock<Refused>,
}

/// What a client is doing, as far as its requests go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing.
    Idle,
    /// It has begun a head.
    Head,
    /// It has asked.
    UnderWay,
}

impl Conversation {
    /// With the client at this address.
    pub(super) fn with(peer: IpAddr) -> Self {
        Self { peer: Some(peer), ..Self::default() }
    }

    pub(crate) fn set_half_head(&self, half: bool) {
        self.half_head.store(half, Ordering::Relaxed);
    }

    pub(super) fn set_half_block(&self, half: bool) {
        self.half_block.store(half, Ordering::Relaxed);
    }

    /// The request of that number is refused.
    pub(crate) fn refuse(&self, refused: Refused) {
        // there is one at most
        self.refused.get_or_init(|| refused);
    }

    #[cfg(test)]
    pub(crate) fn refused(&self) -> Option<Refused> {
        self.refused.get().copied()
    }

    pub(super) fn wrote(&self, all: u64) {
        self.written.store(all, Ordering::Relaxed);
    }

    pub(super) fn set_blocked(&self, blocked: bool) {
        self.blocked.store(blocked, Ordering::Relaxed);
    }

    /// The phase, and a number that is another one in each phase of the same name. Who still takes an answer that is all
    /// written, as far as hyper goes, is not idle.
    pub(super) fn phase(&self) -> (Phase, u64) {
        let (calls, taken) = (self.calls.load(Ordering::Relaxed), self.taken());
        if self.half_block.load(Ordering::Relaxed) {
            return (Phase::Head, calls);
        }
        match (self.under_way.load(Ordering::Relaxed), self.half_head.load(Ordering::Relaxed)) {
            (0, false) => (Phase::Idle, calls.wrapping_add(taken >> COUNTS)),
            (0, true) => (Phase::Head, calls),
            _ => (Phase::UnderWay, calls),
        }
    }

    /// `None` if nothing waits for the client to read, else a number that is another one when it has read. Where a window of
    /// HTTP/2 is full, single bytes do not count.
    pub(super) fn waits_for_reader(&self) -> Option<u64> {
        let asked = self.asked.load(Ordering::Relaxed);
        if self.blocked.load(Ordering::Relaxed) {
            Some(asked.wrapping_add(self.written.load(Ordering::Relaxed)))
        } else if self.unasked.load(Ordering::Relaxed) > 0 {
            Some(asked.wrapping_add(self.taken() >> COUNTS))
        } else {
            None
        }
    }

    /// Bytes that the system took from us so far, those left out that cannot be of an answer: a client can have as many
    /// answers to pings as it likes.
    pub(super) fn taken(&self) -> u64 {
        self.written.load(Ordering::Relaxed).min(self.owed.load(Ordering::Relaxed))
    }

    /// Hyper has so many bytes more to write.
    fn owe(&self, bytes: usize) {
        self.owed.fetch_max(self.written.load(Ordering::Relaxed), Ordering::Relaxed);
        self.owed.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Whether there is nothing left to say: no request is being answered, and no answer is on its way.
    pub(super) fn is_over(&self) -> bool {
        self.under_way.load(Ordering::Relaxed) == 0 && !self.blocked.load(Ordering::Relaxed)
    }

    /// Answers a request, or refuses it in its own language.
    pub(super) async fn answer(
        self: Arc<Self>,
        app: App,
        router: Router,
        request: Request<Incoming>,
    ) -> Result<Response<Tracked>, Infallible> {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        self.under_way.fetch_add(1, Ordering::Relaxed);
        let under_way = UnderWay(Arc::clone(&self));
        let version = request.version();
        let (mut request, heard) = hear(request);
        if let Some(address) = self.peer {
            request.extensions_mut().insert(Peer(address));
        }
        let refused = self.refused.get().filter(|refused| refused.request == number);
        let checked = match refused {
            Some(refused) => Err(refused.refusal),
            None if !app.limits().addresses.admit(self.peer, request.uri().path(), request.headers()) => {
                Err(Refusal::Address)
            }
            None => edge::check(&request),
        };
        let response = match checked {
            Ok(()) => router.oneshot(request).await?,
            Err(refusal) => refuse(&app, &request, refusal),
        };
        let mut response = response.map(|body| Tracked::new(body, under_way));
        if version < Version::HTTP_2 && heard.is_some_and(|heard| !heard.load(Ordering::Relaxed)) {
            // what was not read still comes, and hyper closes: a client that is not told sends its next request into nothing
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response)
    }
}

fn refuse(app: &App, request: &Request<Body>, refusal: Refusal) -> Response {
    events::refused_at_the_edge("request");
    let mut response = crate::http::in_dialect_of(app, request, refusal.reply()).into_response();
    if request.version() < Version::HTTP_2 {
        // who sends such a thing means something else by the bytes that follow
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// A request that is not answered to its end, for as long as this lives.
#[derive(Debug)]
struct UnderWay(Arc<Conversation>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The body of an answer, which notes how it is read.
#[derive(Debug)]
pub(super) struct Tracked {
    body: Body,
    unasked: bool,
    under_way: UnderWay,
}

impl Tracked {
    fn new(body: Body, under_way: UnderWay) -> Self {
        let mut tracked = Self { body, unasked: false, under_way };
        tracked.set_unasked(true);
        tracked
    }

    fn set_unasked(&mut self, unasked: bool) {
        let count = &self.under_way.0.unasked;
        match (self.unasked, unasked) {
            (false, true) => count.fetch_add(1, Ordering::Relaxed),
            (true, false) => count.fetch_sub(1, Ordering::Relaxed),
            _ => return,
        };
        self.unasked = unasked;
    }
}

impl http_body::Body for Tracked {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let tracked = self.get_mut();
        tracked.under_way.0.asked.fetch_add(1, Ordering::Relaxed);
        let frame = Pin::new(&mut tracked.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &frame {
            tracked.under_way.0.owe(frame.data_ref().map_or(0, Bytes::len));
        }
        tracked.set_unasked(matches!(frame, Poll::Ready(Some(_))));
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        self.set_unasked(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_of_an_answer_is_progress() {
        let conversation = Conversation::default();
        // settings and answers to pings
        conversation.wrote(100_000);
        let idle = conversation.phase();
        conversation.wrote(200_000);
        assert_eq!(conversation.phase(), idle);
        conversation.owe(50_000);
        let owing = conversation.phase();
        conversation.wrote(210_000);
        let taking = conversation.phase();
        assert_ne!(taking, owing, "some of the answer");
        conversation.wrote(250_000);
        let taken = conversation.phase();
        assert_ne!(taken, taking, "all of it");
        conversation.wrote(1_000_000);
        assert_eq!(conversation.phase(), taken, "nothing is left that could be taken");
    }
}
