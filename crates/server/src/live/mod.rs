//! The configuration in force: what the file says, and what administrators have added to it in the database.

mod added;
mod addresses;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use engine::cloud::aws::Sources;
use engine::models::Deployment;
use engine::secret::MasterKey;
use engine::vault::Vault;
use money::Catalog;
use parking_lot::Mutex;
use providers::Registry;
use store::Db;
use tokio::time::sleep;

use crate::app::App;
use crate::config::{ConfigErrors, Written, environment};
use crate::meaning::{self, Meant, World};
use crate::secrets::{Secrets, SecretsError};

pub(crate) use added::{Added, AddedError, CREDENTIAL_NAME, bound_to, open_map, with_values};
pub use addresses::UnreadableAddresses;
pub(crate) use addresses::{ALLOWED_IPS, addresses_of};

/// Changes that come together are taken together.
const GATHERING: Duration = Duration::from_millis(50);
/// Between tries to read what was added, while the database does not answer.
const PAUSE: Duration = Duration::from_secs(2);

/// What configurations are read with.
pub struct Reading {
    /// None: the gateway was started without a file.
    pub path: Option<PathBuf>,
    pub master: MasterKey,
    pub registry: Registry,
    pub catalog: Arc<Catalog>,
    pub aws: Sources,
    /// What stands behind the names of variables.
    pub secrets: Secrets,
}

/// The file as it was read last, and the way to the database.
pub struct Live {
    reading: Reading,
    written: Mutex<Arc<Written>>,
    vault: Vault,
    db: Db,
    /// One at a time: what was read later is put in force later.
    taking_up: tokio::sync::Mutex<()>,
}

/// Why there is no configuration to go by.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// The file, or what follows from it, cannot be run.
    #[error("the configuration cannot be run:\n{0}")]
    Config(ConfigErrors),
    /// What was added cannot be read.
    #[error("what was added in the database cannot be read")]
    Store(#[from] store::StoreError),
    /// Addresses in the database cannot be read.
    #[error(transparent)]
    Addresses(#[from] UnreadableAddresses),
    /// Secrets that the file names cannot be asked for.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The gateway was started without a file.
    #[error("the gateway was started without a configuration file")]
    NoFile,
}

impl From<ConfigErrors> for LiveError {
    fn from(errors: ConfigErrors) -> Self {
        Self::Config(errors)
    }
}

impl Live {
    pub fn new(reading: Reading, written: Written, vault: Vault, db: Db) -> Self {
        Self { reading, written: Mutex::new(Arc::new(written)), vault, db, taking_up: tokio::sync::Mutex::default() }
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    pub(crate) fn written(&self) -> Arc<Written> {
        Arc::clone(&self.written.lock())
    }

    /// What file and database mean together. A model in the database that cannot be meant is named and left out: it must not
    /// take the others down.
    pub async fn meant(&self) -> Result<Meant, LiveError> {
        self.meant_with(&self.written()).await
    }

    async fn meant_with(&self, written: &Written) -> Result<Meant, LiveError> {
        let added = added::deployments(self, written).await?;
        let mut meant = self.mean(written, added)?;
        meant.limits.addresses.networks.extend(addresses::added(&self.db).await?);
        Ok(meant)
    }

    /// Reads the file anew and puts in force what it says now. What cannot be run leaves everything as it was.
    pub async fn reload(&self, app: &App) -> Result<Arc<Written>, LiveError> {
        let _one_at_a_time = self.taking_up.lock().await;
        let known = self.reading.secrets.known();
        let taken = self.take_up_file(app).await;
        if taken.is_err() {
            self.reading.secrets.go_back_to(known);
        }
        taken
    }

    /// Puts in force what the configuration, as it was read last, means with the secrets as they are now.
    pub(crate) async fn take_up_secrets(&self, app: &App) -> Result<(), LiveError> {
        let _one_at_a_time = self.taking_up.lock().await;
        let written = self.written().again(&self.reading.secrets.lookup())?;
        self.replace(written, app).await.map(drop)
    }

    async fn take_up_file(&self, app: &App) -> Result<Arc<Written>, LiveError> {
        let Reading { path, secrets, aws, .. } = &self.reading;
        let path = path.as_ref().ok_or(LiveError::NoFile)?;
        for error in secrets.read(&Written::draft(path, &environment::process()), aws).await? {
            tracing::warn!("a secret was not read from AWS Secrets Manager: {error}");
        }
        self.replace(Written::load(path, &secrets.lookup())?, app).await
    }

    /// A file that cannot be run, alone or with what was added, does not replace one that can.
    async fn replace(&self, written: Written, app: &App) -> Result<Arc<Written>, LiveError> {
        // what is wrong with the file itself is said also when the database is away
        self.mean(&written, Vec::new())?;
        let meant = self.meant_with(&written).await?;
        let written = Arc::new(written);
        *self.written.lock() = Arc::clone(&written);
        app.put_in_force(meant);
        Ok(written)
    }

    /// Takes up what administrators add, here or elsewhere, for as long as the gateway runs.
    pub async fn follow(self: Arc<Self>, app: App) {
        let mut changes = app.engine().directory.settings_changes();
        while changes.changed().await.is_ok() {
            sleep(GATHERING).await;
            changes.mark_unchanged();
            while let Err(error) = self.take_up_added(&app).await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "what was added in the database is not taken up: {error}"
                );
                sleep(PAUSE).await;
            }
        }
    }

    /// Puts in force what administrators have added by now.
    pub async fn take_up_added(&self, app: &App) -> Result<(), LiveError> {
        let _one_at_a_time = self.taking_up.lock().await;
        app.put_in_force(self.meant().await?);
        Ok(())
    }

    /// What one model means that is to be added, or why it cannot be.
    pub(crate) async fn deployment(&self, added: &Added) -> Result<Deployment, ConfigErrors> {
        let written = self.written();
        self.reading.secrets.want([&added.params]).await;
        added.deployment(&written, &self.world(&self.reading.secrets.lookup()))
    }

    fn mean(&self, written: &Written, added: Vec<Deployment>) -> Result<Meant, ConfigErrors> {
        meaning::mean(written, &self.world(&self.reading.secrets.lookup()), self.reading.master.clone(), added)
    }

    fn world<'a>(&'a self, environment: &'a dyn Fn(&str) -> Option<String>) -> World<'a> {
        let Reading { registry, catalog, aws, .. } = &self.reading;
        World { registry, catalog: Arc::clone(catalog), environment, aws }
    }
}
