//! `POST /team/member_add`: users become members of a team.

use axum::Json;
use axum::extract::State;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use store::teams::TeamMember;
use store::users::UserRow;
use store::{Scope, Transaction};
use utoipa::ToSchema;
use wire::{ErrorKind, ErrorReply};

use super::judge;
use super::member::{MemberField, MemberLimits, Membership};
use super::update::WhichTeam;
use super::view::{MembershipView, TeamView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Fields, ORGANIZATIONS};
use crate::manage::operator::Operator;
use crate::manage::user::UserView;
use crate::openapi::ErrorBody;

/// How many members one request may add.
pub(super) const MOST: usize = 500;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Members {
    /// One, or a list of them.
    member: OneOrMore,
}

#[derive(ToSchema)]
#[serde(untagged)]
pub(crate) enum OneOrMore {
    One(MemberField),
    More(Vec<MemberField>),
}

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        let read = if raw.get().starts_with('[') {
            serde_json::from_str(raw.get()).map(Self::More)
        } else {
            serde_json::from_str(raw.get()).map(Self::One)
        };
        read.map_err(D::Error::custom)
    }
}

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct AddMembersRequest {
    #[serde(flatten)]
    team: WhichTeam,
    #[serde(flatten)]
    members: Members,
    #[serde(flatten)]
    limits: MemberLimits,
}

/// The team as it is now, and what was added.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddMembersResponse {
    #[serde(flatten)]
    pub(super) team: TeamView,
    pub(super) updated_users: Vec<UserView>,
    pub(super) updated_team_memberships: Vec<MembershipView>,
}

/// Adds members to a team: all of them or, on an error, none.
#[utoipa::path(
    post, path = "/team/member_add", tag = "teams", request_body = AddMembersRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = AddMembersResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn add_team_members(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<AddMembersResponse>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let WhichTeam { team_id } = fields.take()?;
    let Members { member } = fields.take()?;
    let limits: MemberLimits = fields.take()?;
    fields.ignore(ORGANIZATIONS);
    fields.close(&[])?;
    let members = match member {
        OneOrMore::One(member) => vec![member],
        OneOrMore::More(members) => members,
    };
    let change = operator.begin(&app).await?;
    add(&app, &operator, change, &team_id.0, (members, limits)).await.map(Json)
}

/// Adds those who are no members yet.
pub(super) async fn add(
    app: &App,
    operator: &Operator,
    mut change: Transaction,
    team_id: &str,
    (members, limits): (Vec<MemberField>, MemberLimits),
) -> Result<AddMembersResponse, ApiError> {
    if members.is_empty() || members.len() > MOST {
        return Err(ApiError::invalid("member", format!("name from 1 to {MOST} members")));
    }
    let (team, standing) = judge::led(operator, &mut change, team_id).await?;
    let membership = Membership { app, operator, team: &team, standing };
    let (mut users, mut added): (Vec<UserRow>, Vec<TeamMember>) = (Vec::new(), Vec::new());
    for member in members {
        let user = membership.user(&mut change, &member).await?;
        let id = [team_id, user.user_id.as_str()];
        if change.find::<TeamMember>(&Scope::Gateway, &id).await?.is_none() {
            added.push(membership.add(&mut change, &user.user_id, member.role, limits.clone()).await?);
            users.push(user);
        }
    }
    if added.is_empty() {
        return Err(already_in_team());
    }
    app.commit(change).await?;
    Ok(AddMembersResponse {
        updated_users: UserView::read_all(app, &operator.scope, users).await?,
        updated_team_memberships: MembershipView::read_all(app, added, std::slice::from_ref(&team)).await?,
        team: TeamView::read(app, team).await?,
    })
}

/// Terraform knows by this type that there is nothing to do.
fn already_in_team() -> ApiError {
    let message = "Whoever is named is a member of this team already.";
    let reply = ErrorReply::new(ErrorKind::InvalidRequest, message);
    reply.with_param("member").with_type("team_member_already_in_team").into()
}
