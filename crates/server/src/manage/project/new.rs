//! `POST /project/new`: a part of a team's work.

use axum::Json;
use axum::extract::State;
use money::Nanos;
use serde::Deserialize;
use serde_json::Map;
use serde_json::value::RawValue;
use store::Stamps;
use store::projects::{ProjectRow, ProjectSettings};
use utoipa::ToSchema;

use super::body::{LATER, ProjectBody, ProjectFields};
use super::judge;
use super::view::{self, ProjectView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::blocked;
use crate::manage::body::{Change, Fields};
use crate::manage::budget::BudgetId;
use crate::manage::fields::{LimitFields, ModelRates, Name};
use crate::manage::named::new_id;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct NewProject {
    /// The team whose it is.
    team_id: Name,
    /// Left out: a random one.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    project_id: Change<Name>,
}

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct CreateProjectRequest {
    #[serde(flatten)]
    which: NewProject,
    #[serde(flatten)]
    own: ProjectFields,
    #[serde(flatten)]
    rates: ModelRates,
    #[serde(flatten)]
    budget: BudgetId,
    #[serde(flatten)]
    limits: LimitFields,
}

/// Makes a project.
#[utoipa::path(
    post, path = "/project/new", tag = "projects", request_body = CreateProjectRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = ProjectView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn create_project(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<ProjectView>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let NewProject { team_id, project_id } = fields.take()?;
    let body = ProjectBody::take(&mut fields)?;
    fields.close(LATER)?;
    let mut change = operator.begin(&app).await?;
    let (team, standing) = judge::named_team(&operator, &mut change, &team_id.0).await?;
    let mut row = ProjectRow {
        project_id: new_id::<ProjectRow>((&app, &operator), &mut change, "project_id", project_id).await?,
        project_alias: None,
        description: None,
        team_id: team.team_id.clone(),
        budget_id: None,
        models: Vec::new(),
        metadata: Map::new(),
        settings: ProjectSettings::default(),
        blocked: false,
        spend: Nanos::ZERO,
        stamps: Stamps::new(&operator.actor),
    };
    let held = body.apply(&mut row);
    row.settings.blocked_from = blocked::judge(standing, (false, None), Some(row.blocked))?;
    judge::check_held(&mut change, standing, &held, None).await?;
    let budget = held.first(&app, &mut change).await?;
    row.budget_id = budget.as_ref().map(|budget| budget.budget_id.clone());
    judge::check(&row, budget.as_ref(), &team)?;
    change.insert(&row).await?;
    app.commit(change).await?;
    view::view(&app, row).await.map(Json)
}
