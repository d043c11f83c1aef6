//! `GET /v2/user/info`: a user alone.

use axum::Json;
use axum::extract::State;
use store::users::UserRow;

use super::view::UserView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::team::member::missing_user;
use crate::openapi::ErrorBody;

/// Shows a user without its keys, the caller itself when none is named.
#[utoipa::path(
    get, path = "/v2/user/info", tag = "users",
    params(("user_id" = Option<String>, Query)),
    responses((status = 200, body = UserView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_user_row(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<UserView>, ApiError> {
    let own = || operator.principal.user_id().map(str::to_owned);
    let user_id = params.text("user_id")?.or_else(own);
    params.refuse_rest(&[])?;
    let user_id = user_id.ok_or_else(|| ApiError::invalid("user_id", "the key that you use is no user's: name one"))?;
    let row = store::find::<UserRow>(&app.engine().db, &operator.scope, &[&user_id]).await?;
    let row = row.ok_or_else(missing_user)?;
    Ok(Json(UserView::read(&app, &operator.scope, row).await?))
}
