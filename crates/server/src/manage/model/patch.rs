//! `PATCH /model/{id}/update`: changes the parameters that are named.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::value::RawValue;
use store::StoreError;
use utoipa::ToSchema;

use super::body;
use super::update::Edit;
use super::view::ModelView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, read};
use crate::manage::fields::{Attached, Name, Names};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct PatchModelRequest {
    #[serde(default)]
    #[schema(value_type = Option<Name>)]
    model_name: Change<Name>,
    /// Merged into what is there.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    litellm_params: Change<Attached>,
    /// Parameters that are taken away.
    #[serde(default)]
    #[schema(value_type = Option<Names>)]
    litellm_params_to_remove: Change<Names>,
    /// Merged into what is there.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    model_info: Change<Attached>,
}

/// Changes a deployment.
#[utoipa::path(
    patch, path = "/model/{model_id}/update", tag = "models", request_body = PatchModelRequest,
    params(("model_id" = String, Path)),
    responses((status = 200, body = ModelView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn patch_model(
    State(app): State<App>,
    operator: Operator,
    Path(operation): Path<String>,
    JsonBody(raw): JsonBody<Box<RawValue>>,
) -> Result<Json<ModelView>, ApiError> {
    let id = operation.strip_suffix("/update").ok_or_else(|| ApiError::from(StoreError::NotFound { what: "route" }))?;
    let PatchModelRequest { model_name, litellm_params, litellm_params_to_remove, model_info } = read(&raw, &[])?;
    let params = litellm_params.set().unwrap_or_default().0;
    let removed = litellm_params_to_remove.set().unwrap_or_default().0;
    if let Some(name) = removed.iter().find(|name| *name == "model" || params.contains_key(*name)) {
        return Err(ApiError::unprocessable("litellm_params_to_remove", format!("'{name}' cannot be taken away here")));
    }
    let mut info = model_info.set().unwrap_or_default().0;
    body::id_of(&mut info);
    let edit = Edit { id: id.to_owned(), name: model_name.set().map(|name| name.0), params, info, removed };
    edit.make(&app, &operator).await.map(Json)
}
