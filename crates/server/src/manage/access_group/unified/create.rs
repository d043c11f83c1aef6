//! `POST /v1/access_group`: models under one name, for teams and keys.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde_json::value::RawValue;
use store::Stamps;
use store::access_groups::{AccessGroupRow, AccessGroupSettings, holders_in};

use super::body::{AccessGroupRequest, Body, check_name};
use super::view::AccessGroupView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::named::random_id;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Makes an access group.
#[utoipa::path(
    post, path = "/v1/access_group", tag = "access groups", request_body = AccessGroupRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 201, body = AccessGroupView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn create_access_group(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<(StatusCode, Json<AccessGroupView>), ApiError> {
    let mut body = Body::read(&body)?;
    let name = body.name.take().ok_or_else(|| ApiError::unprocessable("access_group_name", "is required"))?;
    let mut change = operator.begin(&app).await?;
    check_name(&mut change, &name).await?;
    let mut row = AccessGroupRow {
        access_group_id: random_id(&app)?,
        access_group_name: name,
        description: None,
        models: Vec::new(),
        settings: AccessGroupSettings::default(),
        stamps: Stamps::new(&operator.actor),
    };
    body.apply(&mut row);
    change.insert(&row).await?;
    body.assigned.make(&mut change, &operator, &row.access_group_id).await?;
    let holders = holders_in(&mut change).await?;
    app.commit(change).await?;
    Ok((StatusCode::CREATED, Json(AccessGroupView::new(row, &holders))))
}
