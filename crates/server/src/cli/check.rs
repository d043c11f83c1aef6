//! `turnpike check`: a configuration as it would be run, without running it.

use std::path::Path;
use std::sync::Arc;

use anyhow::{anyhow, bail};
use engine::secret::MasterKey;
use money::Catalog;
use providers::Registry;

use super::CheckArguments;
use crate::config::{Unsupported, Written, environment};
use crate::meaning::{self, Meant, World};

pub(super) fn run(arguments: &CheckArguments) -> anyhow::Result<()> {
    let registry = Registry::builtin()?;
    let process = environment::process();
    let world = World { registry: &registry, catalog: Arc::new(Catalog::builtin()?), environment: &process };
    let written = load(&arguments.config, &process)?;
    // whether the master key is strong is a matter of the place where it is run
    let meant = mean(&written, &world, MasterKey::of_digest(""))?;
    print!("{}", meaning::table(&meant.settings));
    if let Some(warning) = unsupported(&written.unsupported) {
        if arguments.strict {
            bail!(warning);
        }
        println!("\nwarning: {warning}");
    }
    Ok(())
}

/// Reads a configuration; all of its mistakes stand in the error, each on a line that begins with its place.
pub(super) fn load(path: &Path, environment: &dyn Fn(&str) -> Option<String>) -> anyhow::Result<Written> {
    Written::load(path, environment).map_err(|errors| anyhow!("{} cannot be used:\n{errors}", path.display()))
}

/// Decides what a configuration means; likewise.
pub(super) fn mean(written: &Written, world: &World<'_>, master: MasterKey) -> anyhow::Result<Meant> {
    meaning::mean(written, world, master).map_err(|errors| anyhow!("the configuration cannot be run:\n{errors}"))
}

/// One sentence that names every key which has no effect yet.
pub(super) fn unsupported(keys: &[Unsupported]) -> Option<String> {
    let names: Vec<_> = keys.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| format!("known keys that have no effect in this version: {}", names.join(", ")))
}
