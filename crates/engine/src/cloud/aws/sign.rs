//! SigV4: one signature over method, URI, a few headers and the body's hash.
//!
//! The rules are AWS's ("Create a signed AWS API request"); what botocore makes of them is the oracle: `vectors.json`.

use std::time::SystemTime;

use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningParams, SigningSettings, sign as sigv4};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderName, HeaderValue, Uri};

use super::error::SignError;

/// What signing adds, whatever an earlier signature or a client said.
const OURS: [&str; 3] = ["authorization", "x-amz-date", "x-amz-security-token"];

/// What a signature is good for.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) region: &'a str,
    pub(super) service: &'a str,
    pub(super) now: SystemTime,
}

pub(super) fn sign(parts: &mut Parts, body: &Bytes, identity: &Identity, scope: &Scope<'_>) -> Result<(), SignError> {
    for name in OURS {
        parts.headers.remove(name);
    }
    if let Some(uri) = without_default_port(&parts.uri)? {
        parts.uri = uri;
    }
    let host = host(parts)?;
    let params = v4::SigningParams::builder()
        .identity(identity)
        .region(scope.region)
        .name(scope.service)
        .time(scope.now)
        // what Bedrock expects: the path, already encoded once for the URL, is encoded a second time in what is signed
        .settings(SigningSettings::default())
        .build()
        .map_err(|_| SignError::Request("something of its scope is missing"))?;
    let params = SigningParams::V4(params);
    let mut headers = vec![(HOST.as_str(), host.as_str())];
    for (name, value) in parts.headers.iter().filter(|(name, _)| signed(name)) {
        let value = value.to_str().map_err(|_| SignError::Request("a header that is signed is not ASCII"))?;
        headers.push((name.as_str(), value));
    }
    let uri = parts.uri.to_string();
    let request = SignableRequest::new(parts.method.as_str(), uri, headers.into_iter(), SignableBody::Bytes(body))
        .map_err(|_| SignError::Request("its URL cannot be read"))?;
    let (made, _signature) = sigv4(request, &params)
        .map_err(|_| SignError::Request("its URL, a header or the credentials cannot be written in a signature"))?
        .into_parts();
    for header in made.into_parts().0 {
        let mut value = HeaderValue::try_from(header.value())
            .map_err(|_| SignError::Request("the credentials cannot be sent in a header"))?;
        value.set_sensitive(header.sensitive() || header.name() == AUTHORIZATION);
        parts.headers.insert(HeaderName::from_static(header.name()), value);
    }
    Ok(())
}

/// Whether a header is under the signature; `host` is anyway. The tracing header is the network's to change.
fn signed(name: &HeaderName) -> bool {
    *name == CONTENT_TYPE || (name.as_str().starts_with("x-amz") && name != "x-amzn-trace-id")
}

/// The host as hyper's client sends it: a header that stands there already, else the URI's, with the port if it says one.
fn host(parts: &Parts) -> Result<String, SignError> {
    if let Some(host) = parts.headers.get(HOST) {
        return host.to_str().map(str::to_owned).map_err(|_| SignError::Request("its host header is not ASCII"));
    }
    let host = parts.uri.host().ok_or(SignError::Request("its URL has no host"))?;
    Ok(parts.uri.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// HTTP/1.1 leaves the default port out of the host, HTTP/2 would send it: without it both say the same.
fn without_default_port(uri: &Uri) -> Result<Option<Uri>, SignError> {
    let default = match uri.scheme_str() {
        Some("https") => 443,
        Some("http") => 80,
        _ => return Err(SignError::Request("its URL has no scheme")),
    };
    let Some(host) = uri.host().filter(|_| uri.port_u16() == Some(default)) else { return Ok(None) };
    let unfit = SignError::Request("its URL cannot be read");
    let mut parts = uri.clone().into_parts();
    parts.authority = Some(Authority::try_from(host).map_err(|_| unfit)?);
    Uri::from_parts(parts).map(Some).map_err(|_| unfit)
}
