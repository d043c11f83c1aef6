//! `general_settings`: the gateway itself.

use super::super::known::GENERAL_SETTINGS;
use super::super::place::Placed;
use super::super::read::Section;
use engine::secret::Secret;

/// Settings of the gateway.
#[derive(Debug, Clone, Default)]
pub struct GeneralSettings {
    /// The key that may do everything. A variable that it names must be set: a gateway without a key is open.
    pub master_key: Option<Placed<Secret>>,
    /// Where keys and spend are kept: `sqlite://…`. It may hold a password.
    pub database_url: Option<Placed<Secret>>,
    /// The largest body of a request, in bytes. Written as `max_request_size_mb`, in mebibytes.
    pub max_request_bytes: Option<u64>,
}

impl GeneralSettings {
    pub(in super::super) fn read(mut section: Section<'_, '_>) -> Self {
        let settings = Self {
            master_key: required(&mut section, "master_key"),
            database_url: required(&mut section, "database_url"),
            max_request_bytes: section.mebibytes("max_request_size_mb"),
        };
        section.finish(&GENERAL_SETTINGS);
        settings
    }
}

/// A secret that, once it is written, must be there.
fn required(section: &mut Section<'_, '_>, key: &'static str) -> Option<Placed<Secret>> {
    section.with(key, |field| match field.scalar()? {
        "" => Err(field.error("is empty: set it, or leave it out")),
        text => Ok(Secret::new(text)),
    })
}
