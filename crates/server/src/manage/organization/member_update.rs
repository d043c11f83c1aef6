//! `PATCH /organization/member_update`: another role, or another share of the organization's money.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::budgets::BudgetRow;
use store::organizations::OrganizationMember;
use store::{Limits, Scope, Transaction, UPDATED};
use utoipa::ToSchema;

use super::member::{self, MemberRole, WhichUser};
use super::view::MembershipView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, Fields};
use crate::manage::budget;
use crate::manage::fields::{BudgetView, Cap};
use crate::manage::operator::Operator;
use crate::manage::spent::bring_up_to_date;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct MemberChange {
    organization_id: String,
    #[schema(value_type = Option<MemberRole>)]
    #[serde(default)]
    role: Change<MemberRole>,
    /// What the member may spend of the organization's money, in US dollars. Null: as much as there is.
    #[schema(value_type = Option<f64>, minimum = 0)]
    #[serde(default)]
    max_budget_in_organization: Change<Cap>,
}

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct UpdateMemberRequest {
    #[serde(flatten)]
    what: MemberChange,
    #[serde(flatten)]
    which: WhichUser,
}

/// Changes a membership.
#[utoipa::path(
    patch, path = "/organization/member_update", tag = "organizations", request_body = UpdateMemberRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = MembershipView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_member(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<MembershipView>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let MemberChange { organization_id, role, max_budget_in_organization } = fields.take()?;
    let named = fields.take::<WhichUser>()?.checked()?;
    fields.close(&[])?;
    let mut change = operator.begin(&app).await?;
    let organization = member::organization(&operator, &mut change, &organization_id).await?;
    let user = named.require(&mut change, &operator.scope).await?;
    let before: OrganizationMember = change.require(&operator.scope, &[&organization_id, &user.user_id]).await?;
    member::check_target(&operator, &user)?;
    let mut after = OrganizationMember { updated_at: operator.actor.at, ..before.clone() };
    if let Some(role) = role.set() {
        role.name().clone_into(&mut after.user_role);
    }
    match max_budget_in_organization {
        Change::Keep => {}
        Change::Clear => after.budget_id = None,
        Change::Set(cap) => {
            member::check_cap(&operator, &mut change, &organization, cap.0).await?;
            after.budget_id = Some(share(&app, &mut change, &before, cap).await?);
        }
    }
    change.update(UPDATED, &before, &after).await?;
    if before.budget_id != after.budget_id {
        budget::release(&mut change, before.budget_id.as_deref()).await?;
    }
    let budget = match &after.budget_id {
        Some(id) => change.find::<BudgetRow>(&Scope::Gateway, &[id]).await?,
        None => None,
    };
    app.commit(change).await?;
    let mut view = [MembershipView::new(after, budget.map(|row| BudgetView::new(app.engine(), row)))];
    bring_up_to_date(&app, &mut view).await?;
    let [view] = view;
    Ok(Json(view))
}

/// The budget of a member with that cap.
async fn share(app: &App, change: &mut Transaction, member: &OrganizationMember, cap: Cap) -> Result<String, ApiError> {
    let Some(id) = &member.budget_id else {
        let limits = Limits { max_budget: Some(cap.0), ..Limits::default() };
        return Ok(budget::own(app, change, limits).await?.budget_id);
    };
    let before: BudgetRow = change.require(&Scope::Gateway, &[id]).await?;
    let mut after = BudgetRow { stamps: before.stamps.updated(change.actor()), ..before.clone() };
    after.limits.max_budget = Some(cap.0);
    change.update(UPDATED, &before, &after).await?;
    Ok(after.budget_id)
}
