//! `GET /spend/keys`: keys, by what they have spent.

use axum::Json;
use axum::extract::State;
use http::HeaderName;
use store::keys::{KeyFilter, KeySort};
use store::{Direction, Order};

use super::logs::TOTAL_COUNT;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::key::KeyView;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

pub(super) const PAGE_SIZE: u32 = 100;
pub(super) const LARGEST_PAGE: u32 = 1000;

/// Lists keys by what they have spent, the largest first.
#[utoipa::path(
    get, path = "/spend/keys", tag = "spend",
    params(
        ("page" = Option<u32>, Query, minimum = 1),
        ("page_size" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "100 unless given"),
    ),
    responses(
        (status = 200, body = Vec<KeyView>, headers(("x-turnpike-total-count" = u64, description = "Keys on all pages"))),
        (status = "4XX", body = ErrorBody),
    ),
)]
pub(crate) async fn list_keys_by_spend(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<([(HeaderName, String); 1], Json<Vec<KeyView>>), ApiError> {
    let page = params.page("page_size", PAGE_SIZE, LARGEST_PAGE)?;
    params.refuse_rest(&[])?;
    let engine = app.engine();
    let order = Order { by: KeySort::Spend, direction: Direction::Descending };
    let (rows, total) = store::list(&engine.db, &operator.scope, &KeyFilter::default(), order, page).await?;
    Ok(([(TOTAL_COUNT, total.to_string())], Json(KeyView::read_all(&app, rows).await?)))
}
