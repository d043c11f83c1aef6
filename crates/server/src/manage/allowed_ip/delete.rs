//! `POST /delete/allowed_ip`: the gateway may not be asked from there any more.

use axum::Json;
use axum::extract::State;
use engine::rights::Place;
use serde_json::value::RawValue;
use wire::{ErrorKind, ErrorReply};

use super::{Added, AllowedIpRequest, AllowedIpResponse, OwnAddress, has, network, written};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Takes away an address or a network that was added. Without any the gateway may be asked from everywhere.
#[utoipa::path(
    post, path = "/delete/allowed_ip", tag = "settings", request_body = AllowedIpRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = AllowedIpResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_allowed_ip(
    State(app): State<App>,
    operator: Operator,
    own: OwnAddress,
    JsonBody(raw): JsonBody<Box<RawValue>>,
) -> Result<Json<AllowedIpResponse>, ApiError> {
    let AllowedIpRequest { ip } = read(&raw, &[])?;
    operator.authorize(&Place::default())?;
    let gone = network(&ip)?;
    let mut change = operator.begin(&app).await?;
    let mut added = Added::find(&operator, &mut change).await?;
    if !has(&added.entries, gone) {
        if has(&written(&app), gone) {
            let problem = "it stands in general_settings.allowed_ips of the configuration file: take it out there";
            return Err(ApiError::invalid("ip", problem));
        }
        return Err(ErrorReply::new(ErrorKind::NotFound, "No such address.").with_param("ip").into());
    }
    added.entries.retain(|entry| !has(std::slice::from_ref(entry), gone));
    added.save(&app, &operator, change, own).await?;
    Ok(Json(AllowedIpResponse::new(format!("IP {ip} deleted successfully"))))
}
