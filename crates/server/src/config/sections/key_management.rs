//! `general_settings.key_management_system` and `key_management_settings`: where secrets are that the file only names.

use super::super::error::ConfigError;
use super::super::known::{KEY_MANAGEMENT, KEY_MANAGEMENT_SYSTEMS};
use super::super::place::Place;
use super::super::read::{Field, Section};
use super::aws_params::AwsParams;

/// Secrets stand in AWS Secrets Manager.
#[derive(Debug, Clone)]
pub struct KeyManagement {
    /// Where that was said.
    pub place: Place,
    /// The only names that are looked for there.
    pub hosted_keys: Option<Vec<String>>,
    /// The secret, a JSON object, whose fields are the secrets. Without it each name is a secret of its own.
    pub primary_secret_name: Option<String>,
    /// As whom, and in which region.
    pub aws: AwsParams,
}

impl KeyManagement {
    /// `None` where the environment is all there is.
    pub(super) fn read(general: &mut Section<'_, '_>) -> Option<Self> {
        let system = general.with("key_management_system", system);
        let mut section = general.child("key_management_settings");
        section.with("access_mode", access_mode);
        section.with("store_virtual_keys", store_virtual_keys);
        let hosted = section.field("hosted_keys").is_some();
        let names = section.texts("hosted_keys").into_iter().map(|key| key.value).collect();
        let primary = section.text("primary_secret_name").map(|name| name.value);
        let aws = AwsParams::read_access(&mut section);
        section.finish(&KEY_MANAGEMENT);
        let place = system.filter(|system| system.value)?.place;
        Some(Self { place, hosted_keys: hosted.then_some(names), primary_secret_name: primary, aws })
    }

    /// Whether a secret of that name is looked for.
    pub fn hosts(&self, name: &str) -> bool {
        self.hosted_keys.as_ref().is_none_or(|hosted| hosted.iter().any(|key| key == name))
    }
}

/// Whether it is AWS Secrets Manager.
fn system(field: &Field<'_>) -> Result<bool, ConfigError> {
    match field.scalar()? {
        "aws_secret_manager" => Ok(true),
        "local" => Ok(false),
        "aws_kms" => Err(field.error(
            "aws_kms is not supported: keep secrets in AWS Secrets Manager (aws_secret_manager); to seal with KMS what \
             the database holds, set turnpike.kms.key_id",
        )),
        other if KEY_MANAGEMENT_SYSTEMS.split_ascii_whitespace().any(|known| known == other) => {
            Err(field.error(format!("{other} is not supported: aws_secret_manager is")))
        }
        _ => Err(field.error("expected aws_secret_manager or local")),
    }
}

fn access_mode(field: &Field<'_>) -> Result<(), ConfigError> {
    match field.scalar()? {
        "read_only" | "read_and_write" => Ok(()),
        "write_only" => Err(field.error("write_only is not supported: secrets are read there and never written")),
        _ => Err(field.error("expected read_only or read_and_write")),
    }
}

fn store_virtual_keys(field: &Field<'_>) -> Result<(), ConfigError> {
    if field.flag()? {
        return Err(field.error("is not supported: of virtual keys nothing but a hash is kept; leave it out"));
    }
    Ok(())
}
