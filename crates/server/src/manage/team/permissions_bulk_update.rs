//! `POST /team/permissions_bulk_update`: members of many teams may do more.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::teams::{TeamFilter, TeamRow, TeamSettings};
use store::{Scope, UPDATED};
use utoipa::ToSchema;

use super::body::names;
use super::permission::{BASELINE, Permission};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{self, Change};
use crate::manage::fields::Names;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Either some teams or all of them.
#[derive(Deserialize, ToSchema)]
pub(crate) struct AddPermissionsRequest {
    #[schema(value_type = Vec<String>)]
    permissions: Vec<Permission>,
    #[schema(value_type = Option<Names>)]
    #[serde(default)]
    team_ids: Change<Names>,
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    apply_to_all_teams: Change<bool>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct AddPermissionsResponse {
    message: String,
    teams_updated: usize,
    permissions_appended: Option<Vec<String>>,
}

/// Adds to what members of teams may do.
#[utoipa::path(
    post, path = "/team/permissions_bulk_update", tag = "teams", request_body = AddPermissionsRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = AddPermissionsResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn add_team_permissions(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<AddPermissionsResponse>, ApiError> {
    let AddPermissionsRequest { permissions, team_ids, apply_to_all_teams } = body::read(&body, &[])?;
    let (permissions, team_ids) = (names(permissions), team_ids.set().map(|ids| ids.0));
    if (apply_to_all_teams.set() == Some(true)) == team_ids.is_some() {
        return Err(ApiError::invalid("team_ids", "name teams, or say apply_to_all_teams, and not both"));
    }
    let mut change = operator.begin(&app).await?;
    let teams = match team_ids {
        None => change.all(&Scope::Gateway, &TeamFilter::default()).await?,
        Some(ids) => {
            let mut teams = Vec::new();
            for id in BTreeSet::from_iter(ids) {
                teams.push(change.require::<TeamRow>(&Scope::Gateway, &[&id]).await?);
            }
            teams
        }
    };
    if permissions.is_empty() {
        let message = "No permission was named.".to_owned();
        return Ok(Json(AddPermissionsResponse { message, teams_updated: 0, permissions_appended: None }));
    }
    for before in &teams {
        let after = TeamRow {
            settings: TeamSettings {
                team_member_permissions: Some(with(&before.settings, &permissions)),
                ..before.settings.clone()
            },
            stamps: before.stamps.updated(&operator.actor),
            ..before.clone()
        };
        change.update(UPDATED, before, &after).await?;
    }
    app.commit(change).await?;
    let message = format!("Members of {} teams may do more.", teams.len());
    Ok(Json(AddPermissionsResponse { message, teams_updated: teams.len(), permissions_appended: Some(permissions) }))
}

fn with(settings: &TeamSettings, added: &[String]) -> Vec<String> {
    let mut all = settings
        .team_member_permissions
        .clone()
        .unwrap_or_else(|| BASELINE.iter().map(|route| (*route).to_owned()).collect());
    let new: Vec<_> = added.iter().filter(|route| !all.contains(route)).cloned().collect();
    all.extend(new);
    all
}
