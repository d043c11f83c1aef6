//! `GET /key/list`: a page of keys, newest first unless asked otherwise.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::keys::{self, OwnKeys};
use store::users::{UserFilter, UserRow};
use store::{KeyHash, Scope};
use utoipa::ToSchema;

use super::query::{ListKeysRequest, Which};
use super::view::KeyView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::spent::{Spends, Spent, bring_up_to_date};
use crate::manage::team::permission;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct ListKeysResponse {
    keys: Vec<ListedKey>,
    /// How many keys there are on all pages.
    total_count: u64,
    current_page: u32,
    total_pages: u64,
}

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum ListedKey {
    #[schema(value_type = String)]
    Hash(KeyHash),
    /// With `return_full_object` or `expand`.
    Row(Box<ListedRow>),
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ListedRow {
    #[serde(flatten)]
    key: KeyView,
    /// With `expand=user`: what the caller may see of them.
    #[serde(flatten)]
    users: Option<UsersOfKey>,
}

#[derive(Clone, Default, Serialize, ToSchema)]
pub(crate) struct UsersOfKey {
    user: Option<UserOfKey>,
    created_by_user: Option<UserOfKey>,
}

#[derive(Clone, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "they are LiteLLM's")]
pub(crate) struct UserOfKey {
    user_id: String,
    user_email: Option<String>,
    user_alias: Option<String>,
    user_role: String,
}

/// Lists keys. Without `include_team_keys` those who are no administrators get their own.
#[utoipa::path(
    get, path = "/key/list", tag = "keys",
    params(
        ("page" = Option<u32>, Query, minimum = 1),
        ("size" = Option<u32>, Query, minimum = 1, maximum = 100, description = "Keys a page; 10 unless given"),
        ("user_id" = Option<String>, Query),
        ("team_id" = Option<String>, Query),
        ("organization_id" = Option<String>, Query, description = "By itself or by its team"),
        ("project_id" = Option<String>, Query),
        ("key_alias" = Option<String>, Query, description = "The whole alias"),
        ("key_hash" = Option<String>, Query, description = "The key or its hash"),
        ("search" = Option<String>, Query, description = "A hash, or a part of an alias"),
        ("substring_matching" = Option<bool>, Query, description = "key_alias and user_id are parts of them"),
        ("status" = Option<String>, Query, description = "active, expired, revoked or deleted"),
        ("expires" = Option<String>, Query, description = "active or expired"),
        ("include_team_keys" = Option<bool>, Query, description = "Also keys of teams and organizations that one leads, and of teams that let their members see them"),
        ("include_created_by_keys" = Option<bool>, Query, description = "Also keys that one made and may see"),
        ("return_full_object" = Option<bool>, Query, description = "Keys instead of hashes"),
        ("expand" = Option<String>, Query, description = "user: keys with their users"),
        ("sort_by" = Option<String>, Query,
            description = "created_at, updated_at, key_alias, token, spend, max_budget or expires"),
        ("sort_order" = Option<String>, Query, description = "desc or asc"),
    ),
    responses((status = 200, body = ListKeysResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_keys(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<ListKeysResponse>, ApiError> {
    let engine = app.engine();
    let request = ListKeysRequest::read(params, mine(&operator), operator.actor.at)?;
    let ListKeysRequest { which, order, page, whole, with_users } = request;
    let scope = permission::scope_by(&app, &operator.principal, permission::LISTS_KEYS).await?;
    let mut rows: Vec<(KeyHash, KeyView)> = Vec::new();
    let total_count = match which {
        Which::Live(filter) => {
            let (found, total) = store::list(&engine.db, &scope, &*filter, order, page).await?;
            rows.extend(found.into_iter().map(|row| (row.hash.clone(), KeyView::new(engine, row))));
            total
        }
        Which::Deleted(filter) => {
            let (found, total) = keys::list_deleted(&engine.db, &scope, &filter, page).await?;
            let view = |deleted: keys::DeletedKey| (deleted.row.hash.clone(), KeyView::of_deleted(engine, deleted));
            rows.extend(found.into_iter().map(view));
            total
        }
        Which::None => 0,
    };
    if whole {
        bring_up_to_date(&app, &mut rows).await?;
    }
    let users = if with_users { Some(users_of(&app, &operator.scope, &rows).await?) } else { None };
    let listed = |(hash, key): (KeyHash, KeyView)| {
        if !whole {
            return ListedKey::Hash(hash);
        }
        let users = users.as_ref().map(|users| UsersOfKey::new(users, &key));
        ListedKey::Row(Box::new(ListedRow { key, users }))
    };
    Ok(Json(ListKeysResponse {
        keys: rows.into_iter().map(listed).collect(),
        total_count,
        current_page: page.number,
        total_pages: total_count.div_ceil(u64::from(page.size)),
    }))
}

/// What makes a key the caller's own, unless he sees all keys.
fn mine(operator: &Operator) -> Option<OwnKeys> {
    let user_id = operator.principal.user_id().map(str::to_owned);
    let hash = operator.principal.key_hash().cloned();
    (operator.scope != Scope::Gateway).then(|| OwnKeys { hash, created_by: user_id.clone(), user_id })
}

/// The users of these keys and those who made them, as far as the caller may see them.
async fn users_of(
    app: &App,
    scope: &Scope,
    keys: &[(KeyHash, KeyView)],
) -> Result<HashMap<String, UserOfKey>, ApiError> {
    let mut ids: Vec<_> = keys.iter().flat_map(|(_, key)| [key.user_id(), key.created_by()]).flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    let ids = ids.into_iter().map(str::to_owned).collect();
    let filter = UserFilter { user_ids: Some(ids), ..UserFilter::default() };
    let users = store::all(&app.engine().db, scope, &filter).await?;
    Ok(users.into_iter().map(|row| (row.user_id.clone(), UserOfKey::new(row))).collect())
}

impl Spends for (KeyHash, KeyView) {
    fn spends(&mut self, spent: &mut Spent<'_>) {
        self.1.spends(spent);
    }
}

impl UsersOfKey {
    fn new(users: &HashMap<String, UserOfKey>, key: &KeyView) -> Self {
        let of = |id: Option<&str>| id.and_then(|id| users.get(id)).cloned();
        Self { user: of(key.user_id()), created_by_user: of(key.created_by()) }
    }
}

impl UserOfKey {
    fn new(row: UserRow) -> Self {
        let UserRow { user_id, user_email, user_alias, user_role, .. } = row;
        Self { user_id, user_email, user_alias, user_role }
    }
}
