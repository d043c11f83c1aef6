//! `DELETE /access_group/{access_group}/delete`: a name that stands for nothing any more.
//!
//! It stays on the lists that have it, where it allows nothing: a list that became empty would allow everything.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::tag;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct DeleteModelAccessGroupResponse {
    access_group: String,
    /// How many deployments were of it.
    models_updated: usize,
    message: String,
}

/// Deletes an access group of models.
#[utoipa::path(
    delete, path = "/access_group/{access_group}/delete", tag = "access groups",
    params(
        ("access_group" = String, Path),
        ("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail"),
    ),
    responses((status = 200, body = DeleteModelAccessGroupResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_model_access_group(
    State(app): State<App>,
    operator: Operator,
    Path(group): Path<String>,
    params: Params,
) -> Result<Json<DeleteModelAccessGroupResponse>, ApiError> {
    params.refuse_rest(&[])?;
    let mut change = operator.begin(&app).await?;
    let rows = tag::added(&mut change).await?;
    tag::check_exists(&rows, &group)?;
    let changed = tag::set_members(&mut change, &operator, &group, &rows, &BTreeSet::new()).await?;
    app.commit_settings(change).await?;
    let message = format!("Access group '{group}' deleted successfully");
    Ok(Json(DeleteModelAccessGroupResponse { access_group: group, models_updated: changed, message }))
}
