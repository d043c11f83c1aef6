//! Probes and metrics. None of them looks at a provider: a gateway that is up must not be restarted for somebody else's fault.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde::Serialize;
use store::WriterHealth;

use crate::app::App;

#[derive(Serialize)]
pub(super) struct Greeting {
    service: &'static str,
    about: &'static str,
}

/// The LiteLLM whose management API this is, for clients that ask which one they talk to.
const LITELLM: &str = "1.109.1";

#[derive(Serialize)]
struct Readiness {
    /// LiteLLM's word when all is well.
    status: &'static str,
    db: &'static str,
    /// Ledger rows that are on their way to the database.
    ledger_backlog: usize,
    litellm_version: &'static str,
}

/// For people and clients that knock at the front door.
pub(super) async fn what_this_is() -> Json<Greeting> {
    Json(Greeting { service: "turnpike", about: "an AI gateway: GET /v1/models lists what your key may use" })
}

/// The process runs.
pub(super) async fn liveliness() -> Json<&'static str> {
    Json("I'm alive!")
}

/// This instance can serve. A database that is away does not change that: keys are remembered and rows wait in the journal.
pub(super) async fn readiness(State(app): State<App>) -> Response {
    let poster = &app.engine().poster;
    let connected = *poster.health().borrow() == WriterHealth::Committing;
    let (code, status) =
        if app.is_ready() { (StatusCode::OK, "healthy") } else { (StatusCode::SERVICE_UNAVAILABLE, "stopping") };
    let db = if connected { "connected" } else { "Not connected" };
    let ledger_backlog = poster.backlog();
    (code, Json(Readiness { status, db, ledger_backlog, litellm_version: LITELLM })).into_response()
}

/// Prometheus' text format.
pub(super) async fn metrics(State(app): State<App>) -> Response {
    let text = app.metrics().map(metrics_exporter_prometheus::PrometheusHandle::render).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
