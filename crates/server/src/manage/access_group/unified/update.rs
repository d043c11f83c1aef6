//! `PUT /v1/access_group/{access_group_id}`: what is left out stays.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::value::RawValue;
use store::UPDATED;
use store::access_groups::{AccessGroupRow, holders_in};

use super::body::{AccessGroupRequest, Body, check_name};
use super::view::AccessGroupView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Changes an access group.
#[utoipa::path(
    put, path = "/v1/access_group/{access_group_id}", tag = "access groups", request_body = AccessGroupRequest,
    params(
        ("access_group_id" = String, Path),
        ("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail"),
    ),
    responses((status = 200, body = AccessGroupView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_access_group(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<AccessGroupView>, ApiError> {
    let mut body = Body::read(&body)?;
    let mut change = operator.begin(&app).await?;
    let before: AccessGroupRow = change.require(&operator.scope, &[&id]).await?;
    let mut after = AccessGroupRow { stamps: before.stamps.updated(&operator.actor), ..before.clone() };
    body.apply(&mut after);
    if after.access_group_name != before.access_group_name {
        check_name(&mut change, &after.access_group_name).await?;
    }
    change.update(UPDATED, &before, &after).await?;
    body.assigned.make(&mut change, &operator, &id).await?;
    let holders = holders_in(&mut change).await?;
    app.commit(change).await?;
    Ok(Json(AccessGroupView::new(after, &holders)))
}
