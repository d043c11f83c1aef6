//! `POST /health/test_connection`: whether a deployment answers, one that there is or one that is to be.
//!
//! It is one small call like any other. Whoever may not add such a model may not try it either: the call would go where he
//! says, with what he names.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use engine::call::{AnswerBody, Call, Task};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use store::StoreError;
use store::models::ModelRow;
use utoipa::ToSchema;
use wire::Dialect;

use super::body::{self, Model};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::live::Added;
use crate::manage::body::{Change, not_yet, read};
use crate::manage::fields::{Attached, is_masked, masked};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// What the ledger calls the model group and, where it has no id, the deployment.
const NAME: &str = "test_connection";
/// LiteLLM's word for such calls.
const CALL_TYPE: &str = "ahealth_check";
/// Enough for models that think first, and cheap.
const CEILING: u32 = 64;
/// Parameters that say nothing of where a call goes and with what: with these in the request, what is stored of the deployment
/// is used for the rest. With others it is not, as its credentials would go where the request says.
const HARMLESS: &[&str] =
    &["max_retries", "rpm", "stream_timeout", "timeout", "tpm", "weight", "drop_params", "max_tokens"];

#[derive(Deserialize, ToSchema)]
pub(crate) struct TestConnectionRequest {
    /// `chat` unless given here or in `model_info`; `completion`, `embedding`, `responses` or `anthropic_messages`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    mode: Change<String>,
    /// As for `/model/new`. With `model` alone, or with an id, what is stored of the deployment.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    litellm_params: Change<Attached>,
    /// `id`: a deployment that there is. `team_id`: the team that is to have it.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    model_info: Change<Attached>,
}

/// Whether it answered.
#[derive(Serialize, ToSchema)]
pub(crate) struct TestConnectionResponse {
    /// `success` or `error`.
    status: &'static str,
    /// What was called, secrets masked; in `error` why it did not answer.
    #[schema(value_type = Object)]
    result: Map<String, Value>,
}

/// Tries whether a deployment answers.
#[utoipa::path(
    post, path = "/health/test_connection", tag = "models", request_body = TestConnectionRequest,
    responses((status = 200, body = TestConnectionResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn test_connection(
    State(app): State<App>,
    operator: Operator,
    JsonBody(raw): JsonBody<Box<RawValue>>,
) -> Result<Json<TestConnectionResponse>, ApiError> {
    let request: TestConnectionRequest = read(&raw, &[])?;
    let mut info = request.model_info.set().unwrap_or_default().0;
    let given = request.litellm_params.set().unwrap_or_default().0;
    let mode = request.mode.set().or_else(|| info.get("mode").and_then(Value::as_str).map(str::to_owned));
    let id = body::id_of(&mut info);
    let stored = Stored::find(&app, &operator, id.as_deref(), &given).await?;
    let team = stored.as_ref().map_or_else(|| body::team_of(&info).map(str::to_owned), |stored| stored.team.clone());
    let standing = body::standing(&app, &operator, team.as_deref()).await?;
    let params = match stored {
        Some(stored) => stored.merged(given),
        None => said(given),
    };
    let is_pattern = params.get("model").and_then(Value::as_str).is_none_or(|model| model.contains('*'));
    if is_pattern {
        return Err(ApiError::invalid("litellm_params.model", "name one model"));
    }
    if standing.is_some() {
        body::own_means(NAME, &params, &info)?;
    }
    let call = call(&app, mode.as_deref().unwrap_or("chat"))?;
    let mut result = masked(&params);
    let whole = body::with_credential(&app, params).await?;
    let id = id.unwrap_or_else(|| NAME.to_owned());
    let added = Added { id, name: NAME.to_owned(), team: None, params: whole.clone(), info: Map::new() };
    let deployment =
        app.live().deployment(&added).await.map_err(|errors| ApiError::invalid("litellm_params", errors))?;
    let mut secrets = Vec::new();
    collect_secrets(&whole, &mut secrets);
    secrets.extend(deployment.key.as_ref().map(|key| key.reveal().to_owned()));
    secrets.extend(deployment.headers.iter().map(|(_, value)| value.clone()));
    let answer = app.engine().probe(deployment, call).await;
    let status = if answer.status.is_success() { "success" } else { "error" };
    if let (false, AnswerBody::Whole(body)) = (answer.status.is_success(), &answer.body) {
        result.insert("error".to_owned(), without(problem(body), &secrets).into());
    }
    Ok(Json(TestConnectionResponse { status, result }))
}

/// What is stored of a deployment.
struct Stored {
    group: String,
    team: Option<String>,
    params: Map<String, Value>,
}

impl Stored {
    /// By its id; else by the model group or the model's name, which only administrators are told of.
    async fn find(
        app: &App,
        operator: &Operator,
        id: Option<&str>,
        given: &Map<String, Value>,
    ) -> Result<Option<Self>, ApiError> {
        if let Some(id) = id {
            let row = store::find::<ModelRow>(&app.engine().db, &operator.scope, &[id]).await?;
            if let Some(row) = row {
                let Model { name, team, params, .. } = Model::open(app, &row).await?;
                return Ok(Some(Self { group: name, team, params }));
            }
        }
        let named = given.get("model").and_then(Value::as_str);
        let settings = app.engine().settings();
        let mut seen = settings.models.deployments().filter(|_| operator.principal.is_admin());
        let found = match (id, named) {
            (Some(id), _) => Some(seen.find(|seen| seen.id == id).ok_or(StoreError::NotFound { what: "model" })?),
            (None, Some(model)) => {
                let seen: Vec<_> = seen.collect();
                let is_called = |params: &Map<String, Value>| params.get("model").is_some_and(|own| own == model);
                let group = seen.iter().find(|seen| seen.group == model);
                group.or_else(|| seen.iter().find(|seen| is_called(&seen.written.params))).copied()
            }
            (None, None) => None,
        };
        Ok(found.map(|deployment| Self {
            group: deployment.group.clone(),
            team: deployment.team.clone(),
            params: Arc::clone(&deployment.written).params.clone(),
        }))
    }

    /// What the request says, and the stored parameters behind it.
    fn merged(self, given: Map<String, Value>) -> Map<String, Value> {
        let Self { group, mut params, .. } = self;
        let mut given = said(given);
        if given.get("model").is_some_and(|named| *named == group) {
            given.remove("model");
        }
        let is_same = |name: &String, value: &Value| params.get(name) == Some(value);
        let brings_own = given.iter().any(|(name, value)| !HARMLESS.contains(&name.as_str()) && !is_same(name, value));
        if brings_own {
            params.retain(|name, _| matches!(name.as_str(), "model" | "custom_llm_provider"));
        }
        params.extend(given);
        params
    }
}

/// What is null, or masked as it was read, is not said.
fn said(given: Map<String, Value>) -> Map<String, Value> {
    let mut said = body::coerced(given);
    said.retain(|_, value| !value.is_null() && !is_masked(value));
    said
}

/// The smallest question of a kind.
fn call(app: &App, mode: &str) -> Result<Call, ApiError> {
    let messages = json!([{"role": "user", "content": "Hi"}]);
    let (dialect, task, body) = match mode {
        // in a dialect in which the ceiling has one name: providers of OpenAI's do not agree on it
        "chat" | "anthropic_messages" => {
            let body = json!({"model": NAME, "max_tokens": CEILING, "messages": messages});
            (Dialect::Anthropic, Task::Answer, body)
        }
        "completion" => {
            let body = json!({"model": NAME, "max_tokens": CEILING, "prompt": "Hi"});
            (Dialect::OpenAiCompletions, Task::Answer, body)
        }
        "responses" => {
            let body = json!({"model": NAME, "max_output_tokens": CEILING, "input": "Hi"});
            (Dialect::OpenAiResponses, Task::Answer, body)
        }
        "embedding" => (Dialect::OpenAiChat, Task::Embed, json!({"model": NAME, "input": "Hi"})),
        "audio_speech"
        | "audio_transcription"
        | "batch"
        | "decisions"
        | "evaluation"
        | "extraction"
        | "image_edit"
        | "image_generation"
        | "ocr"
        | "realtime"
        | "rerank"
        | "video_generation" => {
            return Err(not_yet("mode"));
        }
        _ => return Err(ApiError::unprocessable("mode", "no such mode")),
    };
    Ok(Call {
        dialect,
        task,
        address: None,
        body: body.to_string().into(),
        headers: http::HeaderMap::new(),
        query: None,
        call_type: CALL_TYPE,
        id: app.new_id(),
    })
}

/// The sentence in an error of any dialect.
fn problem(body: &[u8]) -> String {
    let error = serde_json::from_slice::<Value>(body).unwrap_or_default();
    let sentence = error.pointer("/error/message").or_else(|| error.get("message")).and_then(Value::as_str);
    sentence.unwrap_or("The provider answered with an error.").to_owned()
}

/// The texts that are masked where the parameters are shown.
fn collect_secrets(params: &Map<String, Value>, secrets: &mut Vec<String>) {
    for (shown, (_, value)) in masked(params).values().zip(params) {
        match value {
            Value::String(text) if shown != value => secrets.push(text.clone()),
            Value::Object(fields) => collect_secrets(fields, secrets),
            _ => {}
        }
    }
}

/// The text without these: a provider may say what it was sent.
fn without(text: String, secrets: &[String]) -> String {
    let long_enough = secrets.iter().filter(|secret| secret.len() >= 4);
    long_enough.fold(text, |text, secret| text.replace(secret.as_str(), "…"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        let Value::Object(object) = value else { panic!() };
        object
    }

    #[test]
    fn stored_credentials_go_nowhere_else() {
        let stored = json!({"model": "openai/m", "custom_llm_provider": "openai", "api_key": "sk-stored", "api_base": "http://a", "timeout": 5});
        for (given, merged) in [
            (json!({}), stored.clone()),
            (json!({"model": "group"}), stored.clone()),
            (json!({"model": "openai/m", "api_base": "http://a", "api_key": "sk****ed", "x": null}), stored.clone()),
            (json!({"timeout": 1, "rpm": "2"}), {
                let mut merged = stored.clone();
                merged["timeout"] = json!(1);
                merged["rpm"] = json!(2);
                merged
            }),
            (
                json!({"api_base": "http://b"}),
                json!({"model": "openai/m", "custom_llm_provider": "openai", "api_base": "http://b"}),
            ),
            (json!({"model": "other/m"}), json!({"model": "other/m", "custom_llm_provider": "openai"})),
            (
                json!({"litellm_credential_name": "c", "api_key": "sk****ed"}),
                json!({"model": "openai/m", "custom_llm_provider": "openai", "litellm_credential_name": "c"}),
            ),
            (
                json!({"aws_region_name": "x"}),
                json!({"model": "openai/m", "custom_llm_provider": "openai", "aws_region_name": "x"}),
            ),
        ] {
            let stored = Stored { group: "group".to_owned(), team: None, params: object(stored.clone()) };
            assert_eq!(Value::Object(stored.merged(object(given.clone()))), merged, "{given}");
        }
    }

    #[test]
    fn what_a_provider_repeats_is_not_shown() {
        let mut secrets = Vec::new();
        let params =
            json!({"model": "openai/m", "api_key": "sk-canary", "nested": {"password": "canary-2", "x": "plain"}});
        collect_secrets(&object(params), &mut secrets);
        secrets.push("k".to_owned());
        let error = br#"{"error": {"message": "sk-canary and canary-2 are not known, plain is"}}"#;
        assert_eq!(without(problem(error), &secrets), "… and … are not known, plain is");
        assert_eq!(problem(b"{"), "The provider answered with an error.");
    }
}
