//! `general_settings`: the gateway itself.

use super::super::known::GENERAL_SETTINGS;
use super::super::place::Placed;
use super::super::read::Section;
use super::super::secret::Resolved;
use engine::secret::Secret;

const EMPTY: &str = "is empty: set it, or leave it out";

/// Settings of the gateway.
#[derive(Debug, Clone, Default)]
pub struct GeneralSettings {
    /// The key that may do everything. Only who serves misses a variable that is not set.
    pub master_key: Option<Placed<Resolved>>,
    /// Where keys and spend are kept: `sqlite://…`. It may hold a password.
    pub database_url: Option<Placed<Secret>>,
    /// Connections to PostgreSQL that one instance has at most (`database_connection_pool_limit`).
    pub database_connections: Option<u32>,
    /// The largest body of a request, in bytes. Written as `max_request_size_mb`, in mebibytes.
    pub max_request_bytes: Option<u64>,
}

impl GeneralSettings {
    pub(in super::super) fn read(mut section: Section<'_, '_>) -> Self {
        let settings = Self {
            master_key: section.with("master_key", |field| match field.secret()? {
                Resolved::Found(key) if key.reveal().is_empty() => Err(field.error(EMPTY)),
                key => Ok(key),
            }),
            database_url: section.with("database_url", |field| match field.scalar()? {
                "" => Err(field.error(EMPTY)),
                text => Ok(Secret::new(text)),
            }),
            database_connections: section
                .whole("database_connection_pool_limit", 1..=1000)
                .and_then(|number| u32::try_from(number).ok()),
            max_request_bytes: section.mebibytes("max_request_size_mb"),
        };
        section.finish(&GENERAL_SETTINGS);
        settings
    }
}
