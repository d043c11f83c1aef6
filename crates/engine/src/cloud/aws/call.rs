//! One signed call of an AWS service that speaks JSON 1.1: a deadline, a bound on the answer, and what a refusal says.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName};
use http::response::Parts;
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout_at};

use super::error::{CallError, Refusal};
use super::{AwsAuth, Settings, Sources};
use crate::clock::Clock;
use crate::upstream::{Unanswered, Upstream};

/// The longest that a call may take: credentials are waited for besides, as long again at most.
const DEADLINE: Duration = Duration::from_secs(5);
/// How long a service that did not answer is left alone, in microseconds. Whoever asks meanwhile is told the same.
const PAUSE_MICROS: i64 = 1_000_000;
/// The largest answer that is read, in bytes. A secret has 64 KiB at most, which JSON may write six times as long.
const MOST: usize = 512 << 10;
/// The most of AWS's words that is kept.
const WORDS: usize = 300;
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// How AWS's services are reached: over which connections and with whose credentials.
#[derive(Clone, Debug)]
pub struct Access {
    pub upstream: Upstream,
    pub sources: Sources,
    /// The region is that of a service whose key or secret names none.
    pub settings: Settings,
    pub clock: Clock,
}

/// A service in one region.
#[derive(Debug)]
pub(super) struct Service {
    name: &'static str,
    url: Uri,
    auth: AwsAuth,
    upstream: Upstream,
    clock: Clock,
    /// When it last did not answer, and how.
    failed: Mutex<Option<(i64, CallError)>>,
}

impl Service {
    /// `name` begins the service's host and stands in the signature's scope. `endpoint` is a URL in place of AWS's own.
    pub(super) fn new(
        access: &Access,
        name: &'static str,
        region: &str,
        endpoint: Option<&str>,
    ) -> Result<Self, CallError> {
        let url = match endpoint {
            Some(url) => url.to_owned(),
            None => providers::in_region(&format!("https://{name}.{{region}}.amazonaws.com/"), region),
        };
        let usable = |url: &Uri| matches!(url.scheme_str(), Some("http" | "https")) && url.host().is_some();
        let url = url.parse().ok().filter(usable).ok_or(CallError::Endpoint { service: name })?;
        let settings = Settings { region: region.to_owned(), ..access.settings.clone() };
        let auth = access.sources.auth(name, settings);
        let (upstream, clock) = (access.upstream.clone(), access.clock.clone());
        Ok(Self { name, url, auth, upstream, clock, failed: Mutex::default() })
    }

    /// `target` is the operation as `x-amz-target` says it: `TrentService.Decrypt`.
    pub(super) async fn call<A: DeserializeOwned>(
        &self,
        target: &'static str,
        asked: &impl Serialize,
    ) -> Result<A, CallError> {
        let now = self.clock.now();
        if let Some((at, error)) = &*self.failed.lock()
            && (0..PAUSE_MICROS).contains(&now.saturating_sub(*at))
        {
            return Err(error.clone());
        }
        let outcome = self.ask(target, asked, now).await;
        self.note(target, outcome.as_ref().err());
        let body = outcome?;
        serde_json::from_slice(&body).map_err(|_| CallError::Unreadable { service: self.name })
    }

    /// Says of an outage when it begins, of a refusal always.
    fn note(&self, target: &'static str, error: Option<&CallError>) {
        let mut failed = self.failed.lock();
        let passing = error.filter(|error| error.may_pass());
        let before = std::mem::replace(&mut *failed, passing.map(|error| (self.clock.now(), error.clone())));
        drop(failed);
        let Some(error) = error else { return };
        if passing.is_none() || before.is_none() {
            let (status, code, message) = match error {
                CallError::Refused(refusal) => (refusal.status, &*refusal.code, &*refusal.message),
                _ => (0, "", ""),
            };
            tracing::warn!(service = self.name, target, status, code, message, "a call of AWS failed: {error}");
        }
    }

    async fn ask(&self, target: &'static str, asked: &impl Serialize, now: i64) -> Result<Bytes, CallError> {
        let service = self.name;
        let body = serde_json::to_vec(asked).map_err(|_| CallError::Unreadable { service })?;
        let request = self.signed(target, body.into(), now).await?;
        let deadline = Instant::now() + DEADLINE;
        let answer = self.upstream.exchange(request, deadline).await.map_err(|why| match why {
            Unanswered::Late => CallError::TimedOut { service },
            Unanswered::Broken(error) => {
                tracing::debug!(service, error = &error as &dyn std::error::Error, "AWS cannot be reached");
                CallError::Unreachable { service }
            }
        })?;
        let (head, body) = answer.into_parts();
        let body = self.read(body, deadline).await?;
        match head.status {
            StatusCode::OK => Ok(body),
            _ => Err(CallError::Refused(Box::new(refusal(service, target, &head, &body)))),
        }
    }

    async fn signed(&self, target: &'static str, body: Bytes, now: i64) -> Result<Request<Full<Bytes>>, CallError> {
        let mut request = Request::new(());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.clone();
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
        request.headers_mut().insert(TARGET, HeaderValue::from_static(target));
        let (mut parts, ()) = request.into_parts();
        let now = SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(now).unwrap_or_default());
        self.auth.sign(&mut parts, &body, now).await?;
        Ok(Request::from_parts(parts, Full::new(body)))
    }

    async fn read(&self, body: Incoming, deadline: Instant) -> Result<Bytes, CallError> {
        let service = self.name;
        match timeout_at(deadline, Limited::new(body, MOST).collect()).await {
            Ok(Ok(body)) => Ok(body.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(CallError::Unreadable { service }),
            Ok(Err(_broken)) => Err(CallError::Unreachable { service }),
            Err(_late) => Err(CallError::TimedOut { service }),
        }
    }
}

/// What an error answer says. Its code may come with a namespace before it (`…#Code`) or a URL behind (`Code:…`).
fn refusal(service: &'static str, target: &'static str, head: &Parts, body: &[u8]) -> Refusal {
    #[derive(Default, Deserialize)]
    struct Said {
        #[serde(rename = "__type")]
        kind: Option<String>,
        #[serde(alias = "Message")]
        message: Option<String>,
    }
    let said: Said = serde_json::from_slice(body).unwrap_or_default();
    let header = head.headers.get(ERROR_TYPE).and_then(|value| value.to_str().ok());
    let kind = said.kind.as_deref().or(header).unwrap_or_default();
    let code = kind.rsplit('#').next().and_then(|code| code.split(':').next()).unwrap_or_default();
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    let message = said.message.unwrap_or_default().chars().take(WORDS).collect();
    let action = target.rsplit('.').next().unwrap_or(target);
    Refusal { service, action, status: head.status.as_u16(), code, message }
}

/// The region in an ARN of `service`. It becomes part of a host, so it is looked at.
pub(super) fn region_of<'a>(arn: &'a str, service: &str) -> Option<&'a str> {
    let mut parts = arn.split(':');
    let found = parts.next() == Some("arn") && parts.next().is_some() && parts.next() == Some(service);
    let region = parts.next().filter(|_| found)?;
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (!region.is_empty() && region.bytes().all(fits)).then_some(region)
}
