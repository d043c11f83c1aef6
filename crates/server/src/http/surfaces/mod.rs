//! Surfaces: the HTTP routes of a dialect. They read a request as far as HTTP goes and hand it to the engine.

pub(super) mod anthropic;
pub(super) mod bedrock;
pub(super) mod cohere;
pub(super) mod gemini;
pub(super) mod models;
pub(super) mod openai_chat;
pub(super) mod openai_completions;
pub(super) mod openai_embeddings;
pub(super) mod openai_responses;

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use engine::call::{Answer, AnswerBody, Call, Task};
use http::{HeaderName, HeaderValue};
use http_body::Frame;
use tokio::sync::mpsc;
use tokio::time::Instant;
use wire::Dialect;
use wire::envelope::Address;

use super::error::ApiError;
use super::extract;
use crate::app::App;

/// A body that takes longer was not sent at once: whoever sends it must show that he still may.
const BRIEF: Duration = Duration::from_millis(250);

/// What a surface knows of a request by its route.
struct Route {
    dialect: Dialect,
    /// What the ledger calls such a call.
    call_type: &'static str,
    /// What the URL says, in dialects that put the model there.
    address: Option<Address>,
    task: Task,
}

/// Runs a request through the engine.
async fn serve(app: App, request: Request, route: Route) -> Result<Response, ApiError> {
    let Route { dialect, call_type, address, task } = route;
    let engine = app.engine();
    let id = app.new_id();
    let (head, body) = request.into_parts();
    let refuse = |reply| ApiError::in_dialect(reply, dialect, id.clone());
    // who asks comes first: a stranger's body is not even read
    let credential = match dialect {
        Dialect::Gemini => gemini::credential(&head.headers, head.uri.query()),
        Dialect::Bedrock | Dialect::BedrockInvoke => bedrock::credential(&app, &head.headers).map_err(refuse)?,
        Dialect::OpenAiChat
        | Dialect::OpenAiCompletions
        | Dialect::OpenAiResponses
        | Dialect::Anthropic
        | Dialect::Cohere
        | Dialect::CohereV1 => extract::credential(&head.headers),
    };
    let principal = engine.identify(credential.as_ref(), head.uri.path()).await.map_err(refuse)?;
    let asked = Instant::now();
    let body = extract::read_body(&app, &head.headers, body).await.map_err(refuse)?;
    let principal = if asked.elapsed() < BRIEF {
        principal
    } else {
        // the key may have been taken back while its body was on the way
        engine.identify(credential.as_ref(), head.uri.path()).await.map_err(refuse)?
    };
    let query = head.uri.query().map(|query| {
        // a key may stand there, which is for nobody else
        if dialect == Dialect::Gemini { gemini::without_key(query) } else { query.to_owned() }
    });
    let call = Call { dialect, task, address, body, headers: head.headers, query, call_type, id };
    let answer = match task {
        Task::Count => engine.count(principal, call).await,
        Task::Answer | Task::Embed | Task::EmbedOne => engine.serve(principal, call).await,
    };
    Ok(respond(answer))
}

fn respond(answer: Answer) -> Response {
    let body = match answer.body {
        AnswerBody::Whole(bytes) => Body::from(bytes),
        AnswerBody::Stream(pieces) => Body::new(Pieces(pieces)),
    };
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    response.headers_mut().reserve(answer.headers.len());
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().append(HeaderName::from_static(name), value);
        }
    }
    response
}

/// A stream's pieces as a body. Dropping it tells the exchange that the client has left.
struct Pieces(mpsc::Receiver<Bytes>);

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.poll_recv(cx).map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}
