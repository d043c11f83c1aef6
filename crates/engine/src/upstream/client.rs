//! The connection pool, and one exchange of request and head.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use providers::UpstreamError;
use tokio::time::{Instant, timeout_at};

use super::connect::Connector;
use super::{Inbound, Outbound};

/// Idle connections a host; enough for a burst not to pay for handshakes.
const IDLE_PER_HOST: usize = 256;
const IDLE_FOR: Duration = Duration::from_secs(75);
/// What a connection of HTTP/1 may hold of an answer that its client does not take yet, and how long the head of an answer may
/// be, in bytes.
const READ_AHEAD: usize = 32 << 10;
/// The same of a stream of HTTP/2, in bytes.
const STREAM_WINDOW: u32 = 128 << 10;
/// And of all streams of a connection: of more than a provider lets share one, so that those which nobody reads leave room
/// for the others.
const CONNECTION_WINDOW: u32 = 512 * STREAM_WINDOW;

/// A pool of connections to providers. Redirects are not followed: they would carry a credential to another host.
#[derive(Clone, Debug)]
pub struct Upstream {
    client: Client<Connector, Full<Bytes>>,
}

impl Upstream {
    /// Trusts the system's certificate authorities. The error says what is wrong with them.
    pub fn new(connect: Duration) -> Result<Self, std::io::Error> {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        let https = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())?
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(http);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_FOR)
            .pool_max_idle_per_host(IDLE_PER_HOST)
            .http1_max_buf_size(READ_AHEAD)
            .http2_initial_stream_window_size(STREAM_WINDOW)
            .http2_initial_connection_window_size(CONNECTION_WINDOW)
            .build(Connector::new(https, connect));
        Ok(Self { client })
    }

    /// Sends a request to a provider and waits for the head of its answer, until `deadline` at the latest.
    pub(crate) async fn send(&self, outbound: Outbound, deadline: Instant) -> Result<Inbound, UpstreamError> {
        match self.exchange(outbound.into_request(), deadline).await {
            Ok(response) => Ok(Inbound::new(response)),
            Err(Unanswered::Broken(error)) => {
                let sent = !error.is_connect();
                tracing::warn!(error = &error as &dyn std::error::Error, sent, "a provider could not be reached");
                let what = if sent {
                    "the provider closed the connection before it answered"
                } else {
                    "the provider cannot be reached"
                };
                Err(UpstreamError::unreachable(what, sent))
            }
            Err(Unanswered::Late) => Err(UpstreamError::timed_out("the provider did not answer in time")),
        }
    }

    /// The same with whoever `request` names, over the same connections.
    pub async fn exchange(
        &self,
        request: Request<Full<Bytes>>,
        deadline: Instant,
    ) -> Result<Response<Incoming>, Unanswered> {
        match timeout_at(deadline, self.client.request(request)).await {
            Ok(answer) => answer.map_err(Unanswered::Broken),
            Err(_late) => Err(Unanswered::Late),
        }
    }
}

/// Why there is no head of an answer.
#[derive(Debug)]
pub enum Unanswered {
    Broken(hyper_util::client::legacy::Error),
    Late,
}
