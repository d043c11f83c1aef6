//! `POST /spend/calculate`: what a call would cost, or what one did.

use axum::Json;
use axum::extract::State;
use engine::pricing;
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::fields::Usd;
use crate::manage::model::info::visible;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Either a model and messages, or an answer.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CalculateSpendRequest {
    /// As calls name it, or `provider/model`, or the model's own name.
    model: Option<String>,
    /// The prompt, as in OpenAI's chat API.
    #[schema(value_type = Option<Vec<Object>>)]
    messages: Option<Box<RawValue>>,
    /// An answer of OpenAI's chat API, with its model and usage.
    #[schema(value_type = Option<Object>)]
    completion_response: Option<Box<RawValue>>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct CalculateSpendResponse {
    /// In US dollars: of a prompt its input, by an estimate of its tokens. Where several deployments serve the model, the dearest.
    #[schema(value_type = f64)]
    cost: Usd,
}

/// Says what a prompt would cost, or what an answer did. Nothing is charged.
#[utoipa::path(
    post, path = "/spend/calculate", tag = "spend", request_body = CalculateSpendRequest,
    responses((status = 200, body = CalculateSpendResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn calculate_spend(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<CalculateSpendResponse>, ApiError> {
    let CalculateSpendRequest { model, messages, completion_response } = read(&body, &[])?;
    let (settings, now) = (app.engine().settings(), app.engine().clock.now());
    let prices = |name: &str| {
        let group = settings.models.resolve_alias(name);
        let seen = visible(&operator.principal, &settings);
        let targets = settings.models.targets(group, operator.principal.team_id());
        let targets = targets.iter().filter(|target| seen.iter().any(|seen| seen.id == target.deployment.id));
        pricing::of_name(&settings.models, &targets.cloned().collect::<Vec<_>>(), name, now)
    };
    let (field, cost) = match (model, messages, completion_response) {
        (Some(model), Some(messages), None) => {
            let request = json!({"model": model, "messages": messages}).to_string();
            ("model", pricing::of_prompt(prices(&model).iter(), &request)?)
        }
        (Some(_), None, _) => return Err(ApiError::invalid("messages", "is required beside 'model'")),
        (None, None, Some(answer)) => {
            let Answer { model } = serde_json::from_str(answer.get()).unwrap_or_default();
            let model = model.ok_or_else(|| ApiError::invalid("completion_response", "names no model"))?;
            ("completion_response", pricing::of_answer(prices(&model).iter(), answer.get()))
        }
        _ => return Err(ApiError::invalid("model", "give 'model' and 'messages', or 'completion_response'")),
    };
    let cost = cost.ok_or_else(|| {
        ApiError::invalid(field, "the model has no price: state one in the configuration (docs/money.md)")
    })?;
    Ok(Json(CalculateSpendResponse { cost: Usd(cost) }))
}

#[derive(Deserialize, Default)]
struct Answer {
    model: Option<String>,
}
