//! `GET /project/info`: one project.

use axum::Json;
use axum::extract::State;
use store::StoreError;
use store::projects::ProjectRow;

use super::view::{self, ProjectView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Shows a project.
#[utoipa::path(
    get, path = "/project/info", tag = "projects",
    params(("project_id" = String, Query)),
    responses((status = 200, body = ProjectView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_project(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<ProjectView>, ApiError> {
    let db = &app.engine().db;
    let id = params.text("project_id")?.ok_or_else(|| ApiError::unprocessable("project_id", "is required"))?;
    params.refuse_rest(&[])?;
    let row = store::find::<ProjectRow>(db, &operator.scope, &[&id]).await?;
    let row = row.ok_or(StoreError::NotFound { what: "project" })?;
    view::view(&app, row).await.map(Json)
}
