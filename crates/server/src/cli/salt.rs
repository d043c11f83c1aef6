//! The keys with which credentials are sealed in the database: of AWS KMS where the configuration names one, else from the
//! environment, else one of our own for a database of our own.

use std::path::Path;

use anyhow::Context as _;
use engine::Upstream;
use engine::clock::Clock;
use engine::cloud::aws::{Access, Kms, Sources};
use engine::ids::Ids;
use engine::secret::Secret;
use engine::settings::Deadlines;
use engine::vault::Keys;

use super::first_run::write_private;
use crate::config::{AwsParams, Written};
use crate::meaning;

/// The first one that is set seals; the other still opens.
const VARIABLES: [&str; 2] = ["TURNPIKE_SALT_KEY", "LITELLM_SALT_KEY"];
/// Holds a key that the gateway made itself.
const FILE: &str = "salt.key";
/// Where KMS is, in place of AWS's own address, as AWS's tools know it.
const ENDPOINT: [&str; 2] = ["AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL"];

/// The keys of this gateway. `is_shared`: other instances open what this one seals, so each has to be given the same key.
/// With a key of KMS the others only open what they sealed before.
pub(super) fn keys(
    written: &Written,
    variables: &dyn Fn(&str) -> Option<String>,
    aws: &Sources,
    (data_dir, is_shared): (&Path, bool),
    ids: &Ids,
) -> anyhow::Result<Keys> {
    let kms = kms(written, variables, aws)?;
    let mut salt: Vec<Secret> = VARIABLES.iter().filter_map(|name| written.variable(name, variables)).collect();
    if !is_shared {
        salt.extend(own(&data_dir.join(FILE), salt.is_empty() && kms.is_none(), ids)?);
    }
    Ok(Keys { salt, kms })
}

/// KMS, where a key of it is configured. Nobody is asked yet.
fn kms(written: &Written, variables: &dyn Fn(&str) -> Option<String>, aws: &Sources) -> anyhow::Result<Option<Kms>> {
    let Some(keys) = &written.turnpike.kms else { return Ok(None) };
    let settings = meaning::of_service(&AwsParams::default(), &keys.key_id.place, written, variables)?;
    let endpoint = ENDPOINT.iter().find_map(|name| written.variable(name, variables));
    let upstream = Upstream::new(Deadlines::default().connect).context("the certificate authorities cannot be read")?;
    let access = Access { upstream, sources: aws.clone(), settings, clock: Clock::System };
    let endpoint = endpoint.as_ref().map(Secret::reveal);
    let kms = Kms::new(&access, keys.key_id.value.clone(), keys.older_key_ids.clone(), endpoint);
    kms.map(Some).map_err(|error| keys.key_id.error(error.to_string()).into())
}

/// The key in the file, which is made if it is needed.
fn own(file: &Path, is_needed: bool, ids: &Ids) -> anyhow::Result<Option<Secret>> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(Secret::new(text.trim()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && is_needed => {
            let made = ids.virtual_key()?;
            write_private(file, &made).with_context(|| format!("{} cannot be written", file.display()))?;
            Ok(Some(Secret::new(made)))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
    }
}
