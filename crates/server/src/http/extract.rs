//! What handlers take from requests: bounded bodies, credentials, authenticated principals.

use axum::body::Body;
use axum::extract::{FromRequestParts, Request};
use bytes::Bytes;
use engine::Principal;
use engine::secret::Secret;
use engine::telemetry::events;
use http::request::Parts;
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout};
use wire::{ErrorKind, ErrorReply};

use super::edge::{Bodies, Limits};
use super::error::ApiError;
use crate::app::App;

/// Where a credential may stand, the first that is there counts (LiteLLM's order).
pub(in crate::http) const CREDENTIAL_HEADERS: &[&str] =
    &["x-litellm-api-key", "authorization", "api-key", "x-api-key", "x-goog-api-key"];

/// So much of a body at most is counted before it has arrived, whatever its header announces.
const FIRST_ROOM: usize = 64 << 10;

/// As many of the largest bodies of the management API may be held at once. They have room of their own: whatever callers of
/// models do, an administrator can act.
const MANAGEMENT_BODIES: usize = 16;

/// The credential of a request, if it has one.
pub(in crate::http) fn credential(headers: &HeaderMap) -> Option<Secret> {
    CREDENTIAL_HEADERS.iter().find_map(|name| {
        let value = headers.get(*name)?.to_str().ok()?.trim();
        let bare = match value.split_once(' ') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => rest.trim(),
            Some(_) if *name == "authorization" => return None,
            // the scheme alone
            None if value.eq_ignore_ascii_case("bearer") => return None,
            _ => value,
        };
        (!bare.is_empty()).then(|| Secret::new(bare))
    })
}

/// The whole body of a call, up to the configured size.
pub(in crate::http) async fn read_body(app: &App, headers: &HeaderMap, body: Body) -> Result<Bytes, ErrorReply> {
    let limits = app.limits();
    let (bodies, in_flight) = (app.bodies(), limits.body_bytes_in_flight);
    Reading { limits: &limits, bodies, in_flight, max: limits.body_bytes }.read(headers, body).await
}

/// How a body is read.
struct Reading<'a> {
    limits: &'a Limits,
    bodies: &'a Bodies,
    /// What `bodies` may hold together, and what this one may be, in bytes.
    in_flight: usize,
    max: usize,
}

impl Reading<'_> {
    async fn read(&self, headers: &HeaderMap, body: Body) -> Result<Bytes, ErrorReply> {
        if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
            let message = "Send the body without a content-encoding.";
            return Err(ErrorReply::new(ErrorKind::InvalidRequest, message).with_status(415));
        }
        let announced =
            headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if announced.is_some_and(|length| length > self.max) {
            return Err(too_large(self.max));
        }
        self.collect(body, announced.unwrap_or_default()).await
    }

    /// The body in one piece. Its memory is counted when it is needed, so that announcing a body costs nobody else's room.
    async fn collect(&self, mut body: Body, announced: usize) -> Result<Bytes, ErrorReply> {
        let first = announced.min(FIRST_ROOM);
        let mut share = self.bodies.reserve(first, self.in_flight).map_err(|_full| no_room())?;
        let mut all = Vec::with_capacity(first);
        let began = Instant::now();
        loop {
            let left = self.limits.body_time(all.len()).saturating_sub(began.elapsed());
            let frame = timeout(left.min(self.limits.body_pause), body.frame()).await.map_err(|_late| late())?;
            let Some(frame) = frame else { return Ok(share.hold(all)) };
            let frame = frame.map_err(|_| ErrorReply::new(ErrorKind::InvalidRequest, "The request body broke off."))?;
            let Ok(piece) = frame.into_data() else { continue };
            let length = all.len() + piece.len();
            if length > self.max {
                return Err(too_large(self.max));
            }
            if length > all.capacity() {
                // never more than will be needed, as far as that is known
                let most = if announced > 0 { announced } else { self.max };
                let room = (all.capacity() * 2).min(most).max(length);
                share.grow_to(room, self.in_flight).map_err(|_full| no_room())?;
                all.reserve_exact(room - all.len());
            }
            all.extend_from_slice(&piece);
        }
    }
}

fn late() -> ErrorReply {
    ErrorReply::new(ErrorKind::Timeout, "The request body did not arrive in time.")
}

fn no_room() -> ErrorReply {
    events::refused_at_the_edge("body_memory");
    let message = "The gateway holds as many request bodies as it may. Try again in a moment.";
    ErrorReply::new(ErrorKind::Unavailable, message)
}

fn too_large(max: usize) -> ErrorReply {
    ErrorReply::new(ErrorKind::TooLarge, format!("The request body is larger than {max} bytes."))
}

/// An authenticated caller of the management API.
pub(crate) struct Caller(pub(crate) Principal);

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let credential = credential(&parts.headers);
        Ok(Self(app.engine().identify(credential.as_ref(), parts.uri.path()).await?))
    }
}

/// A JSON body of the management API; unknown fields and wrong types are refused with their names.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> axum::extract::FromRequest<App> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request<Body>, app: &App) -> Result<Self, ApiError> {
        let (head, body) = request.into_parts();
        let limits = app.limits();
        let max = limits.management_body_bytes;
        let in_flight = max.saturating_mul(MANAGEMENT_BODIES);
        let reading = Reading { limits: &limits, bodies: app.management_bodies(), in_flight, max };
        let bytes = reading.read(&head.headers, body).await?;
        let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(bytes).map(Self).map_err(|error| ApiError::invalid("request_body", error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_credential_where_clients_put_it() {
        for (headers, expected) in [
            (&[("authorization", "Bearer sk-a")][..], Some("sk-a")),
            (&[("authorization", "bearer  sk-a ")], Some("sk-a")),
            (&[("authorization", "Basic abc")], None),
            (&[("authorization", "Basic abc"), ("x-api-key", "sk-b")], Some("sk-b")),
            (&[("x-api-key", "sk-b")], Some("sk-b")),
            (&[("api-key", "sk-c")], Some("sk-c")),
            (&[("x-goog-api-key", "sk-e")], Some("sk-e")),
            (&[("authorization", "Bearer sk-a"), ("x-litellm-api-key", "Bearer sk-d")], Some("sk-d")),
            (&[("x-api-key", "")], None),
            (&[("authorization", "Bearer ")], None),
            (&[("authorization", "bearer"), ("x-api-key", "sk-b")], Some("sk-b")),
            (&[("x-api-key", "Bearer")], None),
            (&[], None),
        ] {
            let map: HeaderMap = headers
                .iter()
                .map(|(name, value)| (http::HeaderName::from_static(name), http::HeaderValue::from_static(value)))
                .collect();
            assert_eq!(credential(&map).as_ref().map(Secret::reveal), expected, "{headers:?}");
        }
    }
}
