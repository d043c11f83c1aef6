//! `PATCH /credentials/{name}`: changes the values that are named.

use axum::Json;
use axum::extract::{Path, State};
use engine::rights::Place;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::UPDATED;
use store::credentials::CredentialRow;
use utoipa::ToSchema;

use super::body;
use super::view::Done;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, read};
use crate::manage::fields::{Attached, Name, Names, is_masked};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct UpdateCredentialRequest {
    /// Merged into what is there.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    credential_info: Change<Attached>,
    /// Merged into what is there. A value that is null, or masked as it was read, stays what it is.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    credential_values: Change<Attached>,
    #[serde(default)]
    #[schema(value_type = Option<Names>)]
    credential_values_to_delete: Change<Names>,
    #[serde(default)]
    #[schema(value_type = Option<Name>)]
    display_name: Change<Name>,
    /// Its name, which does not change.
    #[serde(default)]
    #[schema(value_type = Option<Name>)]
    credential_name: Change<Name>,
}

/// Changes a credential.
#[utoipa::path(
    patch, path = "/credentials/{credential_name}", tag = "credentials", request_body = UpdateCredentialRequest,
    params(("credential_name" = String, Path)),
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_credential(
    State(app): State<App>,
    operator: Operator,
    Path(name): Path<String>,
    JsonBody(raw): JsonBody<Box<RawValue>>,
) -> Result<Json<Done>, ApiError> {
    let request: UpdateCredentialRequest = read(&raw, &[("model_id", &[])])?;
    operator.authorize(&Place::default())?;
    if request.credential_name.set().is_some_and(|given| given.0 != name) {
        return Err(ApiError::invalid("credential_name", "a credential keeps its name"));
    }
    let given = request.credential_values.set().unwrap_or_default().0;
    let deleted = request.credential_values_to_delete.set().unwrap_or_default().0;
    if let Some(both) = deleted.iter().find(|name| given.contains_key(*name)) {
        return Err(ApiError::invalid("credential_values_to_delete", format!("'{both}' is also set")));
    }
    // sealing may wait for a cloud: it is done before the change begins, which others wait for
    let before = store::require::<CredentialRow>(&app.engine().db, &operator.scope, &[&name]).await?;
    let mut values = body::opened(&app, &before).await?;
    values.retain(|name, _| !deleted.contains(name));
    values.extend(given.into_iter().filter(|(_, value)| !value.is_null() && !is_masked(value)));
    let mut after = CredentialRow {
        sealed: body::sealed(&app, &name, values).await?,
        stamps: before.stamps.updated(&operator.actor),
        ..before.clone()
    };
    after.info.extend(request.credential_info.set().unwrap_or_default().0);
    request.display_name.apply(&mut after.display_name);
    let mut change = operator.begin(&app).await?;
    let current: CredentialRow = change.require(&operator.scope, &[&name]).await?;
    if current != before {
        return Err(ApiError::raced("credential"));
    }
    change.update(UPDATED, &before, &after).await?;
    app.commit_settings(change).await?;
    Ok(Json(Done::new("Credential updated successfully")))
}
