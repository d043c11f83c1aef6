//! `GET /user/available_roles`: the roles that a user can have in the whole gateway.

use std::collections::BTreeMap;

use axum::Json;
use engine::rights::role::Role;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct RoleView {
    description: &'static str,
    ui_label: &'static str,
}

/// Lists roles.
#[utoipa::path(
    get, path = "/user/available_roles", tag = "users",
    responses((status = 200, body = BTreeMap<String, RoleView>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_roles(
    _operator: Operator,
    params: Params,
) -> Result<Json<BTreeMap<&'static str, RoleView>>, ApiError> {
    params.refuse_rest(&[])?;
    Ok(Json(Role::ALL.into_iter().map(|role| (role.name(), view(role))).collect()))
}

fn view(role: Role) -> RoleView {
    let (ui_label, description) = match role {
        Role::ProxyAdmin => ("Admin (All Permissions)", "may do everything"),
        Role::ProxyAdminViewer => ("Admin (View Only)", "sees everything and changes nothing"),
        Role::InternalUser => ("Internal User (Create/Delete/View)", "has keys of its own and sees what they spend"),
        Role::InternalUserViewer => ("Internal User (View Only)", "sees its own keys and what they spend"),
    };
    RoleView { description, ui_label }
}
