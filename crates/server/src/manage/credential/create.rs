//! `POST /credentials`: a new credential.

use axum::Json;
use axum::extract::State;
use engine::rights::Place;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::credentials::CredentialRow;
use store::{Record as _, Scope, Stamps};
use utoipa::ToSchema;

use super::body;
use super::view::Done;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, read};
use crate::manage::fields::{Attached, Name};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct CreateCredentialRequest {
    credential_name: Name,
    /// What may be shown of it.
    credential_info: Attached,
    /// Parameters for models that name it: `api_key`, `aws_access_key_id` and so on.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    credential_values: Change<Attached>,
    #[serde(default)]
    #[schema(value_type = Option<Name>)]
    display_name: Change<Name>,
}

/// Makes a credential.
#[utoipa::path(
    post, path = "/credentials", tag = "credentials", request_body = CreateCredentialRequest,
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn create_credential(
    State(app): State<App>,
    operator: Operator,
    JsonBody(raw): JsonBody<Box<RawValue>>,
) -> Result<Json<Done>, ApiError> {
    let request: CreateCredentialRequest = read(&raw, &[("model_id", &[])])?;
    operator.authorize(&Place::default())?;
    let CreateCredentialRequest { credential_name: Name(name), credential_info, credential_values, display_name } =
        request;
    let Some(Attached(values)) = credential_values.set() else {
        return Err(ApiError::unprocessable("credential_values", "is required"));
    };
    if name.is_empty() {
        return Err(ApiError::unprocessable("credential_name", "is empty"));
    }
    let row = CredentialRow {
        sealed: body::sealed(&app, &name, values).await?,
        credential_name: name,
        display_name: display_name.set().map(String::from),
        info: credential_info.0,
        stamps: Stamps::new(&operator.actor),
    };
    let mut change = operator.begin(&app).await?;
    if change.find::<CredentialRow>(&Scope::Gateway, &row.id()).await?.is_some() {
        return Err(ApiError::exists("credential_name"));
    }
    change.insert(&row).await?;
    app.commit_settings(change).await?;
    Ok(Json(Done::new("Credential created successfully")))
}
