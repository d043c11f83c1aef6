//! Anthropic Messages.

use axum::extract::{Request, State};
use axum::response::Response;
use wire::Dialect;

use super::Route;
use crate::app::App;
use crate::http::error::ApiError;

pub(in crate::http) async fn create_message(State(app): State<App>, request: Request) -> Result<Response, ApiError> {
    let route = Route { dialect: Dialect::Anthropic, call_type: "anthropic_messages", address: None };
    super::serve(app, request, route).await
}
