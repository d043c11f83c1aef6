//! `/get/allowed_ips`, `/add/allowed_ip`, `/delete/allowed_ip`: from where the gateway may be asked. What the file says and what is added
//! here add up.

pub(crate) mod add;
pub(crate) mod delete;
pub(crate) mod list;

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use http::request::Parts;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::settings::SettingRow;
use store::{Transaction, UPDATED};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::edge::{Addresses, Peer};
use crate::http::error::ApiError;
use crate::live::{ALLOWED_IPS, addresses_of};
use crate::manage::operator::Operator;

#[derive(Deserialize, ToSchema)]
pub(crate) struct AllowedIpRequest {
    /// An address or a network: 203.0.113.7, 10.0.0.0/8.
    ip: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct AllowedIpResponse {
    message: String,
    status: &'static str,
}

impl AllowedIpResponse {
    fn new(message: String) -> Self {
        Self { message, status: "success" }
    }
}

/// The address that the caller is known by where addresses are looked at.
pub(crate) struct OwnAddress(Option<IpAddr>);

impl FromRequestParts<App> for OwnAddress {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let peer = parts.extensions.get::<Peer>().map(|Peer(address)| *address);
        Ok(Self(app.limits().addresses.of(peer, &parts.headers)))
    }
}

/// What was added, as it is in the middle of a change.
struct Added {
    before: Option<SettingRow>,
    entries: Vec<String>,
}

impl Added {
    async fn find(operator: &Operator, change: &mut Transaction) -> Result<Self, ApiError> {
        let before = change.find::<SettingRow>(&operator.scope, &[ALLOWED_IPS]).await?;
        let entries = before.as_ref().map(addresses_of).transpose()?.unwrap_or_default();
        Ok(Self { before, entries })
    }

    /// Makes the change so, unless it would lock out whoever makes it.
    async fn save(
        self,
        app: &App,
        operator: &Operator,
        mut change: Transaction,
        OwnAddress(own): OwnAddress,
    ) -> Result<(), ApiError> {
        let written = written(app);
        let networks = written.iter().chain(&self.entries).filter_map(|entry| Addresses::network(entry));
        let left = Addresses { networks: networks.collect(), ..Addresses::default() };
        if !left.have(own) {
            let problem = match own {
                Some(own) => format!("your own address, {own}, would not be among those that may ask: add it first"),
                None => "your own address is not known, so that you might be locked out".to_owned(),
            };
            return Err(ApiError::invalid("ip", problem));
        }
        let after = SettingRow::new(ALLOWED_IPS, json!(self.entries), &operator.actor);
        match &self.before {
            Some(before) => change.update(UPDATED, before, &after).await?,
            None => change.insert(&after).await?,
        }
        app.commit_settings(change).await
    }
}

/// The entries that stand in the file.
fn written(app: &App) -> Vec<String> {
    app.live().written().general_settings.allowed_ips.iter().map(|entry| entry.value.clone()).collect()
}

fn network(ip: &str) -> Result<IpNet, ApiError> {
    let problem = "must be an address or a network, such as 203.0.113.7 or 10.0.0.0/8";
    Addresses::network(ip).map(|network| network.trunc()).ok_or_else(|| ApiError::invalid("ip", problem))
}

/// Whether entries have this one, however it is written.
fn has(entries: &[String], network: IpNet) -> bool {
    entries.iter().any(|entry| Addresses::network(entry).is_some_and(|entry| entry.trunc() == network))
}
