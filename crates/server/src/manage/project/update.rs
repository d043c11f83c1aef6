//! `POST /project/update`: a project, changed or given to another team.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::keys::KeyFilter;
use store::projects::ProjectRow;
use store::{Scope, Transaction, UPDATED};
use utoipa::ToSchema;

use super::body::{LATER, ProjectBody, ProjectFields};
use super::judge;
use super::view::{self, ProjectView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::blocked;
use crate::manage::body::{Change, Fields};
use crate::manage::budget::{self, BudgetId};
use crate::manage::fields::{LimitFields, ModelRates, Name, nameable};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct WhichProject {
    project_id: String,
    /// Another team whose it is from now on; no key may be of the project then.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    team_id: Change<Name>,
}

/// What is left out stays, what is null is cleared. Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct UpdateProjectRequest {
    #[serde(flatten)]
    which: WhichProject,
    #[serde(flatten)]
    own: ProjectFields,
    #[serde(flatten)]
    rates: ModelRates,
    #[serde(flatten)]
    budget: BudgetId,
    #[serde(flatten)]
    limits: LimitFields,
}

/// Changes a project.
#[utoipa::path(
    post, path = "/project/update", tag = "projects", request_body = UpdateProjectRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = ProjectView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_project(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<ProjectView>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let WhichProject { project_id, team_id } = fields.take()?;
    let body = ProjectBody::take(&mut fields)?;
    let says_blocked = fields.named().iter().any(|name| name == "blocked");
    fields.close(LATER)?;
    let mut change = operator.begin(&app).await?;
    let before: ProjectRow = change.require(&operator.scope, &[&project_id]).await?;
    let (mut team, standing) = judge::team(&operator, &mut change, &before).await?;
    let mut after = ProjectRow { stamps: before.stamps.updated(&operator.actor), ..before.clone() };
    // a project is always some team's, so a null says nothing
    if let Some(id) = nameable(team_id).set()
        && id.0 != before.team_id
    {
        (team, _) = judge::named_team(&operator, &mut change, &id.0).await?;
        require_no_keys(&mut change, &project_id, "team_id").await?;
        after.team_id.clone_from(&team.team_id);
    }
    let held = body.apply(&mut after);
    let asked = says_blocked.then_some(after.blocked);
    after.settings.blocked_from = blocked::judge(standing, (before.blocked, before.settings.blocked_from), asked)?;
    let had = before.budget_id.as_deref();
    judge::check_held(&mut change, standing, &held, had).await?;
    let budget = held.next(&app, &mut change, had).await?;
    after.budget_id = budget.as_ref().map(|budget| budget.budget_id.clone());
    judge::check(&after, budget.as_ref(), &team)?;
    change.update(UPDATED, &before, &after).await?;
    if before.budget_id != after.budget_id {
        budget::release(&mut change, had).await?;
    }
    app.commit(change).await?;
    view::view(&app, after).await.map(Json)
}

/// Refuses what would leave keys behind that are of a project which is no longer their team's.
pub(super) async fn require_no_keys(change: &mut Transaction, project_id: &str, field: &str) -> Result<(), ApiError> {
    let filter = KeyFilter { project_id: Some(project_id.to_owned()), ..KeyFilter::default() };
    let keys = change.all(&Scope::Gateway, &filter).await?.len();
    if keys > 0 {
        return Err(ApiError::invalid(
            field,
            format!("keys are of project '{project_id}' ({keys}): delete them first"),
        ));
    }
    Ok(())
}
