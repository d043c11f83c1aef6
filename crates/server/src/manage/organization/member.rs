//! What the routes of members have in common: whom they are about, and what may be handed to them.

use engine::rights::Place;
use engine::rights::grant;
use engine::rights::role::Role;
use money::Nanos;
use serde::Deserialize;
use store::budgets::BudgetRow;
use store::organizations::OrganizationRow;
use store::users::UserRow;
use store::{Scope, StoreError, Transaction};
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::manage::body::Change;
use crate::manage::fields::{Name, nameable};
use crate::manage::operator::Operator;
use crate::manage::team::member::by_email;

/// A role in an organization.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MemberRole {
    OrgAdmin,
    InternalUser,
    InternalUserViewer,
}

impl MemberRole {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::OrgAdmin => "org_admin",
            Self::InternalUser => "internal_user",
            Self::InternalUserViewer => "internal_user_viewer",
        }
    }
}

/// Whom a request is about: one of the two is to be named.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct WhichUser {
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    pub(super) user_id: Change<Name>,
    /// The address of exactly one user.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    pub(super) user_email: Change<Name>,
}

/// A user as a request names it.
pub(super) enum Named {
    Id(String),
    Email(String),
}

impl WhichUser {
    pub(super) fn checked(self) -> Result<Named, ApiError> {
        match (nameable(self.user_id).set(), nameable(self.user_email).set()) {
            (Some(id), _) => Ok(Named::Id(id.0)),
            (None, Some(email)) => Ok(Named::Email(email.0)),
            (None, None) => Err(ApiError::unprocessable("user_id", "name a user, here or in user_email")),
        }
    }
}

impl Named {
    /// The user, if the scope sees one.
    pub(super) async fn find(&self, change: &mut Transaction, scope: &Scope) -> Result<Option<UserRow>, ApiError> {
        match self {
            Self::Id(id) => Ok(change.find(scope, &[id]).await?),
            Self::Email(email) => by_email(change, scope, email).await,
        }
    }

    /// The user, of whom there must be one.
    pub(super) async fn require(&self, change: &mut Transaction, scope: &Scope) -> Result<UserRow, ApiError> {
        let row = self.find(change, scope).await?;
        row.ok_or_else(|| StoreError::NotFound { what: "member of this organization" }.into())
    }
}

/// The organization, whose members the caller may change.
pub(super) async fn organization(
    operator: &Operator,
    change: &mut Transaction,
    id: &str,
) -> Result<OrganizationRow, ApiError> {
    let row: OrganizationRow = change.require(&operator.scope, &[id]).await?;
    operator.authorize(&Place { organization: Some(id), ..Place::default() })?;
    Ok(row)
}

/// Those who have a role in the whole gateway are not for others to place.
pub(super) fn check_target(operator: &Operator, user: &UserRow) -> Result<(), ApiError> {
    let stands_above = matches!(Role::of(&user.user_role), Role::ProxyAdmin | Role::ProxyAdminViewer);
    if stands_above && !operator.principal.is_admin() {
        return Err(ApiError::forbidden("user_id", "this user has a role in the whole gateway: ask an administrator"));
    }
    Ok(())
}

/// A member may not be promised more than the organization has.
pub(super) async fn check_cap(
    operator: &Operator,
    change: &mut Transaction,
    organization: &OrganizationRow,
    cap: Nanos,
) -> Result<(), ApiError> {
    if operator.principal.is_admin() {
        return Ok(());
    }
    let budget: BudgetRow = change.require(&Scope::Gateway, &[&organization.budget_id]).await?;
    Ok(grant::below("max_budget_in_organization", cap, budget.limits.max_budget)?)
}
