//! `POST /key/health`: whether a key works. Whoever gets an answer has one that does.

use axum::Json;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// There is nothing to be said.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CheckKeyRequest {}

#[derive(Serialize, ToSchema)]
pub(crate) struct CheckKeyResponse {
    #[schema(example = "healthy")]
    key: &'static str,
    /// Always null: keys have no callbacks of their own.
    #[schema(value_type = Option<Object>)]
    logging_callbacks: Option<()>,
}

/// Checks the key that the request was made with.
#[utoipa::path(
    post, path = "/key/health", tag = "keys", request_body = CheckKeyRequest,
    responses((status = 200, body = CheckKeyResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn check_key(
    _operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<CheckKeyResponse>, ApiError> {
    let CheckKeyRequest {} = read(&body, &[])?;
    Ok(Json(CheckKeyResponse { key: "healthy", logging_callbacks: None }))
}
