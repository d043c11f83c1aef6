//! `GET /credentials/by_name/{name}`: one credential.

use axum::Json;
use axum::extract::{Path, State};
use store::credentials::CredentialRow;

use super::view::CredentialView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Shows a credential, its secrets masked.
#[utoipa::path(
    get, path = "/credentials/by_name/{credential_name}", tag = "credentials",
    params(("credential_name" = String, Path)),
    responses((status = 200, body = CredentialView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_credential(
    State(app): State<App>,
    operator: Operator,
    Path(name): Path<String>,
    params: Params,
) -> Result<Json<CredentialView>, ApiError> {
    params.refuse_rest(&[])?;
    let row = store::require::<CredentialRow>(&app.engine().db, &operator.scope, &[&name]).await?;
    CredentialView::new(&app, row).await.map(Json)
}
