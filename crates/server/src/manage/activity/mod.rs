//! What users, teams, organizations, customers and tags did a day: what the routes `/…/daily/activity` have in common.

mod query;
mod view;

pub(super) use query::{Query, refuse_rest};
pub(super) use view::DailyActivityResponse;

use store::Scope;
use store::ledger;

use super::spend::logs::caught_up;
use crate::app::App;
use crate::http::error::ApiError;

/// Rows of sums, one a day, key and model, that one answer without pages may be made of.
const MOST_ROWS: u32 = 20_000;

/// A page of sums.
pub(super) async fn page(app: &App, scope: &Scope, query: Query) -> Result<DailyActivityResponse, ApiError> {
    let engine = app.engine();
    caught_up(engine).await;
    let Query { filter, page } = query;
    let (rows, total) = ledger::activity(&engine.db, scope, &filter, page).await?;
    Ok(DailyActivityResponse::new(filter.entity, &rows, page, total))
}

/// All sums at once.
pub(super) async fn whole(app: &App, scope: &Scope, query: Query) -> Result<DailyActivityResponse, ApiError> {
    let page = store::Page { number: 1, size: MOST_ROWS };
    let response = self::page(app, scope, Query { page, ..query }).await?;
    if response.has_more() {
        return Err(ApiError::invalid(
            "start_date",
            "there is too much for one answer: ask for fewer days, or by pages",
        ));
    }
    Ok(response)
}
