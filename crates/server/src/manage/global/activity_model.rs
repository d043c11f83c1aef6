//! `GET /global/activity/model`: attempts and tokens a day, by model.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::ledger::By;
use utoipa::ToSchema;

use super::activity::GlobalActivityResponse;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::spend::seen;
use crate::openapi::ErrorBody;

/// As many models are shown, those with most attempts.
const MODELS: usize = 10;

/// Attempts and tokens of a model.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActivityOfModel {
    /// The name that was asked for.
    model: String,
    #[serde(flatten)]
    activity: GlobalActivityResponse,
}

/// Shows attempts and tokens a day of the ten models with most attempts.
#[utoipa::path(
    get, path = "/global/activity/model", tag = "spend",
    params(
        ("start_date" = String, Query, description = "A day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
    ),
    responses((status = 200, body = Vec<ActivityOfModel>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_activity_of_models(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<Vec<ActivityOfModel>>, ApiError> {
    let filter = seen::days(&mut params)?;
    params.refuse_rest(&[])?;
    let mut sums = seen::sums(&app, &operator, &filter, &[By::Day(0), By::ModelGroup]).await?;
    sums.sort_by(|a, b| (&a.model_group, a.day).cmp(&(&b.model_group, b.day)));
    let model = |sums: &[store::ledger::Sum]| ActivityOfModel {
        model: sums.first().and_then(|sum| sum.model_group.clone()).unwrap_or_default(),
        activity: GlobalActivityResponse::new(sums),
    };
    let mut models: Vec<_> = sums.chunk_by(|a, b| a.model_group == b.model_group).map(model).collect();
    models.sort_by_key(|model| std::cmp::Reverse(model.activity.requests()));
    models.truncate(MODELS);
    Ok(Json(models))
}
