//! A provider's answer as it arrives.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use providers::UpstreamError;
use tokio::time::{Instant, timeout, timeout_at};
use wire::Dialect;
use wire::frame::Framing;

/// The largest whole answer that is taken, and the largest error.
const MAX_WHOLE: usize = 64 << 20;
const MAX_ERROR: usize = 64 << 10;
/// How long the words of an error may take: its status says enough.
const ERROR_WORDS: Duration = Duration::from_secs(10);
/// How long a finished stream may take to close, so that its connection can be used again.
const CLOSING: Duration = Duration::from_millis(500);

/// Head and body of an answer.
#[derive(Debug)]
pub(crate) struct Inbound {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    body: Incoming,
}

impl Inbound {
    pub(super) fn new(response: Response<Incoming>) -> Self {
        let (head, body) = response.into_parts();
        Self { status: head.status, headers: head.headers, body }
    }

    /// Whether the body can be read as it is: no request of ours asks for an encoding.
    pub(crate) fn is_plain(&self) -> bool {
        self.headers.get(CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity")
    }

    /// Whether the answer is a stream of events; one that does not say what it is may be.
    pub(crate) fn is_stream(&self, framing: Framing) -> bool {
        let expected = framing.content_type();
        self.headers.get(CONTENT_TYPE).is_none_or(|value| value.to_str().is_ok_and(|value| value.starts_with(expected)))
    }

    /// The header that names an error's type, where the dialect has one.
    pub(crate) fn error_word(&self, dialect: Dialect) -> Option<&str> {
        self.headers.get(dialect.error_header()?)?.to_str().ok()
    }

    /// The next piece, `None` at the end.
    pub(crate) async fn next(&mut self, deadline: Instant) -> Result<Option<Bytes>, UpstreamError> {
        loop {
            match timeout_at(deadline, self.body.frame()).await {
                Err(_late) => return Err(UpstreamError::timed_out("the provider stopped sending")),
                Ok(None) => return Ok(None),
                Ok(Some(Err(error))) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a provider's answer broke off");
                    return Err(UpstreamError::unreachable("the provider's answer broke off", true));
                }
                Ok(Some(Ok(frame))) => {
                    // trailers carry nothing that we use
                    if let Ok(piece) = frame.into_data() {
                        return Ok(Some(piece));
                    }
                }
            }
        }
    }

    /// The words of an error answer; none when they are too many or too slow.
    pub(crate) async fn error_words(&mut self, deadline: Instant) -> Bytes {
        let by = deadline.min(Instant::now() + ERROR_WORDS);
        self.collect(MAX_ERROR, by, ERROR_WORDS).await.unwrap_or_default()
    }

    /// The whole body, its pieces at most `between` apart.
    pub(crate) async fn whole(&mut self, deadline: Instant, between: Duration) -> Result<Bytes, UpstreamError> {
        self.collect(MAX_WHOLE, deadline, between).await
    }

    async fn collect(&mut self, most: usize, deadline: Instant, between: Duration) -> Result<Bytes, UpstreamError> {
        let by = || deadline.min(Instant::now() + between);
        let Some(first) = self.next(by()).await? else { return Ok(Bytes::new()) };
        let Some(second) = self.next(by()).await? else { return Ok(first) };
        let mut all = BytesMut::from(&first[..]);
        all.extend_from_slice(&second);
        while let Some(piece) = self.next(by()).await? {
            if all.len() + piece.len() > most {
                return Err(UpstreamError::malformed("the provider's answer is too large"));
            }
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }

    /// Reads what follows the last event, which should be nothing, so that the connection goes back to the pool.
    pub(crate) async fn close(mut self) {
        let rest = async { while let Some(Ok(_)) = self.body.frame().await {} };
        // a connection that does not close in time is dropped
        let _closed = timeout(CLOSING, rest).await;
    }
}
