//! `POST /team/permissions_update`: what a team lets its members do with its keys.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::UPDATED;
use store::teams::{TeamRow, TeamSettings};
use utoipa::ToSchema;

use super::body::names;
use super::judge;
use super::permission::Permission;
use super::update::WhichTeam;
use super::view::TeamView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Fields, ORGANIZATIONS};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct MemberPermissions {
    /// All that they may; `/team/permissions_list` says which there are.
    #[schema(value_type = Vec<String>)]
    team_member_permissions: Vec<Permission>,
}

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct UpdatePermissionsRequest {
    #[serde(flatten)]
    team: WhichTeam,
    #[serde(flatten)]
    permissions: MemberPermissions,
}

/// Replaces what members of a team may do.
#[utoipa::path(
    post, path = "/team/permissions_update", tag = "teams", request_body = UpdatePermissionsRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = TeamView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_team_permissions(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<TeamView>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let WhichTeam { team_id } = fields.take()?;
    let MemberPermissions { team_member_permissions } = fields.take()?;
    fields.ignore(ORGANIZATIONS);
    fields.close(&[])?;
    let mut change = operator.begin(&app).await?;
    let (before, _) = judge::led(&operator, &mut change, &team_id.0).await?;
    let after = TeamRow {
        settings: TeamSettings {
            team_member_permissions: Some(names(team_member_permissions)),
            ..before.settings.clone()
        },
        stamps: before.stamps.updated(&operator.actor),
        ..before.clone()
    };
    change.update(UPDATED, &before, &after).await?;
    app.commit(change).await?;
    Ok(Json(TeamView::read(&app, after).await?))
}
