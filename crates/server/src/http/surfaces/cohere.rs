//! Cohere: `POST /v2/chat`, and `/v1/chat` for older clients.

use axum::extract::{Request, State};
use axum::response::Response;
use engine::call::Task;
use wire::Dialect;

use super::Route;
use crate::app::App;
use crate::http::error::ApiError;

pub(in crate::http) async fn create_chat(State(app): State<App>, request: Request) -> Result<Response, ApiError> {
    super::serve(app, request, route(Dialect::Cohere)).await
}

pub(in crate::http) async fn create_chat_v1(State(app): State<App>, request: Request) -> Result<Response, ApiError> {
    super::serve(app, request, route(Dialect::CohereV1)).await
}

fn route(dialect: Dialect) -> Route {
    Route { dialect, call_type: "acompletion", address: None, task: Task::Answer }
}
