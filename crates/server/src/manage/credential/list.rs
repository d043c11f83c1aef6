//! `GET /credentials`: all credentials, by name.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::credentials::CredentialFilter;
use utoipa::ToSchema;

use super::view::CredentialView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct ListCredentialsResponse {
    success: bool,
    credentials: Vec<CredentialView>,
}

/// Lists credentials, their secrets masked.
#[utoipa::path(
    get, path = "/credentials", tag = "credentials",
    responses((status = 200, body = ListCredentialsResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_credentials(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<ListCredentialsResponse>, ApiError> {
    params.refuse_rest(&[])?;
    let rows = store::all(&app.engine().db, &operator.scope, &CredentialFilter::default()).await?;
    let mut credentials = Vec::with_capacity(rows.len());
    for row in rows {
        credentials.push(CredentialView::new(&app, row).await?);
    }
    Ok(Json(ListCredentialsResponse { success: true, credentials }))
}
