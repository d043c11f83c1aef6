//! `DELETE /project/delete`: projects of which no key is.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::projects::ProjectRow;
use utoipa::ToSchema;

use super::judge;
use super::update::require_no_keys;
use super::view::{self, ProjectView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::fields::Names;
use crate::manage::operator::Operator;
use crate::manage::remove;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct DeleteProjectsRequest {
    /// At least one.
    project_ids: Names,
}

/// Deletes projects, all of them or, on an error, none, and shows what they were.
#[utoipa::path(
    delete, path = "/project/delete", tag = "projects", request_body = DeleteProjectsRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = Vec<ProjectView>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_projects(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<Vec<ProjectView>>, ApiError> {
    let DeleteProjectsRequest { mut project_ids } = read(&body, &[])?;
    project_ids.0.sort();
    project_ids.0.dedup();
    if project_ids.0.is_empty() {
        return Err(ApiError::invalid("project_ids", "name at least one project"));
    }
    let mut change = operator.begin(&app).await?;
    let mut rows = Vec::new();
    for id in &project_ids.0 {
        let row: ProjectRow = change.require(&operator.scope, &[id]).await?;
        judge::team(&operator, &mut change, &row).await?;
        require_no_keys(&mut change, id, "project_ids").await?;
        rows.push(row);
    }
    // read beside the change, so as they were; it may keep what was spent from getting into the database
    let views = view::stored(app.engine(), rows.clone()).await?;
    for row in &rows {
        remove::project(&mut change, row).await?;
    }
    app.commit(change).await?;
    Ok(Json(views))
}
