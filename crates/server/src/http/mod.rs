//! Every route, grouped by reader, and the order of what stands around them.

pub mod accept;
pub mod edge;
pub(crate) mod error;
pub(crate) mod extract;
mod health;
mod surfaces;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::map_response_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{Method, StatusCode};
use wire::{Dialect, ErrorKind, ErrorReply};

use self::error::ApiError;
use crate::app::App;
use crate::manage;

/// The whole HTTP surface.
pub fn router(app: App) -> Router {
    Router::new()
        .merge(inference())
        .merge(operations())
        .merge(manage::routes().layer(map_response_with_state(app.clone(), give_id)))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(app)
}

/// For clients of models, by dialect.
fn inference() -> Router<App> {
    Router::new()
        // OpenAI
        .route("/v1/chat/completions", post(surfaces::openai_chat::create_chat_completion))
        .route("/chat/completions", post(surfaces::openai_chat::create_chat_completion))
        .route("/v1/completions", post(surfaces::openai_completions::create_completion))
        .route("/completions", post(surfaces::openai_completions::create_completion))
        .route("/v1/embeddings", post(surfaces::openai_embeddings::create_embedding))
        .route("/embeddings", post(surfaces::openai_embeddings::create_embedding))
        .merge(responses("/v1/responses"))
        .merge(responses("/responses"))
        .merge(responses("/openai/v1/responses"))
        // Anthropic
        .route("/v1/messages", post(surfaces::anthropic::create_message))
        .route("/v1/messages/count_tokens", post(surfaces::anthropic::count_tokens))
        .route("/api/event_logging/batch", post(surfaces::anthropic::discard_events))
        // Cohere
        .route("/v2/chat", post(surfaces::cohere::create_chat))
        .route("/v1/chat", post(surfaces::cohere::create_chat_v1))
        // Bedrock: what follows is the model's id, which may hold slashes, and the operation
        .route("/model/{*operation}", post(surfaces::bedrock::invoke_operation))
        .route("/bedrock/model/{*operation}", post(surfaces::bedrock::invoke_operation))
        .merge(models("/v1beta/models"))
        .merge(models("/v1/models"))
        .merge(models("/models"))
}

/// The list of models, and Gemini's operations, which stand behind a model's name, at one of the places where clients look for
/// them. Headers tell whose client asks for the list.
fn models(at: &str) -> Router<App> {
    use surfaces::{gemini, models};
    Router::new()
        .route(at, get(models::list_models))
        .route(&format!("{at}/{{*id}}"), get(models::find_model).post(gemini::invoke_operation))
}

/// OpenAI's Responses, at one of the places where clients look for them.
fn responses(at: &str) -> Router<App> {
    use surfaces::openai_responses::{
        count_input_tokens, create_response, refuse_compaction, refuse_kept, refuse_websocket,
    };
    Router::new()
        .route(at, post(create_response).get(refuse_websocket))
        .route(&format!("{at}/input_tokens"), post(count_input_tokens))
        .route(&format!("{at}/compact"), post(refuse_compaction))
        .route(&format!("{at}/{{id}}"), get(refuse_kept).delete(refuse_kept))
        .route(&format!("{at}/{{id}}/cancel"), post(refuse_kept))
        .route(&format!("{at}/{{id}}/input_items"), get(refuse_kept))
}

/// For those who run the gateway.
fn operations() -> Router<App> {
    Router::new()
        .route("/", get(health::what_this_is))
        .route("/health/liveliness", get(health::liveliness))
        .route("/health/liveness", get(health::liveliness))
        .route("/health/readiness", get(health::readiness))
        .route("/metrics", get(health::metrics))
        .route("/openapi.json", get(openapi))
}

async fn openapi() -> Response {
    axum::Json(crate::openapi::document()).into_response()
}

/// Answers of the management API have an id like those to calls.
async fn give_id(State(app): State<App>, mut response: Response) -> Response {
    error::set_ids(response.headers_mut(), Dialect::OpenAiChat, &app.new_id());
    response
}

async fn not_found(State(app): State<App>, request: Request) -> ApiError {
    no_route(&app, &request)
}

fn no_route(app: &App, request: &Request) -> ApiError {
    let message = format!("There is no {} {} here.", request.method(), request.uri().path());
    in_dialect_of(app, request, ErrorReply::new(ErrorKind::NotFound, message))
}

async fn method_not_allowed(State(app): State<App>, request: Request) -> ApiError {
    in_dialect_of(&app, &request, wrong_method(request.method(), request.uri().path()))
}

/// What is there takes other methods only.
fn wrong_method(method: &Method, path: &str) -> ErrorReply {
    let status = StatusCode::METHOD_NOT_ALLOWED.as_u16();
    ErrorReply::new(ErrorKind::InvalidRequest, format!("{path} does not take {method}.")).with_status(status)
}

/// Whether a path is one of Bedrock Runtime's, those without a handler too: its SDKs read only errors of their own shape. Below
/// `/model/` an operation stands behind the model's id; what is shorter manages models, and so does an update.
fn is_of_bedrock(path: &str) -> bool {
    match path.strip_prefix("/model/") {
        Some(rest) => rest.trim_end_matches('/').rsplit_once('/').is_some_and(|(_, last)| last != "update"),
        None => ["/async-invoke", "/bedrock/", "/guardrail"].iter().any(|prefix| path.starts_with(prefix)),
    }
}

/// Whether a path is one of Cohere's. The rest below `/v2/` manages the gateway.
fn is_of_cohere(path: &str) -> bool {
    let is_below = |place: &str| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    path == "/v1/chat" || ["/v2/chat", "/v2/embed", "/v2/rerank"].into_iter().any(is_below)
}

/// An error for a client that is known by its path and headers only.
fn in_dialect_of(app: &App, request: &Request, reply: ErrorReply) -> ApiError {
    let path = request.uri().path();
    let dialect = if is_of_bedrock(path) {
        Dialect::Bedrock
    } else if is_of_cohere(path) {
        Dialect::Cohere
    } else if surfaces::gemini::is_for(request.method(), path, request.headers()) {
        Dialect::Gemini
    } else if request.headers().contains_key("anthropic-version") {
        Dialect::Anthropic
    } else {
        Dialect::OpenAiChat
    };
    ApiError::in_dialect(reply, dialect, app.new_id())
}
