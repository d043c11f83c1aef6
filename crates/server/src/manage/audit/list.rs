//! `GET /audit`: what was done, newest first unless asked otherwise.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::audit::{self, AuditFilter, AuditSort};
use store::{KeyHash, Page};
use utoipa::ToSchema;

use super::table;
use super::view::AuditView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::instant;
use crate::manage::key::hash_of;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

const PAGE_SIZE: u32 = 10;
const LARGEST_PAGE: u32 = 100;

#[derive(Serialize, ToSchema)]
pub(crate) struct ListAuditResponse {
    audit_logs: Vec<AuditView>,
    /// How many rows there are on all pages.
    total: u64,
    page: u32,
    page_size: u32,
    total_pages: u64,
}

/// Lists rows of the audit trail.
#[utoipa::path(
    get, path = "/audit", tag = "audit",
    params(
        ("page" = Option<u32>, Query, minimum = 1),
        ("page_size" = Option<u32>, Query, minimum = 1, maximum = 100, description = "Rows a page; 10 unless given"),
        ("changed_by" = Option<String>, Query, description = "Who, or on whose behalf"),
        ("changed_by_api_key" = Option<String>, Query, description = "The hash of a key that is nobody's"),
        ("action" = Option<String>, Query, description = "created, updated, deleted, blocked, unblocked or rotated"),
        ("table_name" = Option<String>, Query, description = "LiteLLM's name of a table: LiteLLM_TeamTable and so on"),
        ("object_id" = Option<String>, Query),
        ("start_date" = Option<String>, Query, description = "A day (2026-11-22) or a time, UTC unless it says else"),
        ("end_date" = Option<String>, Query, description = "The same; the day is included"),
        ("object_team_id" = Option<String>, Query, description = "The team of the object, before or after"),
        ("object_key_hash" = Option<String>, Query, description = "The hash of the key, before or after"),
        ("search" = Option<String>, Query, description = "The whole id, object's id or author"),
        ("sort_by" = Option<String>, Query,
            description = "updated_at, id, action, table_name, object_id or changed_by; updated_at unless given"),
        ("sort_order" = Option<String>, Query, description = "desc or asc"),
    ),
    responses((status = 200, body = ListAuditResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_audit_logs(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<ListAuditResponse>, ApiError> {
    let (filter, page) = read(params)?;
    let (rows, total) = audit::list(&app.engine().db, &operator.scope, &filter, page).await?;
    let Page { number, size } = page;
    Ok(Json(ListAuditResponse {
        audit_logs: rows.into_iter().map(AuditView::new).collect(),
        total,
        page: number,
        page_size: size,
        total_pages: total.div_ceil(u64::from(size)),
    }))
}

fn read(mut params: Params) -> Result<(AuditFilter, Page), ApiError> {
    let page = params.page("page_size", PAGE_SIZE, LARGEST_PAGE)?;
    let filter = AuditFilter {
        object_table: params.text("table_name")?.map(|name| table::ours(&name).to_owned()),
        object_id: params.text("object_id")?,
        action: params.text("action")?,
        changed_by: params.text("changed_by")?,
        actor: key(&mut params, "changed_by_api_key")?.map(|hash| hash.as_str().to_owned()),
        start: params.moment("start_date", instant::first)?,
        end: params.moment("end_date", instant::behind)?,
        team_id: params.text("object_team_id")?,
        key_hash: key(&mut params, "object_key_hash")?,
        search: params.text("search")?,
        sort: sort(params.text("sort_by")?.as_deref())?,
        direction: params.direction()?,
    };
    params.refuse_rest(&[])?;
    Ok((filter, page))
}

fn key(params: &mut Params, name: &str) -> Result<Option<KeyHash>, ApiError> {
    let problem = || ApiError::invalid(name, "must be a key or its hash");
    params.text(name)?.map(|given| hash_of(&given).ok_or_else(problem)).transpose()
}

fn sort(by: Option<&str>) -> Result<AuditSort, ApiError> {
    match by {
        None | Some("updated_at" | "id") => Ok(AuditSort::Seq),
        Some("action") => Ok(AuditSort::Action),
        Some("table_name") => Ok(AuditSort::ObjectTable),
        Some("object_id") => Ok(AuditSort::ObjectId),
        Some("changed_by") => Ok(AuditSort::ChangedBy),
        Some(_) => Err(ApiError::invalid(
            "sort_by",
            "must be one of updated_at, id, action, table_name, object_id, changed_by",
        )),
    }
}
