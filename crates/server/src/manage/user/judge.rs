//! Where somebody stands towards a user, and whom nobody may become.

use engine::rights::role::Role;
use engine::rights::{Place, Standing};
use store::organizations::OrganizationMemberFilter;
use store::teams::TeamFilter;
use store::users::{UserFilter, UserRow};
use store::{Scope, Transaction};
use wire::{ErrorKind, ErrorReply};

use crate::http::error::ApiError;
use crate::manage::operator::{MASTER_KEY, MASTER_USER, Operator};
use crate::manage::team::judge::place;

/// From where the caller may do what the route does with a user and all that the user belongs to: whoever leads one of his
/// teams is not the master of what he is elsewhere.
pub(in crate::manage) async fn standing_over(
    operator: &Operator,
    change: &mut Transaction,
    user: &UserRow,
) -> Result<Option<Standing>, ApiError> {
    if operator.principal.is_admin() {
        return Ok(None);
    }
    if is_above_tenants(Role::of(&user.user_role)) {
        return Err(ApiError::forbidden("user_id", "this user's role is for the whole gateway: ask an administrator"));
    }
    let of_user = Some(user.user_id.clone());
    let filter = OrganizationMemberFilter { user_id: of_user.clone(), ..OrganizationMemberFilter::default() };
    let organizations = change.all(&Scope::Gateway, &filter).await?;
    let teams = change.all(&Scope::Gateway, &TeamFilter { member: of_user, ..TeamFilter::default() }).await?;
    let places =
        organizations.iter().map(|member| Place { organization: Some(&member.organization_id), ..Place::default() });
    let mut standing = None;
    for place in places.chain(teams.iter().map(place)) {
        standing = operator.authorize(&place)?;
    }
    match standing {
        Some(standing) => Ok(Some(standing)),
        // he belongs to nobody
        None => operator.authorize(&Place::default()),
    }
}

/// Roles that no tenant gives.
pub(super) fn is_above_tenants(role: Role) -> bool {
    matches!(role, Role::ProxyAdmin | Role::ProxyAdminViewer)
}

/// Refuses what another user has already. An address is taken if the caller sees whose it is: he must not learn from a refusal
/// who is known to others.
pub(in crate::manage) async fn check_unique(
    operator: &Operator,
    change: &mut Transaction,
    user: &UserRow,
) -> Result<(), ApiError> {
    // what holders of the master key are called in sums and in the trail
    if [MASTER_USER, MASTER_KEY].contains(&user.user_id.as_str()) {
        return Err(taken("user_id", format!("User with id {} already exists.", user.user_id)));
    }
    let others = |rows: Vec<UserRow>| rows.into_iter().any(|row| row.user_id != user.user_id);
    if let Some(email) = &user.user_email {
        let filter = UserFilter { user_email: Some(email.clone()), ..UserFilter::default() };
        if others(change.all(&operator.scope, &filter).await?) {
            return Err(taken("user_email", format!("User with email {email} already exists.")));
        }
    }
    if let Some(name) = &user.sso_user_id {
        let filter = UserFilter { sso_user_ids: Some(vec![name.clone()]), ..UserFilter::default() };
        if others(change.all(&Scope::Gateway, &filter).await?) {
            return Err(taken("sso_user_id", format!("User with sso_user_id {name} already exists.")));
        }
    }
    Ok(())
}

/// Terraform looks the user up and goes on when it is told so.
pub(super) fn taken(field: &str, message: String) -> ApiError {
    ErrorReply::new(ErrorKind::InvalidRequest, message).with_param(field).with_status(409).into()
}
