//! `turnpike check`: a configuration as it would be run, without running it.

use std::path::Path;
use std::sync::Arc;

use anyhow::{anyhow, bail};
use engine::cloud::aws::Sources;
use engine::secret::MasterKey;
use money::Catalog;
use providers::Registry;

use super::{CheckArguments, first_run};
use crate::config::{ConfigError, ConfigErrors, Unsupported, Written, environment};
use crate::meaning::{self, World};
use crate::secrets::Secrets;

/// For a secret that is elsewhere: fits as a key and as an address.
const STAND_IN: &str = "https://stand-in.invalid/0123456789abcdef";

pub(super) fn run(arguments: &CheckArguments) -> anyhow::Result<()> {
    let registry = Registry::builtin()?;
    let process = environment::process();
    let (catalog, aws) = (Arc::new(Catalog::builtin()?), Sources::default());
    let draft = Written::draft(&arguments.config, &process);
    let elsewhere = elsewhere(&draft, &process);
    // nobody is asked: what a secret says does not matter here
    let variables = |name: &str| {
        let is_elsewhere = elsewhere.iter().any(|secret| secret == name);
        process(name).or_else(|| is_elsewhere.then(|| STAND_IN.to_owned()))
    };
    let world = World { registry: &registry, catalog, environment: &variables, aws: &aws };
    let written = load(&arguments.config, &variables)?;
    // whether the master key is there, and strong, is a matter of the place where it is run
    let missing = first_run::missing_key(&written);
    let meant = meaning::mean(&written, &world, MasterKey::of_digest(""), Vec::new())
        .map_err(|errors| refusal(&errors, missing.clone()))?;
    print!("{}", meaning::table(&meant.settings));
    if let Some(missing) = missing {
        println!("\nwarning: {missing}: serve will not start without it");
    }
    if !elsewhere.is_empty() {
        println!("\nwarning: not looked up, expected in AWS Secrets Manager: {}", elsewhere.join(", "));
    }
    if let Some(warning) = unsupported(&written.unsupported) {
        if arguments.strict {
            bail!(warning);
        }
        println!("\nwarning: {warning}");
    }
    Ok(())
}

/// The names that the file refers to and that only AWS can know.
fn elsewhere(draft: &Written, process: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let Some(wanted) = &draft.general_settings.key_management else { return Vec::new() };
    let names = draft.references.iter().filter(|name| wanted.hosts(name) && draft.variable(name, process).is_none());
    names.cloned().collect()
}

/// Reads a configuration; all of its mistakes stand in the error, each on a line that begins with its place.
pub(super) fn load(path: &Path, environment: &dyn Fn(&str) -> Option<String>) -> anyhow::Result<Written> {
    Written::load(path, environment).map_err(|errors| anyhow!("{} cannot be used:\n{errors}", path.display()))
}

/// The same with the secrets that it names, from where it says; nothing if there is no file.
pub(super) async fn load_with(path: Option<&Path>, secrets: &Secrets, aws: &Sources) -> anyhow::Result<Written> {
    let Some(path) = path else { return Ok(Written::default()) };
    for error in secrets.read(&Written::draft(path, &environment::process()), aws).await? {
        tracing::warn!("a secret was not read from AWS Secrets Manager: {error}");
    }
    load(path, &secrets.lookup())
}

/// Fails when the file names a master key that is not there, and then tells what else is wrong with it as well.
pub(super) fn master_key_is_there(written: &Written, world: &World<'_>) -> anyhow::Result<()> {
    let Some(missing) = first_run::missing_key(written) else { return Ok(()) };
    let others = meaning::mean(written, world, MasterKey::of_digest(""), Vec::new()).err();
    Err(refusal(&others.unwrap_or_else(|| ConfigErrors::new(Vec::new())), Some(missing)))
}

fn refusal(errors: &ConfigErrors, one_more: Option<ConfigError>) -> anyhow::Error {
    let all = ConfigErrors::new(errors.iter().cloned().chain(one_more).collect());
    anyhow!("the configuration cannot be run:\n{all}")
}

/// One sentence that names every key which has no effect yet.
pub(super) fn unsupported(keys: &[Unsupported]) -> Option<String> {
    let names: Vec<_> = keys.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| format!("known keys that have no effect in this version: {}", names.join(", ")))
}
