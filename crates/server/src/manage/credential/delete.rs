//! `DELETE /credentials/{name}`: models that name it cannot be called any more.

use axum::Json;
use axum::extract::{Path, State};
use engine::rights::Place;
use store::credentials::CredentialRow;

use super::view::Done;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Deletes a credential.
#[utoipa::path(
    delete, path = "/credentials/{credential_name}", tag = "credentials",
    params(("credential_name" = String, Path)),
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_credential(
    State(app): State<App>,
    operator: Operator,
    Path(name): Path<String>,
) -> Result<Json<Done>, ApiError> {
    operator.authorize(&Place::default())?;
    let mut change = operator.begin(&app).await?;
    let row: CredentialRow = change.require(&operator.scope, &[&name]).await?;
    change.delete(&row).await?;
    app.commit_settings(change).await?;
    Ok(Json(Done::new("Credential deleted successfully")))
}
