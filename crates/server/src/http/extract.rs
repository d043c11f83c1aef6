//! What handlers take from requests: bounded bodies, credentials, authenticated principals.

use axum::body::Body;
use std::time::Duration;

use axum::extract::{FromRequestParts, Request};
use bytes::{Bytes, BytesMut};
use engine::Principal;
use engine::secret::Secret;
use http::request::Parts;
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use tokio::time::timeout;
use wire::{ErrorKind, ErrorReply};

use super::error::ApiError;
use crate::app::App;

/// Where a credential may stand, the first that is there counts (LiteLLM's order).
const CREDENTIAL_HEADERS: &[&str] = &["x-litellm-api-key", "authorization", "api-key", "x-api-key"];

/// Memory is set aside for so much of a body before it has arrived, whatever its header announces.
const FIRST_ROOM: usize = 64 << 10;
/// A body that stands still for so long is given up.
const BETWEEN_PIECES: Duration = Duration::from_secs(30);

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

/// The whole body, up to the configured size.
pub(in crate::http) async fn read_body(app: &App, headers: &HeaderMap, body: Body) -> Result<Bytes, ErrorReply> {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        let message = "Send the body without a content-encoding.";
        return Err(ErrorReply::new(ErrorKind::InvalidRequest, message).with_status(415));
    }
    let max = app.max_body_bytes();
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > max) {
        return Err(too_large(max));
    }
    collect(body, max, announced.unwrap_or_default()).await
}

async fn collect(mut body: Body, max: usize, announced: usize) -> Result<Bytes, ErrorReply> {
    let mut all = BytesMut::with_capacity(announced.min(FIRST_ROOM));
    let late = || ErrorReply::new(ErrorKind::Timeout, "The request body did not arrive in time.");
    while let Some(frame) = timeout(BETWEEN_PIECES, body.frame()).await.map_err(|_late| late())? {
        let frame = frame.map_err(|_| ErrorReply::new(ErrorKind::InvalidRequest, "The request body broke off."))?;
        if let Ok(piece) = frame.into_data() {
            if all.len() + piece.len() > max {
                return Err(too_large(max));
            }
            all.extend_from_slice(&piece);
        }
    }
    Ok(all.freeze())
}

fn too_large(max: usize) -> ErrorReply {
    ErrorReply::new(ErrorKind::TooLarge, format!("The request body is larger than {max} bytes."))
}

/// An authenticated caller of the management API.
pub(crate) struct Caller(pub(crate) Principal);

impl Caller {
    /// The caller, if it is an administrator.
    pub(crate) fn admin(self, action: &str) -> Result<Principal, ApiError> {
        if self.0.is_admin() { Ok(self.0) } else { Err(ApiError::admins_only(action)) }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let credential = credential(&parts.headers);
        Ok(Self(app.engine().identify(credential.as_ref()).await?))
    }
}

/// A JSON body of the management API; unknown fields and wrong types are refused with their names.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> axum::extract::FromRequest<App> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request<Body>, app: &App) -> Result<Self, ApiError> {
        let (head, body) = request.into_parts();
        let bytes = read_body(app, &head.headers, body).await?;
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
