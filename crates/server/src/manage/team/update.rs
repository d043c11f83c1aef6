//! `POST /team/update`: changes the fields that are named and leaves the others alone.

use axum::Json;
use axum::extract::State;
use engine::rights::Standing;
use engine::rights::fields::Fields as Kind;
use engine::rights::grant;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::keys::{KeyFilter, KeyRow};
use store::organizations::OrganizationMember;
use store::teams::{TeamMember, TeamMemberFilter, TeamRow};
use store::{Limits, Scope, Transaction, UPDATED};
use utoipa::ToSchema;

use super::body::{IDLE, LATER, MemberDefaults, TeamBody, TeamFields};
use super::judge;
use super::view::TeamView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::access_group::unified::check_known;
use crate::manage::blocked;
use crate::manage::body::Fields;
use crate::manage::budget;
use crate::manage::fields::{Attachments, LimitFields, Name};
use crate::manage::operator::{Operator, check_attached, check_fields};
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct WhichTeam {
    pub(super) team_id: Name,
}

/// What is left out stays, what is null is cleared. Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct UpdateTeamRequest {
    #[serde(flatten)]
    which: WhichTeam,
    #[serde(flatten)]
    own: TeamFields,
    #[serde(flatten)]
    limits: LimitFields,
    #[serde(flatten)]
    attached: Attachments,
    #[serde(flatten)]
    members: MemberDefaults,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct UpdateTeamResponse {
    team_id: String,
    data: TeamView,
}

/// Changes a team.
#[utoipa::path(
    post, path = "/team/update", tag = "teams", request_body = UpdateTeamRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = UpdateTeamResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_team(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<UpdateTeamResponse>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let WhichTeam { team_id } = fields.take()?;
    let data = change_team(&app, &operator, &team_id.0, fields, Metadata::Replaced).await?;
    Ok(Json(UpdateTeamResponse { team_id: team_id.0, data }))
}

/// What becomes of the metadata that a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metadata {
    Replaced,
    Merged,
}

/// Changes a team to what the rest of a body says.
pub(super) async fn change_team(
    app: &App,
    operator: &Operator,
    team_id: &str,
    mut fields: Fields<'_>,
    metadata: Metadata,
) -> Result<TeamView, ApiError> {
    let body = TeamBody::take(&mut fields)?;
    fields.ignore(IDLE);
    let named: Vec<_> = fields.named().iter().filter(|name| !IDLE.contains(&name.as_str())).cloned().collect();
    fields.close(LATER)?;
    let mut change = operator.begin(app).await?;
    let (before, was) = judge::led(operator, &mut change, team_id).await?;
    let body = if metadata == Metadata::Merged { body.merging(&before.metadata) } else { body };
    let mut after = TeamRow { stamps: before.stamps.updated(&operator.actor), ..before.clone() };
    let defaults = body.apply(&mut after, operator.actor.at)?;
    if let Some(id) = after.organization_id.as_deref().filter(|id| before.organization_id.as_deref() != Some(*id)) {
        judge::organization(operator, &mut change, "organization_id", id).await?;
    }
    let is = operator.authorize(&judge::place(&after))?;
    for standing in [was, is] {
        check_fields(Kind::Team, standing, &named)?;
        check_attached(Kind::Team, standing, &before.metadata, &after.metadata)?;
    }
    let asked = named.iter().any(|name| name == "blocked").then_some(after.blocked);
    after.settings.blocked_from = blocked::judge(was, (before.blocked, before.settings.blocked_from), asked)?;
    check_known(&mut change, &before.settings.access_group_ids, &after.settings.access_group_ids).await?;
    if needs_fit(&before, &after) {
        judge::check_fits(&mut change, &after).await?;
    }
    if before.organization_id != after.organization_id {
        relocate(operator, &mut change, (&before, &after), is).await?;
    }
    change_defaults(app, operator, &mut change, &mut after, (defaults, is)).await?;
    change.update(UPDATED, &before, &after).await?;
    app.commit(change).await?;
    Ok(TeamView::read(app, after).await?)
}

/// What a team had before its organization had less stays until somebody changes it.
fn needs_fit(before: &TeamRow, after: &TeamRow) -> bool {
    before.organization_id != after.organization_id || before.models != after.models || before.limits != after.limits
}

/// Its members have to belong to the organization to which a team moves; an administrator takes them with it.
async fn relocate(
    operator: &Operator,
    change: &mut Transaction,
    (before, after): (&TeamRow, &TeamRow),
    standing: Option<Standing>,
) -> Result<(), ApiError> {
    if let Some(organization) = &after.organization_id {
        let filter = TeamMemberFilter { team_id: Some(after.team_id.clone()), ..TeamMemberFilter::default() };
        for member in change.all(&Scope::Gateway, &filter).await? {
            let id = [organization.as_str(), member.user_id.as_str()];
            if change.find::<OrganizationMember>(&Scope::Gateway, &id).await?.is_some() {
                continue;
            }
            if standing.is_some() {
                let problem = "its members have to belong to that organization";
                return Err(ApiError::forbidden("organization_id", problem));
            }
            let at = operator.actor.at;
            let row = OrganizationMember {
                organization_id: organization.clone(),
                user_id: member.user_id,
                user_role: "internal_user".to_owned(),
                budget_id: None,
                spend: money::Nanos::ZERO,
                created_at: at,
                updated_at: at,
            };
            change.insert(&row).await?;
        }
    }
    let filter = KeyFilter { team_id: Some(after.team_id.clone()), ..KeyFilter::default() };
    for key in change.all(&Scope::Gateway, &filter).await? {
        if key.organization_id.is_some() && key.organization_id == before.organization_id {
            let moved = KeyRow { organization_id: after.organization_id.clone(), ..key.clone() };
            change.update(UPDATED, &key, &moved).await?;
        }
    }
    Ok(())
}

/// The limits of members without any of their own. Members who have none at all get the first ones.
async fn change_defaults(
    app: &App,
    operator: &Operator,
    change: &mut Transaction,
    team: &mut TeamRow,
    (defaults, standing): (MemberDefaults, Option<Standing>),
) -> Result<(), ApiError> {
    let id = team.settings.team_member_budget_id.clone();
    let before = budget::limits(change, id.as_deref()).await?;
    let Some(after) = defaults.applied(&before, operator.actor.at)? else { return Ok(()) };
    if standing.is_some() {
        let part = Limits { budget_limits: Vec::new(), ..after.clone() };
        grant::limits_within(&team.limits, &part)
            .map_err(|wider| ApiError::forbidden("team_member_budget", &wider.problem))?;
    }
    if let Some(id) = id {
        return budget::set_limits(change, &id, after).await;
    }
    let id = budget::own(app, change, after).await?.budget_id;
    let filter = TeamMemberFilter { team_id: Some(team.team_id.clone()), ..TeamMemberFilter::default() };
    for member in change.all(&Scope::Gateway, &filter).await? {
        if member.budget_id.is_none() {
            let given = TeamMember { budget_id: Some(id.clone()), ..member.clone() };
            change.update(UPDATED, &member, &given).await?;
        }
    }
    team.settings.team_member_budget_id = Some(id);
    Ok(())
}
