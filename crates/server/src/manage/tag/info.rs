//! `POST /tag/info`: tags by name.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::tags::TagFilter;
use utoipa::ToSchema;
use wire::{ErrorKind, ErrorReply};

use super::view::{self, TagView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::fields::Names;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct ReadTagsRequest {
    /// At least one.
    names: Names,
}

/// Shows tags, by name. All of them have to exist.
#[utoipa::path(
    post, path = "/tag/info", tag = "tags", request_body = ReadTagsRequest,
    responses((status = 200, body = BTreeMap<String, TagView>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_tags(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<BTreeMap<String, TagView>>, ApiError> {
    let db = &app.engine().db;
    let ReadTagsRequest { names: Names(names) } = read(&body, &[])?;
    if names.is_empty() {
        return Err(ApiError::invalid("names", "name at least one tag"));
    }
    let filter = TagFilter { names: Some(names.clone()), ..TagFilter::default() };
    let rows = store::all(db, &operator.scope, &filter).await?;
    let tags: BTreeMap<_, _> = view::views(&app, rows).await?.into_iter().map(|tag| (tag.name.clone(), tag)).collect();
    let missing: Vec<_> = names.iter().filter(|name| !tags.contains_key(*name)).map(String::as_str).collect();
    if !missing.is_empty() {
        let message = format!("No such tags: {}.", missing.join(", "));
        return Err(ErrorReply::new(ErrorKind::NotFound, message).with_param("names").into());
    }
    Ok(Json(tags))
}
