//! `POST /access_group/new`: a name for several deployments, which lists of models may have.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::body::{GroupMembers, GroupWritten};
use super::{name, tag};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::Fields;
use crate::manage::fields::Name;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
struct GroupName {
    /// What lists of models call it.
    access_group: Name,
}

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct CreateModelAccessGroupRequest {
    #[serde(flatten)]
    name: GroupName,
    #[serde(flatten)]
    members: GroupMembers,
}

/// Makes an access group of models.
#[utoipa::path(
    post, path = "/access_group/new", tag = "access groups", request_body = CreateModelAccessGroupRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = GroupWritten), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn create_model_access_group(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<GroupWritten>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let GroupName { access_group: Name(group) } = fields.take()?;
    let members: GroupMembers = fields.take()?;
    fields.close(&[])?;
    if group.trim().is_empty() {
        return Err(ApiError::invalid("access_group", "must not be empty"));
    }
    let mut change = operator.begin(&app).await?;
    let rows = tag::added(&mut change).await?;
    if rows.iter().any(|row| tag::is_of(row, &group)) {
        return Err(ApiError::exists("access_group"));
    }
    name::check_group(&app, &mut change, "access_group", &group).await?;
    let members = members.chosen(&rows, &app.engine().settings().models)?;
    let changed = tag::set_members(&mut change, &operator, &group, &rows, &members).await?;
    app.commit_settings(change).await?;
    Ok(Json(GroupWritten::new(group, &rows, members, changed)))
}
