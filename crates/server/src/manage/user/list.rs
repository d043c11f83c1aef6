//! `GET /user/list`: a page of users, newest first unless asked otherwise.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::keys::count_of_users;
use store::teams::TeamRow;
use store::users::{UserFilter, UserSort};
use store::{Direction, Order, Page, Scope};
use utoipa::ToSchema;

use super::view::UserView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

const PAGE_SIZE: u32 = 25;
const LARGEST_PAGE: u32 = 100;

#[derive(Serialize, ToSchema)]
pub(crate) struct ListUsersResponse {
    users: Vec<ListedUser>,
    /// How many users there are on all pages.
    total: u64,
    page: u32,
    page_size: u32,
    total_pages: u64,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ListedUser {
    #[serde(flatten)]
    user: UserView,
    /// How many of its keys the caller sees.
    key_count: u64,
}

/// Lists users.
#[utoipa::path(
    get, path = "/user/list", tag = "users",
    params(
        ("page" = Option<u32>, Query, minimum = 1),
        ("page_size" = Option<u32>, Query, minimum = 1, maximum = 100, description = "Users a page; 25 unless given"),
        ("role" = Option<String>, Query),
        ("user_ids" = Option<String>, Query, description = "Ids with commas between them; one alone: a part of the id"),
        ("sso_user_ids" = Option<String>, Query, description = "With commas between them"),
        ("user_email" = Option<String>, Query, description = "A part of the address"),
        ("search" = Option<String>, Query, description = "A part of the id, the alias or the address"),
        ("team" = Option<String>, Query, description = "Members of this team"),
        ("organization_ids" = Option<String>, Query, description = "Members of these organizations"),
        ("sort_by" = Option<String>, Query,
            description = "user_id, user_email, created_at, spend, user_alias, user_role, updated_at or sso_user_id"),
        ("sort_order" = Option<String>, Query, description = "asc or desc; asc with sort_by unless given"),
    ),
    responses((status = 200, body = ListUsersResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_users(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<ListUsersResponse>, ApiError> {
    let (db, scope) = (&app.engine().db, &operator.scope);
    let page = params.page("page_size", PAGE_SIZE, LARGEST_PAGE)?;
    let order = order(&mut params)?;
    let filter = filter(&mut params)?;
    params.refuse_rest(&[])?;
    let filter = seen(&app, scope, filter).await?;
    let (rows, total) = store::list(db, scope, &filter, order, page).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.user_id.clone()).collect();
    let counts = count_of_users(db, scope, &ids).await?;
    let listed = |user: UserView| {
        let key_count = counts.get(user.id()).copied().unwrap_or_default();
        ListedUser { user, key_count }
    };
    let Page { number, size } = page;
    Ok(Json(ListUsersResponse {
        users: UserView::read_all(&app, scope, rows).await?.into_iter().map(listed).collect(),
        total,
        page: number,
        page_size: size,
        total_pages: total.div_ceil(u64::from(size)),
    }))
}

fn filter(params: &mut Params) -> Result<UserFilter, ApiError> {
    let mut filter = UserFilter {
        sso_user_ids: params.names("sso_user_ids")?,
        user_role: params.text("role")?,
        email_part: params.text("user_email")?,
        search: params.text("search")?,
        team_id: params.text("team")?,
        organization_ids: params.names("organization_ids")?,
        ..UserFilter::default()
    };
    match params.names("user_ids")?.as_deref() {
        // LiteLLM's console searches by this
        Some([part]) => filter.id_part = Some(part.clone()),
        Some(ids) => filter.user_ids = Some(ids.to_vec()),
        None => {}
    }
    Ok(filter)
}

/// A filter that names what the caller does not see finds nobody: else it would tell who is there.
pub(super) async fn seen(app: &App, scope: &Scope, mut filter: UserFilter) -> Result<UserFilter, ApiError> {
    if let Scope::Tenant(tenancy) = scope {
        if let Some(ids) = &mut filter.organization_ids {
            ids.retain(|id| tenancy.organizations_led.contains(id));
        }
        if let Some(team) = &filter.team_id
            && store::find::<TeamRow>(&app.engine().db, scope, &[team]).await?.is_none()
        {
            filter.user_ids = Some(Vec::new());
        }
    }
    Ok(filter)
}

fn order(params: &mut Params) -> Result<Order<UserSort>, ApiError> {
    let by = match params.text("sort_by")?.as_deref() {
        None => return Ok(Order { by: UserSort::CreatedAt, direction: params.direction()? }),
        Some("created_at") => UserSort::CreatedAt,
        Some("updated_at") => UserSort::UpdatedAt,
        Some("user_id") => UserSort::UserId,
        Some("user_email") => UserSort::Email,
        Some("user_alias") => UserSort::Alias,
        Some("user_role") => UserSort::Role,
        Some("sso_user_id") => UserSort::SsoUserId,
        Some("spend") => UserSort::Spend,
        Some(_) => {
            let problem = "must be one of user_id, user_email, created_at, spend, user_alias, user_role, updated_at, \
                           sso_user_id";
            return Err(ApiError::invalid("sort_by", problem));
        }
    };
    let direction = match params.text("sort_order")?.as_deref() {
        None | Some("asc") => Direction::Ascending,
        Some("desc") => Direction::Descending,
        Some(_) => return Err(ApiError::invalid("sort_order", "must be asc or desc")),
    };
    Ok(Order { by, direction })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_id_is_a_part_and_several_are_whole() {
        let read = |ids| filter(&mut Params::new(&[("user_ids", ids)])).unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!((read("a").id_part.as_deref(), read("a").user_ids), (Some("a"), None));
        let both = read("a, b,");
        assert_eq!((both.id_part, both.user_ids), (None, Some(vec!["a".to_owned(), "b".to_owned()])));
    }

    #[test]
    fn sorted_lists_begin_with_the_smallest() {
        for (given, direction) in [
            (&[][..], Direction::Descending),
            (&[("sort_by", "spend")], Direction::Ascending),
            (&[("sort_by", "spend"), ("sort_order", "desc")], Direction::Descending),
        ] {
            let order = order(&mut Params::new(given)).unwrap_or_else(|error| panic!("{error:?}"));
            assert_eq!(order.direction, direction, "{given:?}");
        }
        let refused = order(&mut Params::new(&[("sort_by", "password")])).err().and_then(|error| error.reply.param);
        assert_eq!(refused.as_deref(), Some("sort_by"));
    }
}
