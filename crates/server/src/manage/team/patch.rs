//! `PATCH /team/{team_id}`: like an update, but given metadata are merged into those that the team has.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::body::{MemberDefaults, TeamFields};
use super::update::{Metadata, change_team};
use super::view::TeamView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, Fields};
use crate::manage::fields::{Attachments, LimitFields, Name};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct SameTeam {
    /// If it is here, too, it is that of the path.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    team_id: Change<Name>,
}

/// What is left out stays, what is null is cleared. Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct PatchTeamRequest {
    #[serde(flatten)]
    which: SameTeam,
    #[serde(flatten)]
    own: TeamFields,
    #[serde(flatten)]
    limits: LimitFields,
    #[serde(flatten)]
    attached: Attachments,
    #[serde(flatten)]
    members: MemberDefaults,
}

/// Changes a team; metadata are merged by name, and null takes one away.
#[utoipa::path(
    patch, path = "/team/{team_id}", tag = "teams", request_body = PatchTeamRequest,
    params(
        ("team_id" = String, Path),
        ("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail"),
    ),
    responses((status = 200, body = TeamView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn patch_team(
    State(app): State<App>,
    Path(team_id): Path<String>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<TeamView>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let SameTeam { team_id: named } = fields.take()?;
    if named.set().is_some_and(|named| named.0 != team_id) {
        return Err(ApiError::invalid("team_id", "is another one than that of the path"));
    }
    change_team(&app, &operator, &team_id, fields, Metadata::Merged).await.map(Json)
}
