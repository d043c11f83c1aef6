//! `POST /organization/member_add`: users become members of an organization.

use std::slice;

use axum::Json;
use axum::extract::State;
use money::Nanos;
use serde::{Deserialize, Serialize};
use serde_json::Map;
use serde_json::value::RawValue;
use store::organizations::{OrganizationMember, OrganizationRow};
use store::users::{UserRow, UserSettings};
use store::{Limits, Scope, Stamps, StoreError, Transaction};
use utoipa::ToSchema;

use super::member::{self, MemberRole, Named, WhichUser};
use super::view::{MembershipView, OrganizationUser};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, Fields, read};
use crate::manage::budget;
use crate::manage::fields::{BudgetView, Cap};
use crate::manage::named::random_id;
use crate::manage::operator::Operator;
use crate::manage::spent::bring_up_to_date;
use crate::manage::user::bound::{bound, usual};
use crate::manage::user::judge::check_unique;
use crate::openapi::ErrorBody;

const MOST_AT_ONCE: usize = 1_000;

#[derive(Deserialize, ToSchema)]
pub(crate) struct AddMembersRequest {
    organization_id: String,
    /// One member or a list of them.
    #[schema(value_type = Vec<NewMember>)]
    member: Box<RawValue>,
    /// What each of them may spend of the organization's money, in US dollars.
    #[schema(value_type = Option<f64>, minimum = 0)]
    #[serde(default)]
    max_budget_in_organization: Change<Cap>,
}

#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "the description of a member, which is read in two groups")]
pub(crate) struct NewMember {
    role: MemberRole,
    #[serde(flatten)]
    which: WhichUser,
}

#[derive(Deserialize)]
struct Rank {
    role: MemberRole,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct AddMembersResponse {
    organization_id: String,
    updated_users: Vec<OrganizationUser>,
    updated_organization_memberships: Vec<MembershipView>,
}

/// Adds members, all of them or, on an error, none. A user that does not exist is made.
#[utoipa::path(
    post, path = "/organization/member_add", tag = "organizations", request_body = AddMembersRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = AddMembersResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn add_members(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<AddMembersResponse>, ApiError> {
    let AddMembersRequest { organization_id, member, max_budget_in_organization } = read(&body, &[])?;
    let members = members(&member)?;
    let mut change = operator.begin(&app).await?;
    let organization = member::organization(&operator, &mut change, &organization_id).await?;
    let cap = max_budget_in_organization.set().map(|cap| cap.0);
    if let Some(cap) = cap {
        member::check_cap(&operator, &mut change, &organization, cap).await?;
    }
    let (mut updated_users, mut updated_organization_memberships) = (Vec::new(), Vec::new());
    for (role, named) in members {
        let user = user(&app, &operator, &mut change, (&organization, &named)).await?;
        updated_organization_memberships.push(add(&app, &mut change, &organization, (role, &user, cap)).await?);
        updated_users.push(OrganizationUser::new(app.engine(), user));
    }
    app.commit(change).await?;
    bring_up_to_date(&app, &mut updated_users).await?;
    Ok(Json(AddMembersResponse { organization_id, updated_users, updated_organization_memberships }))
}

/// The members that `raw` names: one, or a list.
fn members(raw: &RawValue) -> Result<Vec<(MemberRole, Named)>, ApiError> {
    let list: Vec<&RawValue> = if raw.get().starts_with('[') {
        serde_json::from_str(raw.get()).map_err(|error| ApiError::unprocessable("member", error))?
    } else {
        vec![raw]
    };
    if list.is_empty() || list.len() > MOST_AT_ONCE {
        return Err(ApiError::unprocessable("member", format!("must be one member or a list of up to {MOST_AT_ONCE}")));
    }
    let member = |raw: &RawValue| {
        if !raw.get().starts_with('{') {
            return Err(ApiError::unprocessable("member", "must be an object with role and user_id or user_email"));
        }
        let mut fields = Fields::open(raw)?;
        let Rank { role } = fields.take()?;
        let which: WhichUser = fields.take()?;
        fields.close(&[])?;
        Ok((role, which.checked()?))
    };
    list.into_iter().map(member).collect()
}

/// The user that is to become a member: one that the caller sees, or a new one. Only administrators choose its id, as others
/// would learn from a refusal which ids there are.
async fn user(
    app: &App,
    operator: &Operator,
    change: &mut Transaction,
    (organization, named): (&OrganizationRow, &Named),
) -> Result<UserRow, ApiError> {
    if let Some(user) = named.find(change, &operator.scope).await? {
        member::check_target(operator, &user)?;
        return Ok(user);
    }
    let (user_id, user_email) = match named {
        Named::Id(id) if operator.principal.is_admin() => (id.clone(), None),
        Named::Id(_) => return Err(StoreError::NotFound { what: "user" }.into()),
        Named::Email(email) => (random_id(app)?, Some(email.clone())),
    };
    let mut user = UserRow {
        user_id,
        user_email,
        user_alias: None,
        user_role: MemberRole::InternalUser.name().to_owned(),
        sso_user_id: None,
        models: Vec::new(),
        limits: Limits::default(),
        metadata: Map::new(),
        settings: UserSettings::default(),
        spend: Nanos::ZERO,
        stamps: Stamps::new(&operator.actor),
    };
    if !operator.principal.is_admin() {
        bound(change, &mut user, slice::from_ref(organization)).await?;
    }
    usual(app.engine(), &mut user, operator.actor.at)?;
    check_unique(operator, change, &user).await?;
    change.insert(&user).await?;
    Ok(user)
}

async fn add(
    app: &App,
    change: &mut Transaction,
    organization: &OrganizationRow,
    (role, user, cap): (MemberRole, &UserRow, Option<Nanos>),
) -> Result<MembershipView, ApiError> {
    let ids = [organization.organization_id.as_str(), &user.user_id];
    if change.find::<OrganizationMember>(&Scope::Gateway, &ids).await?.is_some() {
        return Err(ApiError::invalid(
            "member",
            format!("'{}' is a member of this organization already", user.user_id),
        ));
    }
    let budget = match cap {
        Some(_) => Some(budget::own(app, change, Limits { max_budget: cap, ..Limits::default() }).await?),
        None => None,
    };
    let at = change.actor().at;
    let row = OrganizationMember {
        organization_id: organization.organization_id.clone(),
        user_id: user.user_id.clone(),
        user_role: role.name().to_owned(),
        budget_id: budget.as_ref().map(|budget| budget.budget_id.clone()),
        spend: Nanos::ZERO,
        created_at: at,
        updated_at: at,
    };
    change.insert(&row).await?;
    Ok(MembershipView::new(row, budget.map(|row| BudgetView::new(app.engine(), row))))
}
