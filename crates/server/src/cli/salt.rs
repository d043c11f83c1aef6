//! The key with which credentials are sealed in the database: from the environment, else one of our own for a database of our
//! own.

use std::path::Path;

use anyhow::Context as _;
use engine::ids::Ids;
use engine::secret::Secret;
use engine::vault::Keys;

use super::first_run::write_private;
use crate::config::{Written, environment};

/// The first one that is set seals; the other still opens.
const VARIABLES: [&str; 2] = ["TURNPIKE_SALT_KEY", "LITELLM_SALT_KEY"];
/// Holds a key that the gateway made itself.
const FILE: &str = "salt.key";

/// The keys of this gateway. `is_shared`: other instances open what this one seals, so each has to be given the same key.
pub(super) fn keys(written: &Written, data_dir: &Path, is_shared: bool, ids: &Ids) -> anyhow::Result<Keys> {
    let process = environment::process();
    let mut salt: Vec<Secret> = VARIABLES.iter().filter_map(|name| written.variable(name, &process)).collect();
    if !is_shared {
        salt.extend(own(&data_dir.join(FILE), salt.is_empty(), ids)?);
    }
    Ok(Keys { salt, kms: None })
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
