//! `GET /customer/list`: a page of customers, by id.

use axum::Json;
use axum::extract::State;
use store::customers::{CustomerFilter, CustomerSort};
use store::{Direction, Order};

use super::view::{self, CustomerView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

const PAGE_SIZE: u32 = 50;
const LARGEST_PAGE: u32 = 100;

/// Lists customers.
#[utoipa::path(
    get, path = "/customer/list", tag = "customers",
    params(
        ("page" = Option<u32>, Query, minimum = 1),
        ("page_size" = Option<u32>, Query, minimum = 1, maximum = 100, description = "Customers a page; 50 unless given"),
        ("search" = Option<String>, Query, description = "A part of the id or the alias, in upper or lower case"),
    ),
    responses((status = 200, body = Vec<CustomerView>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_customers(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<Vec<CustomerView>>, ApiError> {
    let db = &app.engine().db;
    let page = params.page("page_size", PAGE_SIZE, LARGEST_PAGE)?;
    let filter = CustomerFilter { search: params.text("search")?, ..CustomerFilter::default() };
    params.refuse_rest(&[])?;
    let order = Order { by: CustomerSort::UserId, direction: Direction::Ascending };
    let (rows, _total) = store::list(db, &operator.scope, &filter, order, page).await?;
    view::views(&app, rows).await.map(Json)
}
