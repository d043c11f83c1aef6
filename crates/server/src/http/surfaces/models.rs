//! Which models the caller may use, as OpenAI, Anthropic and Gemini list them.

mod query;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use engine::Principal;
use engine::models::Listed;
use http::header::ALLOW;
use http::{HeaderMap, Method, Uri};
use serde::Serialize;
use wire::{Dialect, ErrorKind, ErrorReply};

use self::query::Query;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::{extract, wrong_method};

/// LiteLLM's constant: models of a configuration have no birthday.
const CREATED: i64 = 1_677_610_602;

#[derive(Serialize)]
struct OpenAiModel {
    id: String,
    object: &'static str,
    created: i64,
    owned_by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_input_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata>,
}

/// What is known of a model beside.
#[derive(Serialize)]
struct Metadata {
    /// A call falls back on no other group.
    fallbacks: [String; 0],
}

#[derive(Serialize)]
struct OpenAiList {
    object: &'static str,
    data: Vec<OpenAiModel>,
}

#[derive(Serialize)]
struct AnthropicModel {
    r#type: &'static str,
    id: String,
    display_name: String,
    created_at: &'static str,
    lifecycle: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_input_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u64>,
}

#[derive(Serialize)]
struct AnthropicList {
    data: Vec<AnthropicModel>,
    has_more: bool,
    first_id: Option<String>,
    last_id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GeminiModel {
    name: String,
    version: &'static str,
    display_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_token_limit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_token_limit: Option<u64>,
    supported_generation_methods: &'static [&'static str],
}

#[derive(Serialize)]
struct GeminiList {
    models: Vec<GeminiModel>,
}

pub(in crate::http) async fn list_models(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let dialect = dialect(&uri, &headers);
    let principal = caller(&app, &uri, &headers, dialect).await?;
    let refuse = |reply| ApiError::in_dialect(reply, dialect, app.new_id());
    let Query { wanted, metadata } = Query::of(&uri).map_err(|error| refuse(*error.reply))?;
    let listed = app.engine().list_models(&principal, &wanted).await.map_err(refuse)?;
    Ok(match dialect {
        Dialect::Anthropic => {
            let data: Vec<_> = listed.into_iter().map(anthropic).collect();
            let (first_id, last_id) =
                (data.first().map(|model| model.id.clone()), data.last().map(|model| model.id.clone()));
            Json(AnthropicList { has_more: false, first_id, last_id, data }).into_response()
        }
        Dialect::Gemini => Json(GeminiList { models: listed.into_iter().map(gemini).collect() }).into_response(),
        // Bedrock lists its models elsewhere
        Dialect::OpenAiChat
        | Dialect::OpenAiCompletions
        | Dialect::OpenAiResponses
        | Dialect::Bedrock
        | Dialect::BedrockInvoke
        | Dialect::Cohere
        | Dialect::CohereV1 => {
            let known = || metadata.then_some(Metadata { fallbacks: [] });
            let data = listed.into_iter().map(|model| OpenAiModel { metadata: known(), ..openai(model) }).collect();
            Json(OpenAiList { object: "list", data }).into_response()
        }
    })
}

pub(in crate::http) async fn find_model(
    State(app): State<App>,
    Path(id): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let dialect = dialect(&uri, &headers);
    // an operation on a model is no model, not even where a `*` would serve one of that name
    if super::gemini::is_operation(uri.path()) {
        let refusal = ApiError::in_dialect(wrong_method(&method, uri.path()), dialect, app.new_id());
        return Ok(([(ALLOW, "POST")], refusal).into_response());
    }
    let principal = caller(&app, &uri, &headers, dialect).await?;
    let model = principal.find(&app.engine().settings(), &id).ok_or_else(|| {
        let message = format!("The model '{id}' does not exist here.");
        let reply = ErrorReply::new(ErrorKind::NotFound, message).with_param("model");
        ApiError::in_dialect(reply, dialect, app.new_id())
    })?;
    Ok(match dialect {
        Dialect::Anthropic => Json(anthropic(model)).into_response(),
        Dialect::Gemini => Json(gemini(model)).into_response(),
        Dialect::OpenAiChat
        | Dialect::OpenAiCompletions
        | Dialect::OpenAiResponses
        | Dialect::Bedrock
        | Dialect::BedrockInvoke
        | Dialect::Cohere
        | Dialect::CohereV1 => Json(openai(model)).into_response(),
    })
}

async fn caller(app: &App, uri: &Uri, headers: &HeaderMap, dialect: Dialect) -> Result<Principal, ApiError> {
    let credential = match dialect {
        Dialect::Gemini => super::gemini::credential(headers, uri.query()),
        Dialect::OpenAiChat
        | Dialect::OpenAiCompletions
        | Dialect::OpenAiResponses
        | Dialect::Bedrock
        | Dialect::BedrockInvoke
        | Dialect::Cohere
        | Dialect::CohereV1
        | Dialect::Anthropic => extract::credential(headers),
    };
    let identified = app.engine().identify(credential.as_ref(), uri.path()).await;
    identified.map_err(|reply| ApiError::in_dialect(reply, dialect, app.new_id()))
}

/// The APIs share these paths: Anthropic's clients always say which version of it they speak, Gemini's have a header for their
/// key or a path of their own.
fn dialect(uri: &Uri, headers: &HeaderMap) -> Dialect {
    if super::gemini::is_for(&Method::GET, uri.path(), headers) {
        Dialect::Gemini
    } else if headers.contains_key("anthropic-version") {
        Dialect::Anthropic
    } else {
        Dialect::OpenAiChat
    }
}

fn openai(model: Listed) -> OpenAiModel {
    OpenAiModel {
        id: model.name,
        object: "model",
        created: CREATED,
        owned_by: "openai",
        mode: model.mode,
        metadata: None,
        max_input_tokens: model.max_input_tokens,
        max_output_tokens: model.max_output_tokens,
    }
}

fn anthropic(model: Listed) -> AnthropicModel {
    AnthropicModel {
        r#type: "model",
        display_name: model.name.clone(),
        id: model.name,
        created_at: "2023-02-28T18:56:42Z",
        lifecycle: "active",
        max_input_tokens: model.max_input_tokens,
        max_tokens: model.max_output_tokens,
    }
}

fn gemini(model: Listed) -> GeminiModel {
    GeminiModel {
        name: format!("models/{}", model.name),
        version: "1",
        display_name: model.name,
        input_token_limit: model.max_input_tokens,
        output_token_limit: model.max_output_tokens,
        supported_generation_methods: match model.mode.as_deref() {
            Some("embedding") => &["embedContent", "batchEmbedContents"],
            _ => &["generateContent", "countTokens"],
        },
    }
}
