//! `GET /spend/users`: users, by what they have spent.

use axum::Json;
use axum::extract::State;
use http::HeaderName;
use store::users::{UserFilter, UserSort};
use store::{Direction, Order};

use super::keys::{LARGEST_PAGE, PAGE_SIZE};
use super::logs::TOTAL_COUNT;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::user::UserView;
use crate::openapi::ErrorBody;

/// Lists users by what they have spent, the largest first.
#[utoipa::path(
    get, path = "/spend/users", tag = "spend",
    params(
        ("user_id" = Option<String>, Query, description = "Only this one"),
        ("page" = Option<u32>, Query, minimum = 1),
        ("page_size" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "100 unless given"),
    ),
    responses(
        (status = 200, body = Vec<UserView>, headers(("x-turnpike-total-count" = u64, description = "Users on all pages"))),
        (status = "4XX", body = ErrorBody),
    ),
)]
pub(crate) async fn list_users_by_spend(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<([(HeaderName, String); 1], Json<Vec<UserView>>), ApiError> {
    let page = params.page("page_size", PAGE_SIZE, LARGEST_PAGE)?;
    let filter = UserFilter { user_ids: params.text("user_id")?.map(|user| vec![user]), ..UserFilter::default() };
    params.refuse_rest(&[])?;
    let order = Order { by: UserSort::Spend, direction: Direction::Descending };
    let (rows, total) = store::list(&app.engine().db, &operator.scope, &filter, order, page).await?;
    let users = UserView::read_all(&app, &operator.scope, rows).await?;
    Ok(([(TOTAL_COUNT, total.to_string())], Json(users)))
}
