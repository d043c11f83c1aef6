//! `POST /user/delete`: users, with all that is theirs.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::invitations::InvitationFilter;
use store::keys::KeyFilter;
use store::organizations::OrganizationMemberFilter;
use store::teams::TeamMemberFilter;
use store::users::UserRow;
use store::{Scope, Transaction};
use utoipa::ToSchema;

use super::judge;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Fields, ORGANIZATIONS};
use crate::manage::fields::Names;
use crate::manage::operator::Operator;
use crate::manage::remove;
use crate::manage::team::member::{leave, missing_user};
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct DeleteUsersRequest {
    #[schema(value_type = Names)]
    user_ids: Names,
}

/// Deletes users, their keys, memberships and invitations: all of them or, on an error, none. Answers how many.
#[utoipa::path(
    post, path = "/user/delete", tag = "users", request_body = DeleteUsersRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = u64), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_users(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<usize>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let DeleteUsersRequest { user_ids } = fields.take()?;
    fields.ignore(ORGANIZATIONS);
    fields.close(&[])?;
    let mut deleted: Vec<String> = Vec::new();
    let mut change = operator.begin(&app).await?;
    for user_id in user_ids.0 {
        if !deleted.contains(&user_id) {
            let user: Option<UserRow> = change.find(&operator.scope, &[&user_id]).await?;
            let user = user.ok_or_else(missing_user)?;
            judge::standing_over(&operator, &mut change, &user).await?;
            remove_user(&mut change, &user).await?;
            deleted.push(user_id);
        }
    }
    app.commit(change).await?;
    Ok(Json(deleted.len()))
}

/// Deletes a user and all that is his own.
async fn remove_user(change: &mut Transaction, user: &UserRow) -> Result<(), ApiError> {
    let user_id = Some(user.user_id.clone());
    for member in
        change.all(&Scope::Gateway, &TeamMemberFilter { user_id: user_id.clone(), ..Default::default() }).await?
    {
        leave(change, &member).await?;
    }
    remove::keys(change, &KeyFilter { user_id: user_id.clone(), ..KeyFilter::default() }).await?;
    let filter = OrganizationMemberFilter { user_id: user_id.clone(), ..OrganizationMemberFilter::default() };
    for member in change.all(&Scope::Gateway, &filter).await? {
        remove::membership(change, &member).await?;
    }
    let of_user = InvitationFilter { user_id: user_id.clone(), ..InvitationFilter::default() };
    let by_user = InvitationFilter { created_by: user_id, ..InvitationFilter::default() };
    for filter in [of_user, by_user] {
        for invitation in change.all(&Scope::Gateway, &filter).await? {
            change.delete(&invitation).await?;
        }
    }
    change.delete(user).await?;
    Ok(())
}
