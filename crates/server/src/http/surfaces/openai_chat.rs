//! OpenAI Chat Completions.

use axum::extract::{Request, State};
use axum::response::Response;
use engine::call::Task;
use wire::Dialect;

use super::Route;
use crate::app::App;
use crate::http::error::ApiError;

pub(in crate::http) async fn create_chat_completion(
    State(app): State<App>,
    request: Request,
) -> Result<Response, ApiError> {
    let route = Route { dialect: Dialect::OpenAiChat, call_type: "acompletion", address: None, task: Task::Answer };
    super::serve(app, request, route).await
}
