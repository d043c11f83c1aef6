//! `POST /tag/new`: a tag with a description or a budget.

use axum::Json;
use axum::extract::State;
use money::Nanos;
use serde_json::value::RawValue;
use store::Stamps;
use store::tags::TagRow;

use super::body::{TagBody, TagRequest};
use super::view::{self, TagWritten};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::named::unused;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Makes a tag.
#[utoipa::path(
    post, path = "/tag/new", tag = "tags", request_body = TagRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = TagWritten), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn create_tag(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<TagWritten>, ApiError> {
    let TagBody { name, description, held } = TagBody::read(&body)?;
    let mut change = operator.begin(&app).await?;
    let name = unused::<TagRow>(&mut change, "name", name).await?;
    let budget_id = held.first(&app, &mut change).await?.map(|budget| budget.budget_id);
    let row = TagRow {
        name,
        description: description.set().map(String::from),
        models: Vec::new(),
        budget_id,
        spend: Nanos::ZERO,
        stamps: Stamps::new(&operator.actor),
    };
    change.insert(&row).await?;
    app.commit(change).await?;
    let message = format!("Tag {} created successfully", row.name);
    Ok(Json(TagWritten { message, tag: view::view(&app, row).await? }))
}
