//! `GET /global/spend/all_tag_names`: all tags that calls had.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::ledger::{By, LedgerFilter};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::spend::seen;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct TagNamesResponse {
    tag_names: Vec<String>,
}

/// Lists all tags that calls had.
#[utoipa::path(
    get, path = "/global/spend/all_tag_names", tag = "spend",
    responses((status = 200, body = TagNamesResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_tag_names(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<TagNamesResponse>, ApiError> {
    params.refuse_rest(&[])?;
    let sums = seen::sums(&app, &operator, &LedgerFilter::default(), &[By::Tag]).await?;
    Ok(Json(TagNamesResponse { tag_names: sums.into_iter().filter_map(|sum| sum.tag).collect() }))
}
