//! The life of one request: read it, log it, plan its answer, wait, send.

use std::borrow::Cow;
use std::str;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Collected};
use hyper::body::Incoming;
use serde_json::Value;

use crate::body::{Delivery, HungUp};
use crate::control;
use crate::faults::steps;
use crate::log::{Asked, Ticket};
use crate::plan::{Plan, plan};
use crate::route::{Route, route};
use crate::served::State;
use crate::shared::Shared;
use crate::write::{Answer, Ending};

/// Failures that a client should try again come with a moment to wait.
const RETRY: [u16; 7] = [408, 409, 429, 500, 502, 503, 529];

pub(crate) async fn serve(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Delivery>, HungUp> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(Collected::to_bytes);
    let route = route(&head.method, head.uri.path());
    let Ok(body) = body else {
        // the client left while it was still sending: the dropped ticket says so
        drop(shared.log.begin(&head, asked(route, &Value::Null, Bytes::new())));
        return Err(HungUp);
    };
    if let Some(answer) = control::answer(&shared, &head, &body) {
        return Ok(respond(Plan::plain(answer), None, &head.method));
    }
    let json = serde_json::from_slice::<Value>(&body).ok();
    let ticket = shared.log.begin(&head, asked(route, json.as_ref().unwrap_or(&Value::Null), body.clone()));
    let plan = plan(&shared, &head, route, &body, json.as_ref());
    send(plan, ticket, &head.method).await
}

async fn send(plan: Plan, mut ticket: Ticket, method: &Method) -> Result<Response<Delivery>, HungUp> {
    ticket.measured(plan.measured);
    let wait = plan.sleep + Duration::from_millis(plan.script.delay_ms);
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    if plan.script.hang_up {
        ticket.end(State::Cut);
        return Err(HungUp);
    }
    ticket.answered(plan.answer.status);
    Ok(respond(plan, Some(ticket), method))
}

fn asked(route: Route<'_>, json: &Value, body: Bytes) -> Asked {
    Asked { dialect: route.dialect(), model: route.model(json).map(Cow::into_owned), stream: route.stream(json), body }
}

fn respond(plan: Plan, ticket: Option<Ticket>, method: &Method) -> Response<Delivery> {
    let Plan { answer, script, slow, request_id, .. } = plan;
    let status = answer.status;
    let mut headers = headers(&answer, &request_id);
    let ending = if answer.ending == Ending::Error { State::Error } else { State::Complete };
    let mut steps = steps(answer, &script, slow);
    if let Some(length) = steps.length {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    for (name, value) in &script.headers {
        put(&mut headers, name, value);
    }
    if method == Method::HEAD || matches!(status, 204 | 304) {
        // HTTP has no body here: the server would drop it unread, which must not look like a client that left
        steps.queue.clear();
    }
    let mut response = Response::new(Delivery::new(steps, ticket, ending));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    response
}

fn headers(answer: &Answer, request_id: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.form.content_type()));
    if answer.form.is_stream() {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    if RETRY.contains(&answer.status) {
        headers.insert("retry-after-ms", HeaderValue::from_static("20"));
        headers.insert("retry-after", HeaderValue::from_static("0.02"));
    }
    // each dialect reads a name of its own
    for name in ["x-request-id", "request-id", "x-amzn-requestid"] {
        put(&mut headers, name, request_id);
    }
    for (name, value) in &answer.headers {
        put(&mut headers, name, value);
    }
    headers
}

fn put(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        headers.insert(name, value);
    }
}
