//! `POST /team/new`: a team.

use axum::Json;
use axum::extract::State;
use engine::rights::fields::Fields as Kind;
use money::Nanos;
use serde::Deserialize;
use serde_json::Map;
use serde_json::value::RawValue;
use store::teams::{TeamRow, TeamSettings};
use store::{Limits, Stamps, Transaction};
use utoipa::ToSchema;

use super::body::{LATER, MemberDefaults, TeamBody, TeamFields};
use super::judge;
use super::member::{MemberField, MemberLimits, Membership, TeamRole};
use super::view::TeamView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::access_group::unified::check_known;
use crate::manage::blocked;
use crate::manage::body::{Change, Fields};
use crate::manage::budget;
use crate::manage::fields::{Attachments, LimitFields, Name};
use crate::manage::named::new_id;
use crate::manage::operator::{Operator, check_attached, check_fields};
use crate::openapi::ErrorBody;

/// What LiteLLM's console calls its own keys' team.
const RESERVED: &str = "litellm-dashboard";

#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct NewTeam {
    /// Left out or empty: a random one.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    team_id: Change<Name>,
    /// Who belongs to it, beside whoever makes it.
    #[schema(value_type = Option<Vec<MemberField>>)]
    #[serde(default)]
    members_with_roles: Change<Vec<MemberField>>,
}

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct CreateTeamRequest {
    #[serde(flatten)]
    new: NewTeam,
    #[serde(flatten)]
    own: TeamFields,
    #[serde(flatten)]
    limits: LimitFields,
    #[serde(flatten)]
    attached: Attachments,
    #[serde(flatten)]
    members: MemberDefaults,
}

/// Makes a team.
#[utoipa::path(
    post, path = "/team/new", tag = "teams", request_body = CreateTeamRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = TeamView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn create_team(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<TeamView>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let NewTeam { team_id, members_with_roles } = fields.take()?;
    let body = TeamBody::take(&mut fields)?;
    let named = fields.named().to_vec();
    fields.close(LATER)?;
    if matches!(&team_id, Change::Set(id) if id.0 == RESERVED) {
        return Err(ApiError::invalid("team_id", "this id is not to be had"));
    }
    let mut change = operator.begin(&app).await?;
    let mut team = new_row(new_id::<TeamRow>((&app, &operator), &mut change, "team_id", team_id).await?, &operator);
    let defaults = body.apply(&mut team, operator.actor.at)?;
    if let Some(id) = &team.organization_id {
        judge::organization(&operator, &mut change, "organization_id", id).await?;
    }
    let standing = operator.authorize(&judge::place(&team))?;
    check_fields(Kind::Team, standing, &named)?;
    check_attached(Kind::Team, standing, &Map::new(), &team.metadata)?;
    team.settings.blocked_from = blocked::judge(standing, (false, None), Some(team.blocked))?;
    check_known(&mut change, &[], &team.settings.access_group_ids).await?;
    judge::check_fits(&mut change, &team).await?;
    if let Some(limits) = defaults.applied(&Limits::default(), operator.actor.at)? {
        let budget = budget::own(&app, &mut change, limits).await?.budget_id;
        team.settings.team_member_budget_id = Some(budget);
    }
    change.insert(&team).await?;
    let membership = Membership { app: &app, operator: &operator, team: &team, standing };
    add_members(&mut change, &membership, members_with_roles.set().unwrap_or_default()).await?;
    app.commit(change).await?;
    Ok(Json(TeamView::read(&app, team).await?))
}

/// Those who are named, and whoever makes the team, who leads it.
async fn add_members(
    change: &mut Transaction,
    membership: &Membership<'_>,
    named: Vec<MemberField>,
) -> Result<(), ApiError> {
    let mut added = Vec::new();
    for member in named {
        let user = membership.user(change, &member).await?;
        if !added.contains(&user.user_id) {
            membership.add(change, &user.user_id, member.role, MemberLimits::default()).await?;
            added.push(user.user_id);
        }
    }
    if let Some(person) = membership.operator.principal.person()
        && !added.contains(&person.row.user_id)
    {
        membership.add(change, &person.row.user_id, TeamRole::Admin, MemberLimits::default()).await?;
    }
    Ok(())
}

fn new_row(team_id: String, operator: &Operator) -> TeamRow {
    TeamRow {
        team_id,
        team_alias: None,
        organization_id: None,
        models: Vec::new(),
        limits: Limits::default(),
        metadata: Map::new(),
        settings: TeamSettings::default(),
        blocked: false,
        spend: Nanos::ZERO,
        stamps: Stamps::new(&operator.actor),
    }
}
