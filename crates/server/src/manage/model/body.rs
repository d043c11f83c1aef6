//! What the bodies of model routes have in common: parameters that are kept sealed, and what those may set who are no
//! administrators.

use engine::rights::{Place, Standing};
use engine::secret::Secret;
use serde_json::{Map, Number, Value};
use store::credentials::CredentialRow;
use store::models::ModelRow;
use store::teams::TeamRow;
use store::{Scope, Stamps};

use crate::app::App;
use crate::config::known::{MODEL_INFO, is_price};
use crate::http::error::ApiError;
use crate::live::{Added, CREDENTIAL_NAME, bound_to, open_map, with_values};
use crate::manage::fields::masked;
use crate::manage::operator::Operator;

const TABLE: &str = "models";

/// What a team's admins write of `model_info`, of what has an effect.
const INFO_OF_TEAM: &[&str] = &["id", "mode", "team_id"];

/// Clients that have only text send numbers and flags in it.
const NUMBERS: &[&str] = &[
    "itpm",
    "max_budget",
    "max_parallel_requests",
    "max_retries",
    "num_retries",
    "order",
    "otpm",
    "rpd",
    "rpm",
    "stream_timeout",
    "timeout",
    "tpd",
    "tpm",
    "weight",
];
const FLAGS: &[&str] = &["drop_params", "modify_params", "use_chat_completions_api", "use_in_pass_through"];
/// Parameters that the admin of a team may set for a model of his team: it is called with the team's own key, at its provider.
/// Addresses, the gateway's credentials and prices are the administrators'.
const OF_TEAM: &[&str] = &[
    "api_key",
    "custom_llm_provider",
    "drop_params",
    "max_retries",
    "model",
    "rpm",
    "stream_timeout",
    "timeout",
    "tpm",
    "weight",
];

/// A model as it is to be.
pub(super) struct Model {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) team: Option<String>,
    pub(super) params: Map<String, Value>,
    pub(super) info: Map<String, Value>,
    pub(super) blocked: bool,
}

impl Model {
    /// As it is.
    pub(super) async fn open(app: &App, row: &ModelRow) -> Result<Self, ApiError> {
        let params = open_map(app.live().vault(), &row.sealed, &bound_to(TABLE, &row.model_id)).await?;
        Ok(Self {
            id: row.model_id.clone(),
            name: row.model_name.clone(),
            team: row.team_id.clone(),
            params,
            info: row.info.clone(),
            blocked: row.blocked,
        })
    }

    /// The row, if the gateway can call such a model.
    pub(super) async fn row(self, app: &App, stamps: Stamps) -> Result<ModelRow, ApiError> {
        let Self { id, name, team, params, info, blocked } = self;
        let whole = with_credential(app, params.clone()).await?;
        let added = Added { id: id.clone(), name: name.clone(), team: team.clone(), params: whole, info: info.clone() };
        app.live().deployment(&added).await.map_err(|errors| ApiError::invalid("litellm_params", errors))?;
        let shown = masked(&params);
        let plain = Secret::new(Value::Object(params).to_string());
        let sealed = app.live().vault().seal(&plain, &bound_to(TABLE, &id)).await?;
        Ok(ModelRow { model_id: id, model_name: name, team_id: team, params: shown, sealed, info, blocked, stamps })
    }
}

/// The parameters with those of the credential that they name.
pub(super) async fn with_credential(app: &App, mut params: Map<String, Value>) -> Result<Map<String, Value>, ApiError> {
    let Some(credential) = params.remove(CREDENTIAL_NAME) else { return Ok(params) };
    let named = credential.as_str().unwrap_or_default();
    let field = "litellm_params.litellm_credential_name";
    let row = store::find::<CredentialRow>(&app.engine().db, &Scope::Gateway, &[named]).await?;
    let row = row.ok_or_else(|| ApiError::invalid(field, "there is no such credential"))?;
    let values = open_map(app.live().vault(), &row.sealed, &bound_to("credentials", named)).await?;
    with_values(&mut params, &values);
    Ok(params)
}

/// From where the caller may write a model of that team. `None` is a model for everybody.
pub(super) async fn standing(app: &App, operator: &Operator, team: Option<&str>) -> Result<Option<Standing>, ApiError> {
    let row = match team {
        Some(team) => {
            let row = store::find::<TeamRow>(&app.engine().db, &operator.scope, &[team]).await?;
            Some(row.ok_or_else(|| ApiError::invalid("model_info.team_id", "there is no such team"))?)
        }
        None => None,
    };
    operator.authorize(&Place { team: row.as_ref(), ..Place::default() })
}

/// Refuses what is not the team's own: its admins write models that are called with its means.
pub(super) fn own_means(name: &str, params: &Map<String, Value>, info: &Map<String, Value>) -> Result<(), ApiError> {
    let field = |name: &str| format!("litellm_params.{name}");
    // whatever it stands in is shown somewhere, or sent somewhere
    let of_environment = |fields: &Map<String, Value>| {
        fields.iter().find(|(_, value)| refers_to_environment(value)).map(|(name, _)| name.clone())
    };
    let named = is_reference(name).then(|| "model_name".to_owned());
    let named = named.or_else(|| of_environment(params).map(|name| field(&name)));
    if let Some(named) = named.or_else(|| of_environment(info).map(|name| format!("model_info.{name}"))) {
        return Err(ApiError::forbidden(&named, "the gateway's environment is its administrators'"));
    }
    if let Some(name) = params.keys().find(|name| !OF_TEAM.contains(&name.as_str())) {
        return Err(ApiError::forbidden(&field(name), "this is for administrators to set"));
    }
    // what has an effect: prices, the window that holds are made from, groups that lists above the team may name
    let has_effect = |name: &str| MODEL_INFO.supported_keys().any(|known| known == name) || is_price(name);
    if let Some(name) = info.keys().find(|name| has_effect(name) && !INFO_OF_TEAM.contains(&name.as_str())) {
        return Err(ApiError::forbidden(&format!("model_info.{name}"), "this is for administrators to set"));
    }
    let key = params.get("api_key").and_then(Value::as_str).unwrap_or_default();
    if key.is_empty() || key.starts_with("oidc/") {
        return Err(ApiError::forbidden(&field("api_key"), "a model of a team is called with a key of the team's own"));
    }
    Ok(())
}

fn is_reference(text: &str) -> bool {
    text.starts_with("os.environ/")
}

/// Whether a value, or one below it, stands for a variable.
fn refers_to_environment(value: &Value) -> bool {
    match value {
        Value::String(text) => is_reference(text),
        Value::Array(items) => items.iter().any(refers_to_environment),
        Value::Object(fields) => fields.values().any(refers_to_environment),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Numbers and flags that came as text.
pub(super) fn coerced(mut params: Map<String, Value>) -> Map<String, Value> {
    for (name, value) in &mut params {
        let Value::String(text) = &*value else { continue };
        let is_number = NUMBERS.contains(&name.as_str()) || name.contains("_cost") || name.ends_with("_tokens");
        if let (true, Ok(number)) = (is_number, text.trim().parse::<Number>()) {
            *value = Value::Number(number);
        } else if let (true, Ok(flag)) =
            (FLAGS.contains(&name.as_str()), text.trim().to_ascii_lowercase().parse::<bool>())
        {
            *value = Value::Bool(flag);
        }
    }
    params
}

/// An id that a client may have written as a number.
pub(super) fn id_of(info: &mut Map<String, Value>) -> Option<String> {
    match info.remove("id") {
        Some(Value::String(id)) if !id.is_empty() => Some(id),
        Some(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    }
}

/// The team that a model is for.
pub(super) fn team_of(info: &Map<String, Value>) -> Option<&str> {
    info.get("team_id").and_then(Value::as_str).filter(|team| !team.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_become_what_they_say() {
        let given = json!({"model": "1", "rpm": "10", "timeout": "2.5", "drop_params": "True", "api_key": "7", "tpm": "many",
            "input_cost_per_token": "0.0000010"});
        let Value::Object(given) = given else { panic!() };
        let expected =
            json!({"model": "1", "rpm": 10, "timeout": 2.5, "drop_params": true, "api_key": "7", "tpm": "many"});
        let mut coerced = coerced(given);
        assert!(coerced.remove("input_cost_per_token").is_some_and(|cost| cost.is_number()));
        assert_eq!(Value::Object(coerced), expected);
    }

    #[test]
    fn a_team_brings_its_own_means() {
        for (params, refused) in [
            (json!({"model": "openai/m", "api_key": "sk-own"}), None),
            (json!({"model": "openai/m"}), Some("litellm_params.api_key")),
            (json!({"model": "openai/m", "api_key": "os.environ/OPENAI_API_KEY"}), Some("litellm_params.api_key")),
            (
                json!({"model": "openai/m", "api_key": "k", "api_base": "http://169.254.169.254"}),
                Some("litellm_params.api_base"),
            ),
            (
                json!({"model": "openai/m", "api_key": "k", "input_cost_per_token": 0}),
                Some("litellm_params.input_cost_per_token"),
            ),
            (json!({"model": "bedrock/m", "api_key": "k", "aws_role_name": "r"}), Some("litellm_params.aws_role_name")),
            // what it stands for would be the name of a model that somebody is told
            (json!({"model": "os.environ/TURNPIKE_MASTER_KEY", "api_key": "k"}), Some("litellm_params.model")),
        ] {
            let error = own_means("m", params.as_object().unwrap(), &Map::new()).err();
            assert_eq!(error.and_then(|error| error.reply.param).as_deref(), refused, "{params}");
        }
        let (params, info) = (json!({"model": "openai/m", "api_key": "k"}), json!({"x": {"y": ["os.environ/X"]}}));
        for (name, info, refused) in [
            ("os.environ/X", json!({}), Some("model_name")),
            ("m", info, Some("model_info.x")),
            ("m", json!({"note": "see os.environ/X"}), None),
            ("m", json!({"id": "i", "team_id": "t", "mode": "chat"}), None),
            ("m", json!({"input_cost_per_token": 0}), Some("model_info.input_cost_per_token")),
            ("m", json!({"base_model": "gpt-5"}), Some("model_info.base_model")),
            ("m", json!({"access_groups": ["g"]}), Some("model_info.access_groups")),
        ] {
            let error = own_means(name, params.as_object().unwrap(), info.as_object().unwrap()).err();
            assert_eq!(error.and_then(|error| error.reply.param).as_deref(), refused, "{name} {info}");
        }
    }
}
