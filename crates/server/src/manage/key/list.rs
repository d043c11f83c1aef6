//! `GET /key/list`: a page of keys, newest first unless asked otherwise.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::keys::{KeyFilter, KeySort};
use store::{Direction, KeyHash, Order, Page};
use utoipa::ToSchema;

use super::name::hash_of;
use super::view::KeyView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

const PAGE_SIZE: u32 = 10;
const LARGEST_PAGE: u32 = 100;

/// Filters of LiteLLM that this version does not honour.
const LATER: &[&str] = &[
    "access_group_id",
    "agent_id",
    "expand",
    "expires",
    "include_created_by_keys",
    "include_team_keys",
    "organization_id",
    "project_id",
    "search",
    "status",
    "substring_matching",
    "team_id",
];

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
    /// With `return_full_object`.
    Row(Box<KeyView>),
}

struct ListKeysRequest {
    filter: KeyFilter,
    order: Order<KeySort>,
    page: Page,
    whole: bool,
}

/// Lists keys.
#[utoipa::path(
    get, path = "/key/list", tag = "keys",
    params(
        ("page" = Option<u32>, Query, minimum = 1),
        ("size" = Option<u32>, Query, minimum = 1, maximum = 100, description = "Keys a page; 10 unless given"),
        ("user_id" = Option<String>, Query),
        ("key_alias" = Option<String>, Query, description = "The whole alias"),
        ("key_hash" = Option<String>, Query, description = "The key or its hash"),
        ("return_full_object" = Option<bool>, Query, description = "Whole keys instead of hashes"),
        ("sort_by" = Option<String>, Query,
            description = "created_at, updated_at, key_alias, spend, max_budget or expires"),
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
    let ListKeysRequest { filter, order, page, whole } = ListKeysRequest::read(params)?;
    let (rows, total_count) = store::list(&engine.db, &operator.scope, &filter, order, page).await?;
    let listed =
        |row| if whole { ListedKey::Row(Box::new(KeyView::new(engine, row))) } else { ListedKey::Hash(row.hash) };
    Ok(Json(ListKeysResponse {
        keys: rows.into_iter().map(listed).collect(),
        total_count,
        current_page: page.number,
        total_pages: total_count.div_ceil(u64::from(page.size)),
    }))
}

impl ListKeysRequest {
    fn read(mut params: Params) -> Result<Self, ApiError> {
        let key_hash = params.text("key_hash")?.map(|given| hash_of(&given).ok_or("must be a key or its hash"));
        let request = Self {
            filter: KeyFilter {
                key_alias: params.text("key_alias")?,
                key_hash: key_hash.transpose().map_err(|problem| ApiError::invalid("key_hash", problem))?,
                user_id: params.text("user_id")?,
                ..KeyFilter::default()
            },
            order: Order {
                by: sort(params.text("sort_by")?.as_deref())?,
                direction: direction(params.text("sort_order")?.as_deref())?,
            },
            page: Page {
                number: params.number("page", 1, 1..=u32::MAX)?,
                size: params.number("size", PAGE_SIZE, 1..=LARGEST_PAGE)?,
            },
            whole: params.flag("return_full_object", false)?,
        };
        params.refuse_rest(LATER)?;
        Ok(request)
    }
}

fn sort(by: Option<&str>) -> Result<KeySort, ApiError> {
    match by {
        None | Some("created_at") => Ok(KeySort::CreatedAt),
        Some("updated_at") => Ok(KeySort::UpdatedAt),
        Some("key_alias") => Ok(KeySort::KeyAlias),
        Some("spend") => Ok(KeySort::Spend),
        Some("max_budget") => Ok(KeySort::MaxBudget),
        Some("expires") => Ok(KeySort::ExpiresAt),
        Some(_) => {
            let problem = "must be one of created_at, updated_at, key_alias, spend, max_budget, expires";
            Err(ApiError::invalid("sort_by", problem))
        }
    }
}

fn direction(order: Option<&str>) -> Result<Direction, ApiError> {
    match order {
        None | Some("desc") => Ok(Direction::Descending),
        Some("asc") => Ok(Direction::Ascending),
        Some(_) => Err(ApiError::invalid("sort_order", "must be asc or desc")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_query() {
        let request = ListKeysRequest::read(Params::new(&[])).unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!((request.page, request.whole), (Page { number: 1, size: 10 }, false));
        let all = [("page", "2"), ("size", "100"), ("sort_by", "expires"), ("sort_order", "asc"), ("user_id", "u")];
        let request = ListKeysRequest::read(Params::new(&all)).unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!(request.order, Order { by: KeySort::ExpiresAt, direction: Direction::Ascending });
        assert_eq!(request.filter.user_id.as_deref(), Some("u"));
    }

    #[test]
    fn names_the_parameter_that_is_wrong() {
        for (name, value) in [
            ("page", "0"),
            ("page", "-1"),
            ("size", "101"),
            ("size", "many"),
            ("key_hash", "abc"),
            ("sort_by", "hash; DROP TABLE keys"),
            ("sort_order", "up"),
            ("return_full_object", "maybe"),
            ("team_id", "t"),
            ("teams", "t"),
        ] {
            let refused = ListKeysRequest::read(Params::new(&[(name, value)])).err();
            assert_eq!(refused.and_then(|error| error.reply.param).as_deref(), Some(name), "{value}");
        }
    }
}
