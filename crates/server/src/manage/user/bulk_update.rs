//! `POST /user/bulk_update`: changes many users, each in its own way or all alike.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::Scope;
use store::users::UserFilter;
use utoipa::ToSchema;

use super::update::{Asked, UpdateUserRequest, UpdateUserResponse};
use super::view::UserView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, Fields, ORGANIZATIONS};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// How many users one request may change.
const MOST: u64 = 500;

/// Either some users, each with its change, or all of them with one.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UpdateUsersRequest {
    /// At most 500.
    #[schema(value_type = Option<Vec<UpdateUserRequest>>)]
    #[serde(default)]
    users: Change<Vec<Box<RawValue>>>,
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    all_users: Change<bool>,
    #[schema(value_type = Option<UpdateUserRequest>)]
    #[serde(default)]
    user_updates: Change<Box<RawValue>>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct UpdateUsersResponse {
    results: Vec<UpdatedUser>,
    total_requested: usize,
    successful_updates: usize,
    /// Always 0: all are changed or none.
    failed_updates: usize,
}

#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "LiteLLM's names")]
pub(crate) struct UpdatedUser {
    user_id: String,
    user_email: Option<String>,
    success: bool,
    error: Option<String>,
    updated_user: UpdateUserResponse,
}

/// Changes users: all of them or, on an error, none.
#[utoipa::path(
    post, path = "/user/bulk_update", tag = "users", request_body = UpdateUsersRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = UpdateUsersResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_users(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<UpdateUsersResponse>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let UpdateUsersRequest { users, all_users, user_updates } = fields.take()?;
    fields.ignore(ORGANIZATIONS);
    fields.close(&[])?;
    let (users, all) = (users.set(), all_users.set() == Some(true));
    if users.is_some() == all {
        return Err(ApiError::unprocessable("users", "name users, or say all_users, and not both"));
    }
    if all {
        check_count(store::count(&app.engine().db, &Scope::Gateway, &UserFilter::default()).await?)?;
    }
    let mut change = operator.begin(&app).await?;
    let mut asked = Vec::new();
    if let Some(users) = users {
        for body in users {
            let one = Asked::read(&body)?;
            let row = one.find(&operator, &mut change).await?;
            asked.push((one, row.user_id));
        }
    } else {
        let body = user_updates.set().ok_or_else(|| ApiError::unprocessable("user_updates", "is required"))?;
        let one = Asked::read(&body)?.for_all()?;
        let rows = change.all(&Scope::Gateway, &UserFilter::default()).await?;
        asked.extend(rows.into_iter().map(|row| (one.clone(), row.user_id)));
    }
    check_count(asked.len() as u64)?;
    let mut rows = Vec::new();
    for (one, user_id) in asked {
        // somebody may be named twice
        let before = change.require(&operator.scope, &[&user_id]).await?;
        rows.push(one.apply(&operator, &mut change, &before).await?);
    }
    app.commit(change).await?;
    let views = UserView::read_all(&app, &operator.scope, rows).await?;
    let results: Vec<_> = views.into_iter().map(UpdatedUser::new).collect();
    Ok(Json(UpdateUsersResponse {
        total_requested: results.len(),
        successful_updates: results.len(),
        failed_updates: 0,
        results,
    }))
}

fn check_count(users: u64) -> Result<(), ApiError> {
    if (1..=MOST).contains(&users) {
        return Ok(());
    }
    Err(ApiError::invalid("users", format!("must be from 1 to {MOST}")))
}

impl UpdatedUser {
    fn new(data: UserView) -> Self {
        let user_id = data.id().to_owned();
        Self {
            user_email: data.email().map(str::to_owned),
            success: true,
            error: None,
            updated_user: UpdateUserResponse { user_id: user_id.clone(), data },
            user_id,
        }
    }
}
