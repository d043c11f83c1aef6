//! `turnpike migrate`: the schema first, the new release afterwards.

use std::path::PathBuf;

use anyhow::Context as _;
use engine::clock::Clock;
use engine::cloud::aws::Sources;

use super::{MigrateArguments, check, database};
use crate::config::Written;
use crate::secrets::Secrets;

/// Where everything is kept unless somebody says otherwise.
const DATA_DIR: &str = "data";

pub(super) fn run(arguments: &MigrateArguments) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (secrets, aws) = (Secrets::default(), Sources::default());
        let written = check::load_with(arguments.config.as_deref(), &secrets, &aws).await?;
        let data_dir = data_dir(arguments.store.data_dir.clone(), &written);
        let db = database::open(&arguments.store, &written, &secrets.lookup(), &data_dir, &aws).await?.db;
        let applied = store::migrate::run(&db, Clock::System.now())
            .await
            .context("the schema could not be brought up to date")?;
        let migrations = if applied == 1 { "migration" } else { "migrations" };
        println!("{applied} {migrations} applied; the schema is at version {}", store::migrate::known_version());
        Ok(())
    })
}

/// The data folder: the command line's, else the configuration's, else `./data`.
pub(super) fn data_dir(argument: Option<PathBuf>, written: &Written) -> PathBuf {
    argument.or_else(|| written.turnpike.data_dir.clone()).unwrap_or_else(|| PathBuf::from(DATA_DIR))
}
