//! `GET /key/aliases`: the aliases that there are, for those who choose one.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::keys::{KeyFilter, KeySort};
use store::{Direction, Order, Page};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::team::permission;
use crate::openapi::ErrorBody;

const PAGE_SIZE: u32 = 50;
const LARGEST_PAGE: u32 = 100;

#[derive(Serialize, ToSchema)]
pub(crate) struct ListKeyAliasesResponse {
    aliases: Vec<String>,
    /// How many there are on all pages.
    total_count: u64,
    current_page: u32,
    total_pages: u64,
    size: u32,
}

/// Lists aliases of keys, in their order.
#[utoipa::path(
    get, path = "/key/aliases", tag = "keys",
    params(
        ("page" = Option<u32>, Query, minimum = 1),
        ("size" = Option<u32>, Query, minimum = 1, maximum = 100, description = "Aliases a page; 50 unless given"),
        ("search" = Option<String>, Query, description = "A part of the alias, in upper or lower case"),
        ("team_id" = Option<String>, Query),
    ),
    responses((status = 200, body = ListKeyAliasesResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_key_aliases(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<ListKeyAliasesResponse>, ApiError> {
    let filter = KeyFilter {
        named: true,
        alias_part: params.text("search")?,
        team_id: params.text("team_id")?,
        ..KeyFilter::default()
    };
    let page = Page {
        number: params.number("page", 1, 1..=u32::MAX)?,
        size: params.number("size", PAGE_SIZE, 1..=LARGEST_PAGE)?,
    };
    params.refuse_rest(&[])?;
    let order = Order { by: KeySort::KeyAlias, direction: Direction::Ascending };
    let scope = permission::scope_by(&app, &operator.principal, permission::LISTS_ALIASES).await?;
    let (rows, total_count) = store::list(&app.engine().db, &scope, &filter, order, page).await?;
    Ok(Json(ListKeyAliasesResponse {
        aliases: rows.into_iter().filter_map(|row| row.key_alias).collect(),
        total_count,
        current_page: page.number,
        total_pages: total_count.div_ceil(u64::from(page.size)),
        size: page.size,
    }))
}
