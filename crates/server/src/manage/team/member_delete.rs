//! `POST /team/member_delete`: a member leaves a team, and his keys of the team go with him.

use axum::Json;
use axum::extract::State;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::judge;
use super::member::leave;
use super::member_update::WhichMember;
use super::update::WhichTeam;
use super::view::TeamView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Fields, ORGANIZATIONS};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct DeleteMemberRequest {
    #[serde(flatten)]
    team: WhichTeam,
    #[serde(flatten)]
    member: WhichMember,
}

/// Takes a member out of a team.
#[utoipa::path(
    post, path = "/team/member_delete", tag = "teams", request_body = DeleteMemberRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = TeamView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_team_member(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<TeamView>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let WhichTeam { team_id } = fields.take()?;
    let which: WhichMember = fields.take()?;
    fields.ignore(ORGANIZATIONS);
    fields.close(&[])?;
    let mut change = operator.begin(&app).await?;
    let (team, _) = judge::led(&operator, &mut change, &team_id.0).await?;
    let member = which.find(&mut change, &team_id.0).await?;
    leave(&mut change, &member).await?;
    app.commit(change).await?;
    Ok(Json(TeamView::read(&app, team).await?))
}
