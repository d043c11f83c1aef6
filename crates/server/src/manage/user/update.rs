//! `POST /user/update`: changes the fields that are named and leaves the others alone.

use axum::Json;
use axum::extract::State;
use engine::rights::Place;
use engine::rights::fields::Fields as Kind;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::users::UserRow;
use store::{Transaction, UPDATED};
use utoipa::ToSchema;

use super::body::{LATER, OF_NEW, UserBody, UserFields};
use super::judge::check_unique;
use super::view::UserView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, Fields};
use crate::manage::fields::{Attachments, LimitFields, Name, nameable};
use crate::manage::operator::{Operator, check_attached, check_fields};
use crate::manage::team::member::{by_email, missing_user};
use crate::openapi::ErrorBody;

#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct WhichUser {
    /// Left out: the user with that address.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    user_id: Change<Name>,
}

/// What is left out stays, what is null is cleared. Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct UpdateUserRequest {
    #[serde(flatten)]
    which: WhichUser,
    #[serde(flatten)]
    own: UserFields,
    #[serde(flatten)]
    limits: LimitFields,
    #[serde(flatten)]
    attached: Attachments,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct UpdateUserResponse {
    pub(super) user_id: String,
    pub(super) data: UserView,
}

/// Changes a user.
#[utoipa::path(
    post, path = "/user/update", tag = "users", request_body = UpdateUserRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = UpdateUserResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_user(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<UpdateUserResponse>, ApiError> {
    let asked = Asked::read(&body)?;
    let mut change = operator.begin(&app).await?;
    let before = asked.find(&operator, &mut change).await?;
    let after = asked.apply(&operator, &mut change, &before).await?;
    app.commit(change).await?;
    let data = UserView::read(&app, &operator.scope, after).await?;
    Ok(Json(UpdateUserResponse { user_id: data.id().to_owned(), data }))
}

/// A change of a user, as a body says it.
#[derive(Clone)]
pub(super) struct Asked {
    user_id: Option<String>,
    body: UserBody,
    named: Vec<String>,
}

impl Asked {
    pub(super) fn read(body: &RawValue) -> Result<Self, ApiError> {
        let mut fields = Fields::open(body)?;
        let WhichUser { user_id } = fields.take()?;
        let body = UserBody::take(&mut fields)?;
        fields.ignore(OF_NEW);
        let named = fields.named().iter().filter(|name| !OF_NEW.contains(&name.as_str())).cloned().collect();
        fields.close(LATER)?;
        Ok(Self { user_id: nameable(user_id).set().map(|id| id.0), body, named })
    }

    /// The user that it is about.
    pub(super) async fn find(&self, operator: &Operator, change: &mut Transaction) -> Result<UserRow, ApiError> {
        let user_id = match (&self.user_id, self.body.email()) {
            (Some(user_id), _) => user_id.clone(),
            (None, Some(email)) => by_email(change, &operator.scope, &email).await?.ok_or_else(missing_user)?.user_id,
            (None, None) => return Err(ApiError::unprocessable("user_id", "name a user_id or a user_email")),
        };
        change.find(&operator.scope, &[&user_id]).await?.ok_or_else(missing_user)
    }

    /// Makes the user so, if the caller may.
    pub(super) async fn apply(
        mut self,
        operator: &Operator,
        change: &mut Transaction,
        before: &UserRow,
    ) -> Result<UserRow, ApiError> {
        let standing = operator.authorize(&Place { user: Some(&before.user_id), ..Place::default() })?;
        if self.user_id.is_none() {
            // the address said who is meant
            self.body.own.user_email = Change::Keep;
            self.named.retain(|name| name != "user_email");
        }
        check_fields(Kind::User, standing, &self.named)?;
        let mut after = UserRow { stamps: before.stamps.updated(&operator.actor), ..before.clone() };
        self.body.apply(&mut after, operator.actor.at)?;
        check_attached(Kind::User, standing, &before.metadata, &after.metadata)?;
        // of what two users have already, each may still change the rest
        if (&before.user_email, &before.sso_user_id) != (&after.user_email, &after.sso_user_id) {
            check_unique(operator, change, &after).await?;
        }
        change.update(UPDATED, before, &after).await?;
        Ok(after)
    }
}

impl Asked {
    /// The same as a change of everybody, which names nobody.
    pub(super) fn for_all(self) -> Result<Self, ApiError> {
        for field in ["user_id", "user_email", "sso_user_id"] {
            if self.named.iter().any(|name| name == field) {
                return Err(ApiError::invalid("user_updates", format!("{field} cannot be the same for all")));
            }
        }
        // nobody is looked for by an address
        Ok(Self { user_id: Some(String::new()), ..self })
    }
}
