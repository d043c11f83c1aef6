//! `GET /user/available_users`: how many users and teams there are. There is no limit to either.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::teams::TeamFilter;
use store::users::UserFilter;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "LiteLLM's names")]
pub(crate) struct UserCountsResponse {
    /// Null: as many as you like.
    total_users: Option<u64>,
    total_teams: Option<u64>,
    total_users_used: u64,
    total_teams_used: u64,
    total_users_remaining: Option<u64>,
    total_teams_remaining: Option<u64>,
}

/// Counts the users and teams that the caller sees.
#[utoipa::path(
    get, path = "/user/available_users", tag = "users",
    responses((status = 200, body = UserCountsResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn count_users(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<UserCountsResponse>, ApiError> {
    params.refuse_rest(&[])?;
    let (db, scope) = (&app.engine().db, &operator.scope);
    Ok(Json(UserCountsResponse {
        total_users: None,
        total_teams: None,
        total_users_used: store::count(db, scope, &UserFilter::default()).await?,
        total_teams_used: store::count(db, scope, &TeamFilter::default()).await?,
        total_users_remaining: None,
        total_teams_remaining: None,
    }))
}
