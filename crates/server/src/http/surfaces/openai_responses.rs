//! OpenAI Responses.

use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use engine::call::Task;
use http::{HeaderValue, StatusCode, Version, header};
use wire::{Dialect, ErrorKind, ErrorReply};

use super::Route;
use crate::app::App;
use crate::http::error::ApiError;

pub(in crate::http) async fn create_response(State(app): State<App>, request: Request) -> Result<Response, ApiError> {
    let route = Route { dialect: Dialect::OpenAiResponses, call_type: "aresponses", address: None, task: Task::Answer };
    super::serve(app, request, route).await
}

pub(in crate::http) async fn count_input_tokens(
    State(app): State<App>,
    request: Request,
) -> Result<Response, ApiError> {
    let route =
        Route { dialect: Dialect::OpenAiResponses, call_type: "count_tokens", address: None, task: Task::Count };
    super::serve(app, request, route).await
}

/// `GET` is how a client asks for the WebSocket form: told 426, it falls back to `POST`.
pub(in crate::http) async fn refuse_websocket(State(app): State<App>, request: Request) -> Response {
    let message = "Responses over a WebSocket are not served here: send a POST, with stream if you like.";
    let reply = ErrorReply::new(ErrorKind::InvalidRequest, message).with_status(StatusCode::UPGRADE_REQUIRED.as_u16());
    let mut response = ApiError::in_dialect(reply, Dialect::OpenAiResponses, app.new_id()).into_response();
    // a 426 must say what would do (RFC 9110, 15.5.22); HTTP/2 has no such headers
    if request.version() <= Version::HTTP_11 {
        response.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("HTTP/1.1"));
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    }
    response
}

/// What is asked of a response once it is made: none is kept.
pub(in crate::http) async fn refuse_kept(State(app): State<App>) -> ApiError {
    let message = "This gateway keeps no responses yet: there is none to read, cancel or delete. Send the whole \
                   conversation in 'input' of POST /v1/responses.";
    not_here(&app, message, "response_not_found")
}

/// A client that is told so shortens its conversation by itself.
pub(in crate::http) async fn refuse_compaction(State(app): State<App>) -> ApiError {
    let message = "Conversations are not compacted here: ask for a summary by POST /v1/responses.";
    not_here(&app, message, "compaction_not_available")
}

fn not_here(app: &App, message: &str, code: &str) -> ApiError {
    let mut reply = ErrorReply::new(ErrorKind::NotFound, message);
    reply.code = Some(code.to_owned());
    ApiError::in_dialect(reply, Dialect::OpenAiResponses, app.new_id())
}
