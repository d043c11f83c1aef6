//! `GET /tag/list`: all tags. Those that only calls have named are not kept apart, so there are none of them here.

use axum::Json;
use axum::extract::State;
use store::tags::TagFilter;

use super::view::{self, TagView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::instant;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Lists tags. Administrators see all, others none: tags are not made for them.
#[utoipa::path(
    get, path = "/tag/list", tag = "tags",
    params(
        ("start_date" = Option<String>, Query, description = "For tags that only calls have named; with `end_date`"),
        ("end_date" = Option<String>, Query),
    ),
    responses((status = 200, body = Vec<TagView>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_tags(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<Vec<TagView>>, ApiError> {
    let db = &app.engine().db;
    check_dates(params.text("start_date")?, params.text("end_date")?)?;
    params.refuse_rest(&[])?;
    let rows = store::all(db, &operator.scope, &TagFilter::default()).await?;
    view::views(&app, rows).await.map(Json)
}

fn check_dates(start: Option<String>, end: Option<String>) -> Result<(), ApiError> {
    let day = |name: &str, text: Option<String>| {
        let day = text.as_deref().map(|text| instant::first(text).ok_or("must be a date like 2026-11-22"));
        day.transpose().map_err(|problem| ApiError::invalid(name, problem))
    };
    match (day("start_date", start)?, day("end_date", end)?) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(ApiError::invalid("end_date", "is required with start_date")),
        (None, Some(_)) => Err(ApiError::invalid("start_date", "is required with end_date")),
        (Some(start), Some(end)) if start > end => Err(ApiError::invalid("end_date", "lies before start_date")),
        (Some(_), Some(_)) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_come_in_pairs_and_in_order() {
        for (start, end, refused) in [
            (None, None, None),
            (Some("2026-01-01"), Some("2026-01-01"), None),
            (Some("2026-01-01"), None, Some("end_date")),
            (None, Some("2026-01-01"), Some("start_date")),
            (Some("2026-01-02"), Some("2026-01-01"), Some("end_date")),
            (Some("soon"), Some("2026-01-01"), Some("start_date")),
        ] {
            let checked = check_dates(start.map(str::to_owned), end.map(str::to_owned));
            let param = checked.err().and_then(|error| error.reply.param);
            assert_eq!(param.as_deref(), refused, "{start:?} {end:?}");
        }
    }
}
