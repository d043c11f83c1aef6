//! `POST /team/bulk_member_add`: many users, or all there are, become members of a team.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::Scope;
use store::users::UserFilter;
use utoipa::ToSchema;

use super::member::{MemberField, MemberLimits};
use super::member_add::{AddMembersResponse, MOST, add};
use super::update::WhichTeam;
use super::view::{MembershipView, TeamView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, Fields, ORGANIZATIONS};
use crate::manage::fields::{Cap, Name};
use crate::manage::operator::Operator;
use crate::manage::user::UserView;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct ManyMembers {
    /// At most 500.
    #[schema(value_type = Option<Vec<MemberField>>)]
    #[serde(default)]
    members: Change<Vec<MemberField>>,
    /// Everybody, if there are no more than that; for administrators.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    all_users: Change<bool>,
    /// What each may spend of the team's money, in US dollars.
    #[schema(value_type = Option<f64>, minimum = 0)]
    #[serde(default)]
    max_budget_in_team: Change<Cap>,
}

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct AddManyMembersRequest {
    #[serde(flatten)]
    team: WhichTeam,
    #[serde(flatten)]
    members: ManyMembers,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct AddManyMembersResponse {
    team_id: String,
    /// Whoever was added; who was a member already is not among them.
    results: Vec<AddedMember>,
    total_requested: usize,
    successful_additions: usize,
    /// Always 0: all are added or none.
    failed_additions: usize,
    updated_team: TeamView,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct AddedMember {
    user_id: String,
    user_email: Option<String>,
    success: bool,
    error: Option<String>,
    updated_user: UserView,
    updated_team_membership: MembershipView,
}

/// Adds many members to a team: all of them or, on an error, none.
#[utoipa::path(
    post, path = "/team/bulk_member_add", tag = "teams", request_body = AddManyMembersRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = AddManyMembersResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn add_many_team_members(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<AddManyMembersResponse>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let WhichTeam { team_id } = fields.take()?;
    let ManyMembers { members, all_users, max_budget_in_team } = fields.take()?;
    fields.ignore(ORGANIZATIONS);
    fields.close(&[])?;
    let all = all_users.set() == Some(true);
    if all {
        check_all(&app, &operator).await?;
    }
    let mut change = operator.begin(&app).await?;
    let members = if all {
        let user = |user_id| MemberField { user_id: Some(Name(user_id)), ..MemberField::default() };
        let users = change.all(&Scope::Gateway, &UserFilter::default()).await?;
        users.into_iter().map(|row| user(row.user_id)).collect()
    } else {
        members.set().unwrap_or_default()
    };
    if members.is_empty() || members.len() > MOST {
        return Err(ApiError::invalid("members", format!("name from 1 to {MOST} members")));
    }
    let total_requested = members.len();
    let limits = MemberLimits::of_budget(max_budget_in_team.set());
    let added = add(&app, &operator, change, &team_id.0, (members, limits)).await?;
    let AddMembersResponse { team, updated_users, updated_team_memberships } = added;
    let results: Vec<_> = updated_users
        .into_iter()
        .zip(updated_team_memberships)
        .map(|(user, membership)| AddedMember {
            user_id: membership.user_id().to_owned(),
            user_email: user.email().map(str::to_owned),
            success: true,
            error: None,
            updated_user: user,
            updated_team_membership: membership,
        })
        .collect();
    Ok(Json(AddManyMembersResponse {
        team_id: team_id.0,
        successful_additions: results.len(),
        results,
        total_requested,
        failed_additions: 0,
        updated_team: team,
    }))
}

/// Everybody is for administrators, and no more than one request may add.
async fn check_all(app: &App, operator: &Operator) -> Result<(), ApiError> {
    if !operator.principal.is_admin() {
        return Err(ApiError::forbidden("all_users", "this is for administrators"));
    }
    let count = store::count(&app.engine().db, &Scope::Gateway, &UserFilter::default()).await?;
    if count > MOST as u64 {
        return Err(ApiError::invalid("all_users", format!("there are more than {MOST} users")));
    }
    Ok(())
}
