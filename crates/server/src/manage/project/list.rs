//! `GET /project/list`: the projects of the caller's teams; administrators see all.

use axum::Json;
use axum::extract::State;
use store::projects::ProjectFilter;

use super::view::{self, ProjectView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Lists projects.
#[utoipa::path(
    get, path = "/project/list", tag = "projects",
    responses((status = 200, body = Vec<ProjectView>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_projects(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<Vec<ProjectView>>, ApiError> {
    let db = &app.engine().db;
    params.refuse_rest(&[])?;
    let rows = store::all(db, &operator.scope, &ProjectFilter::default()).await?;
    view::views(&app, rows).await.map(Json)
}
