//! `GET /team/available`: teams that anybody may join. There is no setting yet that names some.

use axum::Json;
use axum::extract::State;

use super::view::TeamView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Lists the teams that the caller may join by himself.
#[utoipa::path(
    get, path = "/team/available", tag = "teams",
    responses((status = 200, body = Vec<TeamView>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_available_teams(
    State(_app): State<App>,
    _operator: Operator,
    params: Params,
) -> Result<Json<Vec<TeamView>>, ApiError> {
    params.refuse_rest(&[])?;
    Ok(Json(Vec::new()))
}
