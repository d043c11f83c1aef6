//! `POST /add/allowed_ip`: the gateway may be asked from there, too.

use axum::Json;
use axum::extract::State;
use engine::rights::Place;
use serde_json::value::RawValue;

use super::{Added, AllowedIpRequest, AllowedIpResponse, OwnAddress, has, network, written};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Each request is held against every entry.
const MOST_ENTRIES: usize = 1_000;

/// Adds an address or a network from which requests are answered. The first one closes the gateway to all others, so it must have
/// the caller's own address in it.
#[utoipa::path(
    post, path = "/add/allowed_ip", tag = "settings", request_body = AllowedIpRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = AllowedIpResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn add_allowed_ip(
    State(app): State<App>,
    operator: Operator,
    own: OwnAddress,
    JsonBody(raw): JsonBody<Box<RawValue>>,
) -> Result<Json<AllowedIpResponse>, ApiError> {
    let AllowedIpRequest { ip } = read(&raw, &[])?;
    operator.authorize(&Place::default())?;
    let network = network(&ip)?;
    let mut change = operator.begin(&app).await?;
    let mut added = Added::find(&operator, &mut change).await?;
    if has(&written(&app), network) || has(&added.entries, network) {
        return Err(ApiError::invalid("ip", "it is in the list already"));
    }
    if added.entries.len() >= MOST_ENTRIES {
        return Err(ApiError::invalid("ip", format!("there are {MOST_ENTRIES} entries: name a network")));
    }
    added.entries.push(ip.clone());
    added.save(&app, &operator, change, own).await?;
    Ok(Json(AllowedIpResponse::new(format!("IP {ip} address added successfully"))))
}
