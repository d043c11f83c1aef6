//! `PUT /access_group/{access_group}/update`: the deployments of a group, all of them anew.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::value::RawValue;

use super::body::{GroupMembers, GroupWritten};
use super::tag;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Replaces the models of an access group.
#[utoipa::path(
    put, path = "/access_group/{access_group}/update", tag = "access groups", request_body = GroupMembers,
    params(
        ("access_group" = String, Path),
        ("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail"),
    ),
    responses((status = 200, body = GroupWritten), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_model_access_group(
    State(app): State<App>,
    operator: Operator,
    Path(group): Path<String>,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<GroupWritten>, ApiError> {
    let members: GroupMembers = read(&body, &[])?;
    let mut change = operator.begin(&app).await?;
    let rows = tag::added(&mut change).await?;
    tag::check_exists(&rows, &group)?;
    let members = members.chosen(&rows, &app.engine().settings().models)?;
    let changed = tag::set_members(&mut change, &operator, &group, &rows, &members).await?;
    app.commit_settings(change).await?;
    Ok(Json(GroupWritten::new(group, &rows, members, changed)))
}
