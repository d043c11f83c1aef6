//! `GET /user/filter/ui`: users to choose from, by a part of what they are called.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::Order;
use store::users::{UserFilter, UserSort};
use utoipa::ToSchema;

use super::list::seen;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

const PAGE_SIZE: u32 = 50;
const LARGEST_PAGE: u32 = 100;

#[derive(Serialize, ToSchema)]
pub(crate) struct UserChoice {
    user_id: String,
    user_email: Option<String>,
}

/// Lists users that the caller sees, newest first.
#[utoipa::path(
    get, path = "/user/filter/ui", tag = "users",
    params(
        ("user_id" = Option<String>, Query, description = "A part of the id"),
        ("user_email" = Option<String>, Query, description = "A part of the address"),
        ("search" = Option<String>, Query, description = "A part of the id, the alias or the address"),
        ("team_id" = Option<String>, Query, description = "Members of this team"),
        ("page" = Option<u32>, Query, minimum = 1),
        ("page_size" = Option<u32>, Query, minimum = 1, maximum = 100),
    ),
    responses((status = 200, body = Vec<UserChoice>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn choose_users(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<Vec<UserChoice>>, ApiError> {
    let filter = UserFilter {
        id_part: params.text("user_id")?,
        email_part: params.text("user_email")?,
        search: params.text("search")?,
        team_id: params.text("team_id")?,
        ..UserFilter::default()
    };
    let page = params.page("page_size", PAGE_SIZE, LARGEST_PAGE)?;
    params.refuse_rest(&[])?;
    let filter = seen(&app, &operator.scope, filter).await?;
    let order = Order::<UserSort>::default();
    let (rows, _) = store::list(&app.engine().db, &operator.scope, &filter, order, page).await?;
    let choice = |row: store::users::UserRow| UserChoice { user_id: row.user_id, user_email: row.user_email };
    Ok(Json(rows.into_iter().map(choice).collect()))
}
