//! `POST /team/member_update`: another role, or other limits, for a member.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use engine::Engine;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::teams::TeamMember;
use store::users::{UserFilter, UserRow};
use store::{Limits, Scope, Transaction, UPDATED};
use utoipa::ToSchema;

use super::judge;
use super::member::{MemberLimits, Membership, TeamRole, only};
use super::update::WhichTeam;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, Fields, ORGANIZATIONS};
use crate::manage::budget;
use crate::manage::fields::{BudgetMode, LimitsView, ModelLimitsView, Name, Usd};
use crate::manage::instant::iso;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// A member of a team, by id or by address.
#[derive(Deserialize, ToSchema)]
pub(crate) struct WhichMember {
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    user_id: Change<Name>,
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    user_email: Change<Name>,
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct OtherRole {
    #[schema(value_type = Option<TeamRole>)]
    #[serde(default)]
    role: Change<TeamRole>,
}

/// What is left out stays, null takes a limit away. Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct UpdateMemberRequest {
    #[serde(flatten)]
    team: WhichTeam,
    #[serde(flatten)]
    member: WhichMember,
    #[serde(flatten)]
    role: OtherRole,
    #[serde(flatten)]
    limits: MemberLimits,
}

/// The member as it is now.
#[derive(Serialize, ToSchema)]
pub(crate) struct UpdateMemberResponse {
    team_id: String,
    user_id: String,
    user_email: Option<String>,
    role: String,
    /// In US dollars.
    #[schema(value_type = Option<f64>)]
    max_budget_in_team: Option<Usd>,
    budget_duration: Option<String>,
    tpm_limit: Option<u64>,
    rpm_limit: Option<u64>,
    /// Of the team's models; empty: all.
    allowed_models: Vec<String>,
    model_max_budget: BTreeMap<String, ModelLimitsView>,
    #[schema(value_type = Option<f64>)]
    temp_budget_increase: Option<Usd>,
    #[schema(format = DateTime)]
    temp_budget_expiry: Option<String>,
    budget_mode: BudgetMode,
}

/// Changes a member of a team.
#[utoipa::path(
    post, path = "/team/member_update", tag = "teams", request_body = UpdateMemberRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = UpdateMemberResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_team_member(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<UpdateMemberResponse>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let WhichTeam { team_id } = fields.take()?;
    let which: WhichMember = fields.take()?;
    let OtherRole { role } = fields.take()?;
    let limits: MemberLimits = fields.take()?;
    fields.ignore(ORGANIZATIONS);
    fields.close(&[])?;
    let mut change = operator.begin(&app).await?;
    let (team, standing) = judge::led(&operator, &mut change, &team_id.0).await?;
    let mut member = which.find(&mut change, &team_id.0).await?;
    let membership = Membership { app: &app, operator: &operator, team: &team, standing };
    membership.limit(&mut change, &mut member, limits).await?;
    if let Some(role) = role.set().map(TeamRole::name)
        && member.role != role
    {
        let after = TeamMember { role: role.to_owned(), updated_at: operator.actor.at, ..member.clone() };
        change.update(UPDATED, &member, &after).await?;
        member = after;
    }
    let limits = budget::limits(&mut change, member.budget_id.as_deref()).await?;
    let user: Option<UserRow> = change.find(&Scope::Gateway, &[&member.user_id]).await?;
    app.commit(change).await?;
    Ok(Json(UpdateMemberResponse::new(app.engine(), member, user.and_then(|user| user.user_email), limits)))
}

impl UpdateMemberResponse {
    fn new(engine: &Engine, member: TeamMember, user_email: Option<String>, limits: Limits) -> Self {
        Self {
            team_id: member.team_id,
            user_id: member.user_id,
            user_email,
            role: member.role,
            max_budget_in_team: limits.max_budget.map(Usd),
            budget_duration: limits.budget_duration.clone(),
            tpm_limit: limits.tpm_limit,
            rpm_limit: limits.rpm_limit,
            allowed_models: limits.allowed_models.clone(),
            temp_budget_increase: limits.temp_budget_increase.map(Usd),
            temp_budget_expiry: limits.temp_budget_expiry.map(iso),
            budget_mode: if limits.is_soft { BudgetMode::Soft } else { BudgetMode::Hard },
            model_max_budget: LimitsView::new(engine, limits).model_max_budget,
        }
    }
}

impl WhichMember {
    /// The member, where both id and address are given by the id.
    pub(super) async fn find(self, change: &mut Transaction, team_id: &str) -> Result<TeamMember, ApiError> {
        let named =
            |name: Change<Name>| name.set().map(|name| name.0.trim().to_owned()).filter(|name| !name.is_empty());
        let user_id = match (named(self.user_id), named(self.user_email)) {
            (Some(user_id), _) => user_id,
            (None, Some(email)) => {
                let of_team = Some(team_id.to_owned());
                let filter = UserFilter { user_email: Some(email), team_id: of_team, ..UserFilter::default() };
                only(change.all(&Scope::Gateway, &filter).await?)?.map(|user| user.user_id).unwrap_or_default()
            }
            (None, None) => return Err(ApiError::unprocessable("user_id", "name a user_id or a user_email")),
        };
        Ok(change.require(&Scope::Gateway, &[team_id, &user_id]).await?)
    }
}
