//! `GET /global/spend/tags`: what calls with each tag cost.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::ledger::By;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::fields::Usd;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::spend::seen;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct SpendPerTagResponse {
    /// Largest spend first.
    spend_per_tag: Vec<SpendPerTag>,
}

/// What calls with a tag cost; one with several counts for each.
#[derive(Serialize, ToSchema)]
pub(crate) struct SpendPerTag {
    name: String,
    #[schema(value_type = f64)]
    spend: Usd,
    /// Attempts.
    log_count: u64,
}

/// Shows what calls with each tag cost.
#[utoipa::path(
    get, path = "/global/spend/tags", tag = "spend",
    params(
        ("start_date" = String, Query, description = "A day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
        ("tags" = Option<String>, Query, description = "Only these, with commas between them; all-tags: all"),
    ),
    responses((status = 200, body = SpendPerTagResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_global_spend_of_tags(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<SpendPerTagResponse>, ApiError> {
    let mut filter = seen::days(&mut params)?;
    filter.tags = params.names("tags")?.filter(|tags| !tags.iter().any(|tag| tag == "all-tags"));
    params.refuse_rest(&[])?;
    let sums = seen::by_spend(seen::sums(&app, &operator, &filter, &[By::Tag]).await?);
    let tag = |sum: store::ledger::Sum| SpendPerTag {
        spend: Usd(sum.cost),
        log_count: sum.attempts,
        name: sum.tag.unwrap_or_default(),
    };
    Ok(Json(SpendPerTagResponse { spend_per_tag: sums.into_iter().map(tag).collect() }))
}
