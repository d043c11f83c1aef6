//! `POST /team/delete`: teams, with all that belongs to them.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::judge;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Fields, ORGANIZATIONS};
use crate::manage::fields::Names;
use crate::manage::operator::Operator;
use crate::manage::remove;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct DeleteTeamsRequest {
    #[schema(value_type = Names)]
    team_ids: Names,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct DeleteTeamsResponse {
    deleted_teams: Vec<String>,
}

/// Deletes teams, their keys, projects, models and memberships: all of them or, on an error, none.
#[utoipa::path(
    post, path = "/team/delete", tag = "teams", request_body = DeleteTeamsRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = DeleteTeamsResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_teams(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<DeleteTeamsResponse>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let DeleteTeamsRequest { team_ids } = fields.take()?;
    fields.ignore(ORGANIZATIONS);
    fields.close(&[])?;
    let mut deleted_teams: Vec<String> = Vec::new();
    let mut change = operator.begin(&app).await?;
    for team_id in team_ids.0 {
        if !deleted_teams.contains(&team_id) {
            let (team, _) = judge::led(&operator, &mut change, &team_id).await?;
            remove::team(&mut change, &team).await?;
            deleted_teams.push(team_id);
        }
    }
    app.commit(change).await?;
    Ok(Json(DeleteTeamsResponse { deleted_teams }))
}
