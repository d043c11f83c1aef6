//! Anthropic Messages.

use axum::extract::{Request, State};
use axum::response::Response;
use wire::Dialect;

use crate::app::App;
use crate::http::error::ApiError;

pub(in crate::http) async fn create_message(State(app): State<App>, request: Request) -> Result<Response, ApiError> {
    super::serve(app, request, Dialect::Anthropic, "anthropic_messages").await
}
