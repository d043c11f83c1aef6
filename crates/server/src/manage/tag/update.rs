//! `POST /tag/update`: a tag, changed.

use axum::Json;
use axum::extract::State;
use serde_json::value::RawValue;
use store::UPDATED;
use store::tags::TagRow;

use super::body::{TagBody, TagRequest};
use super::view::{self, TagWritten};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::budget;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Changes a tag. What is left out stays, what is null is cleared.
#[utoipa::path(
    post, path = "/tag/update", tag = "tags", request_body = TagRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = TagWritten), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_tag(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<TagWritten>, ApiError> {
    let TagBody { name, description, held } = TagBody::read(&body)?;
    let mut change = operator.begin(&app).await?;
    let before: TagRow = change.require(&operator.scope, &[&name]).await?;
    let mut after = TagRow { stamps: before.stamps.updated(&operator.actor), ..before.clone() };
    description.apply(&mut after.description);
    let had = before.budget_id.as_deref();
    after.budget_id = held.next(&app, &mut change, had).await?.map(|budget| budget.budget_id);
    change.update(UPDATED, &before, &after).await?;
    if before.budget_id != after.budget_id {
        budget::release(&mut change, had).await?;
    }
    app.commit(change).await?;
    let message = format!("Tag {name} updated successfully");
    Ok(Json(TagWritten { message, tag: view::view(&app, after).await? }))
}
