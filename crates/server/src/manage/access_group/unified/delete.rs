//! `DELETE /v1/access_group/{access_group_id}`: taken from all who have it, none of whom may do more for that.

use axum::extract::{Path, State};
use http::StatusCode;
use store::access_groups::AccessGroupRow;

use super::assign::Assigned;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Deletes an access group.
#[utoipa::path(
    delete, path = "/v1/access_group/{access_group_id}", tag = "access groups",
    params(
        ("access_group_id" = String, Path),
        ("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail"),
    ),
    responses((status = 204), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_access_group(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    params: Params,
) -> Result<StatusCode, ApiError> {
    params.refuse_rest(&[])?;
    let mut change = operator.begin(&app).await?;
    let row: AccessGroupRow = change.require(&operator.scope, &[&id]).await?;
    Assigned::none().make(&mut change, &operator, &id).await?;
    change.delete(&row).await?;
    app.commit(change).await?;
    Ok(StatusCode::NO_CONTENT)
}
