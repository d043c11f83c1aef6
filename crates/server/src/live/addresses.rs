//! Addresses that were added to those of the file.

use ipnet::IpNet;
use store::settings::SettingRow;
use store::{Db, Scope};

use super::LiveError;
use crate::http::edge::Addresses;
use crate::http::error::ApiError;

/// The setting's name, which is LiteLLM's.
pub(crate) const ALLOWED_IPS: &str = "allowed_ips";

/// A list that cannot be read must not count as empty: then everybody could ask.
#[derive(Debug, thiserror::Error)]
#[error("the setting allowed_ips in the database cannot be read: correct or delete that row of gateway_settings")]
pub struct UnreadableAddresses;

/// The entries of the setting, as they were written.
pub(crate) fn addresses_of(row: &SettingRow) -> Result<Vec<String>, UnreadableAddresses> {
    serde_json::from_value(row.content.clone()).map_err(|_| UnreadableAddresses)
}

pub(super) async fn added(db: &Db) -> Result<Vec<IpNet>, LiveError> {
    let Some(row) = store::find::<SettingRow>(db, &Scope::Gateway, &[ALLOWED_IPS]).await? else {
        return Ok(Vec::new());
    };
    let networks = addresses_of(&row)?.iter().map(|entry| Addresses::network(entry)).collect::<Option<_>>();
    Ok(networks.ok_or(UnreadableAddresses)?)
}

impl From<UnreadableAddresses> for ApiError {
    fn from(error: UnreadableAddresses) -> Self {
        Self::new(wire::ErrorKind::Internal, error.to_string())
    }
}
