//! Anthropic Messages.

use axum::extract::{Request, State};
use axum::response::Response;
use engine::call::Task;
use http::StatusCode;
use wire::Dialect;

use super::Route;
use crate::app::App;
use crate::http::error::ApiError;

pub(in crate::http) async fn create_message(State(app): State<App>, request: Request) -> Result<Response, ApiError> {
    let route =
        Route { dialect: Dialect::Anthropic, call_type: "anthropic_messages", address: None, task: Task::Answer };
    super::serve(app, request, route).await
}

pub(in crate::http) async fn count_tokens(State(app): State<App>, request: Request) -> Result<Response, ApiError> {
    let route = Route { dialect: Dialect::Anthropic, call_type: "count_tokens", address: None, task: Task::Count };
    super::serve(app, request, route).await
}

/// Claude Code's reports on itself. They are taken, so that it does not try again, and not looked at.
pub(in crate::http) async fn discard_events() -> StatusCode {
    StatusCode::OK
}
