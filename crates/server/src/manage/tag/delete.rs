//! `POST /tag/delete`: a tag that means nothing from now on.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::value::RawValue;
use store::tags::TagRow;
use utoipa::ToSchema;

use super::body::WhichTag;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::budget;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct DeleteTagResponse {
    message: String,
}

/// Deletes a tag.
#[utoipa::path(
    post, path = "/tag/delete", tag = "tags", request_body = WhichTag,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = DeleteTagResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_tag(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<DeleteTagResponse>, ApiError> {
    let name = read::<WhichTag>(&body, &[])?.checked()?;
    let mut change = operator.begin(&app).await?;
    let row: TagRow = change.require(&operator.scope, &[&name]).await?;
    change.delete(&row).await?;
    budget::release(&mut change, row.budget_id.as_deref()).await?;
    app.commit(change).await?;
    Ok(Json(DeleteTagResponse { message: format!("Tag {name} deleted successfully") }))
}
