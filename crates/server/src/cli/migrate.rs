//! `turnpike migrate`: the schema first, the new release afterwards.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use engine::clock::Clock;
use store::{Db, StoreError};

use super::{MigrateArguments, check};
use crate::config::{Written, environment};

/// Where everything is kept unless somebody says otherwise.
const DATA_DIR: &str = "data";

pub(super) fn run(arguments: MigrateArguments) -> anyhow::Result<()> {
    let written = match &arguments.config {
        Some(path) => check::load(path, &environment::process())?,
        None => Written::default(),
    };
    let data_dir = data_dir(arguments.store.data_dir, &written);
    let url = database_url(arguments.store.database_url, &written);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let db = open(url.as_deref(), &data_dir).await?;
        let applied = store::migrate::run(&db, Clock::System.now())
            .await
            .context("the schema could not be brought up to date")?;
        let migrations = if applied == 1 { "migration" } else { "migrations" };
        println!("{applied} {migrations} applied; the schema is at version {}", store::migrate::known_version());
        Ok(())
    })
}

/// Opens the database that was asked for, or the one in the data folder.
pub(super) async fn open(url: Option<&str>, data_dir: &Path) -> anyhow::Result<Db> {
    let opened = match url {
        Some(url) => Db::open(url).await,
        None => Db::open_path(&data_dir.join("turnpike.db")).await,
    };
    match opened {
        // a location may hold a password
        Err(StoreError::Location { reason, .. }) => bail!("the database cannot be opened: its URL is wrong: {reason}"),
        opened => opened.context("the database cannot be opened"),
    }
}

/// The data folder: the command line's, else the configuration's, else `./data`.
pub(super) fn data_dir(argument: Option<PathBuf>, written: &Written) -> PathBuf {
    argument.or_else(|| written.turnpike.data_dir.clone()).unwrap_or_else(|| PathBuf::from(DATA_DIR))
}

/// The database: the command line's, else the configuration's. `None` is the file in the data folder.
pub(super) fn database_url(argument: Option<String>, written: &Written) -> Option<String> {
    let configured = written.general_settings.database_url.as_ref();
    argument.or_else(|| configured.map(|url| url.value.reveal().to_owned()))
}
