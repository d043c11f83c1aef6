//! `GET /project/info`: one project.

use axum::Json;
use axum::extract::State;
use store::budgets::BudgetRow;
use store::projects::ProjectRow;
use store::{Scope, StoreError};

use super::view::ProjectView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::fields::BudgetView;
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
    let budget = match &row.budget_id {
        Some(id) => store::find::<BudgetRow>(db, &Scope::Gateway, &[id]).await?,
        None => None,
    };
    Ok(Json(ProjectView::new(row, budget.map(BudgetView::new))))
}
