//! The life of a connection: its first byte, TLS, requests, the end.

use std::error::Error;
use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use engine::telemetry::events;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout_at};

use super::caps::Place;
use super::frames::Frames;
use super::line::Line;
use super::opening::{Opened, Spoken, Unopened, open};
use super::patience::{Late, Patience};
use super::{Conversation, Tls};
use crate::app::App;
use crate::http::edge::{Gate, LONGEST_HEAD, Limits};

/// What a connection of HTTP/1 may hold of what it reads, and again of what it writes, in bytes.
const BUFFER: usize = LONGEST_HEAD;
/// What a client of HTTP/2 may send ahead, in bytes: on a stream, and on all of a connection together.
const STREAM_WINDOW: u32 = 256 << 10;
const CONNECTION_WINDOW: u32 = 1 << 20;
/// What a stream of HTTP/2 holds of an answer that its client does not take, in bytes.
const SEND_BUFFER: usize = 16 << 10;
/// Streams of one connection at once.
const STREAMS: u32 = 100;
/// Streams that a client opens and resets before we have looked at them (CVE-2023-44487), and streams that we reset because
/// of a client's mistakes: one more, and the connection is closed.
const RESET_STREAMS: usize = 20;
const MISTAKEN_STREAMS: usize = 100;
/// A client of HTTP/2 that is silent for so long is asked whether it is there, and has as long again to answer.
const PING: Duration = Duration::from_secs(20);
/// How often a connection that is to be closed is looked at for something that is still to be said.
const LAST_LOOK: Duration = Duration::from_millis(500);

/// A connection that was just accepted.
pub(super) struct Newcomer {
    pub(super) stream: TcpStream,
    pub(super) tls: Option<Arc<Tls>>,
    pub(super) limits: Arc<Limits>,
    /// Held to the end.
    pub(super) place: Place,
    pub(super) app: App,
    pub(super) router: Router,
    pub(super) peer: IpAddr,
    pub(super) accepted: Instant,
}

impl Newcomer {
    pub(super) async fn serve(self, stop: watch::Receiver<bool>) {
        let Self { stream, tls, limits, place, app, router, peer, accepted } = self;
        // without this small answers wait for the client's acknowledgement
        drop(stream.set_nodelay(true));
        let first_byte = accepted + limits.first_byte;
        let conversation = Arc::new(Conversation::with(peer));
        let line = Line::new(stream, Arc::clone(&conversation));
        let talk = Talk { conversation, limits, app, router, stop };
        match tls {
            None => talk.begin(line, first_byte).await,
            Some(tls) => {
                let mut stop = talk.stop.clone();
                let shaken = tokio::select! {
                    biased;
                    shaken = timeout_at(first_byte, tls.accept(line)) => shaken,
                    _ = stop.wait_for(|stop| *stop) => return,
                };
                match shaken {
                    // boxed: a plain connection needs no room for it
                    Ok(Ok(encrypted)) => Box::pin(talk.begin(encrypted, first_byte)).await,
                    Ok(Err(error)) => tracing::debug!(error = %error, "a TLS handshake failed"),
                    Err(_late) => events::refused_at_the_edge("first_byte"),
                }
            }
        }
        drop(place);
    }
}

/// A connection without its socket.
struct Talk {
    conversation: Arc<Conversation>,
    limits: Arc<Limits>,
    app: App,
    router: Router,
    stop: watch::Receiver<bool>,
}

impl Talk {
    async fn begin<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(mut self, io: S, first_byte: Instant) {
        let opened = tokio::select! {
            biased;
            opened = open(io, first_byte, &self.limits) => opened,
            // a connection that was opened ahead of need has nothing to finish
            _ = self.stop.wait_for(|stop| *stop) => return,
        };
        match opened {
            Ok((Spoken::Http1, io)) => self.http1(io).await,
            // boxed: its state is large, and most connections are of the other kind
            Ok((Spoken::Http2, io)) => Box::pin(self.http2(io)).await,
            Err(Unopened::Late) => events::refused_at_the_edge("first_byte"),
            Err(Unopened::Left) => {}
        }
    }

    async fn http1<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(self, io: Opened<S>) {
        let gate = Gate::new(io, Arc::clone(&self.conversation));
        let mut builder = http1::Builder::new();
        // hyper's own deadline sees complete heads only; its limit of headers is the gate's
        builder.header_read_timeout(None).max_buf_size(BUFFER);
        let (conversation, app, router) = (Arc::clone(&self.conversation), self.app.clone(), self.router.clone());
        let service = service_fn(move |request| Arc::clone(&conversation).answer(app.clone(), router.clone(), request));
        self.drive(builder.serve_connection(TokioIo::new(gate), service), Spoken::Http1).await;
    }

    async fn http2<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(self, io: Opened<S>) {
        let frames = Frames::new(io, Arc::clone(&self.conversation));
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .keep_alive_interval(PING)
            .keep_alive_timeout(PING)
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(u32::try_from(LONGEST_HEAD).unwrap_or(u32::MAX))
            .max_pending_accept_reset_streams(RESET_STREAMS)
            .max_local_error_reset_streams(MISTAKEN_STREAMS)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_send_buf_size(SEND_BUFFER);
        let (conversation, app, router) = (Arc::clone(&self.conversation), self.app.clone(), self.router.clone());
        let service = service_fn(move |request| Arc::clone(&conversation).answer(app.clone(), router.clone(), request));
        self.drive(builder.serve_connection(TokioIo::new(frames), service), Spoken::Http2).await;
    }

    /// Serves until client, deadline or `stop` ends it.
    async fn drive<C>(mut self, serving: C, spoken: Spoken)
    where
        C: GracefulConnection,
        C::Error: Error,
    {
        let mut serving = pin!(serving);
        let mut patience = Patience::new(Arc::clone(&self.conversation), Arc::clone(&self.limits));
        {
            let mut stopped = pin!(self.stop.wait_for(|stop| *stop));
            let late = tokio::select! {
                // what is there is read first: a request that came before the stop is served
                biased;
                served = &mut serving => return ended(served),
                late = poll_fn(|cx| patience.poll_late(cx)) => Some(late),
                _ = &mut stopped => None,
            };
            match late {
                // a client of HTTP/2 is told, so that it does not take it for a failure
                Some(Late::Idle) if spoken == Spoken::Http2 => {}
                Some(Late::Idle) => return,
                Some(Late::Head) => return events::refused_at_the_edge("headers"),
                Some(Late::Reading) => return events::refused_at_the_edge("write_stall"),
                None => {}
            }
        }
        serving.as_mut().graceful_shutdown();
        patience.close();
        let mut taken = self.conversation.taken();
        loop {
            tokio::select! {
                biased;
                served = &mut serving => return ended(served),
                _reading = poll_fn(|cx| patience.poll_late(cx)) => return events::refused_at_the_edge("write_stall"),
                () = sleep(LAST_LOOK) => {}
            }
            // hyper and h2 may hold the end of an answer: it is on its way as long as the client takes of it
            let before = std::mem::replace(&mut taken, self.conversation.taken());
            if self.conversation.is_over() && taken == before {
                return;
            }
        }
    }
}

fn ended<E: Error>(served: Result<(), E>) {
    if let Err(error) = served {
        tracing::debug!(error = %error, "a connection ended early");
    }
}
