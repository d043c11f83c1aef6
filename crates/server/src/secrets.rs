//! What stands behind `os.environ/NAME`: secrets of AWS Secrets Manager, where the configuration says that they are there, and
//! else variables of the process.
//!
//! Values are read when a configuration is taken up, and again every few minutes; a value that has changed is in force without
//! a restart. Whatever goes wrong later, the last value that was read stays in use.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use engine::Upstream;
use engine::clock::Clock;
use engine::cloud::aws::{Access, SecretError, SecretsManager, Sources};
use engine::secret::Secret;
use engine::settings::Deadlines;
use engine::tasks::Tasks;
use parking_lot::Mutex;
use serde_json::{Map, Value};
use tokio::time::sleep;

use crate::app::App;
use crate::config::{ConfigError, KeyManagement, Written, environment};
use crate::live::LiveError;
use crate::meaning;

/// Where the service is, in place of AWS's own address, as AWS's tools know it.
const ENDPOINT: [&str; 2] = ["AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL"];
/// After a provider has refused a credential and all were read anew: until the next refusal is heard.
const PAUSE: Duration = Duration::from_secs(30);

/// Cheap to clone.
#[derive(Clone, Default)]
pub struct Secrets(Arc<Shared>);

#[derive(Default)]
struct Shared {
    manager: Mutex<Option<Arc<Manager>>>,
    /// All names that were asked for; none where nobody has such a secret.
    values: Mutex<HashMap<String, Option<Secret>>>,
}

struct Manager {
    client: SecretsManager,
    wanted: KeyManagement,
}

/// Why Secrets Manager cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("the certificate authorities cannot be read")]
    Authorities(#[from] std::io::Error),
}

/// A secret that was not read, and why.
#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    #[error("{name}: {error}")]
    Refused { name: String, error: SecretError },
    #[error("{0}: the secret is no JSON object, so there are no secrets in it: leave out primary_secret_name")]
    NoObject(String),
}

/// What became of a round of questions.
#[derive(Default)]
struct Round {
    has_changed: bool,
    not_read: Vec<NotRead>,
}

impl Secrets {
    /// What is known of a name now.
    pub fn lookup(&self) -> impl Fn(&str) -> Option<String> + use<> {
        let (shared, process) = (Arc::clone(&self.0), environment::process());
        move |name: &str| {
            let known = shared.values.lock().get(name).cloned().flatten();
            known.map_or_else(|| process(name), |secret| Some(secret.reveal().to_owned()))
        }
    }

    /// Reads what `draft` names, from where it says. Returns what could not be read: whether it is missed is for the reader of
    /// the configuration to say.
    pub async fn take_up(&self, draft: &Written, aws: &Sources) -> Result<Vec<NotRead>, SecretsError> {
        let Some(wanted) = draft.general_settings.key_management.clone() else {
            *self.0.manager.lock() = None;
            self.0.values.lock().clear();
            return Ok(Vec::new());
        };
        let manager = Arc::new(Manager::new(wanted, draft, aws)?);
        *self.0.manager.lock() = Some(Arc::clone(&manager));
        let hosted = manager.wanted.hosted_keys.iter().flatten();
        let names = draft.references.iter().chain(hosted).filter(|name| manager.wanted.hosts(name)).cloned();
        Ok(self.ask(&manager, names.collect()).await.not_read)
    }

    /// Reads what stands behind the references in `params` and was not read before, all at once.
    pub(crate) async fn want(&self, params: impl IntoIterator<Item = &Map<String, Value>>) {
        let Some(manager) = self.0.manager.lock().clone() else { return };
        let mut names = Vec::new();
        for value in params.into_iter().flat_map(Map::values) {
            references(value, &mut names);
        }
        names.sort_unstable();
        names.dedup();
        {
            let values = self.0.values.lock();
            names.retain(|name| manager.wanted.hosts(name) && values.get(name).is_none_or(Option::is_none));
        }
        if !names.is_empty() {
            warn(self.ask(&manager, names).await.not_read);
        }
    }

    /// Reads all of them again, now and then and when a provider refuses a credential, and puts into force what has changed.
    pub(crate) async fn follow(self, app: App) {
        let mut has_changed = false;
        loop {
            let period = app.live().written().turnpike.secret_refresh.unwrap_or(SecretsManager::LIFETIME);
            let refused = tokio::select! {
                () = sleep(period) => false,
                () = app.engine().refused_credential.notified() => true,
            };
            has_changed |= self.renew().await;
            if has_changed {
                match take_up(&app).await {
                    Ok(()) => {
                        tracing::info!("secrets have changed and are in force");
                        has_changed = false;
                    }
                    Err(error) => tracing::error!("a secret has changed and is not in force: {error}"),
                }
            }
            if refused {
                sleep(PAUSE).await;
            }
        }
    }

    /// Whether any of them is another than before.
    async fn renew(&self) -> bool {
        let Some(manager) = self.0.manager.lock().clone() else { return false };
        let names = self.0.values.lock().keys().cloned().collect();
        let round = self.ask(&manager, names).await;
        warn(round.not_read);
        round.has_changed
    }

    async fn ask(&self, manager: &Manager, names: Vec<String>) -> Round {
        let mut round = Round::default();
        let read = if let Some(primary) = &manager.wanted.primary_secret_name {
            manager.of_primary(primary).await.unwrap_or_else(|error| {
                round.not_read.push(error);
                Vec::new()
            })
        } else {
            self.by_name(manager, &names, &mut round.not_read).await
        };
        let mut values = self.0.values.lock();
        for name in names {
            values.entry(name).or_default();
        }
        for (name, secret) in read {
            let before = values.insert(name, Some(secret.clone())).flatten();
            round.has_changed |= before.is_none_or(|before| before.reveal() != secret.reveal());
        }
        round
    }

    async fn by_name(&self, manager: &Manager, names: &[String], not_read: &mut Vec<NotRead>) -> Vec<(String, Secret)> {
        let mut known = Vec::with_capacity(names.len());
        for (name, read) in names.iter().cloned().zip(manager.client.renew_all(names).await) {
            match read {
                Ok(secret) => known.push((name, secret)),
                // it may be a variable
                Err(SecretError::Missing(_)) if !self.knows(&name) => {}
                Err(error) => not_read.push(NotRead::Refused { name, error }),
            }
        }
        known
    }

    fn knows(&self, name: &str) -> bool {
        self.0.values.lock().get(name).is_some_and(Option::is_some)
    }
}

impl Manager {
    fn new(wanted: KeyManagement, draft: &Written, aws: &Sources) -> Result<Self, SecretsError> {
        let process = environment::process();
        let settings = meaning::of_service(&wanted.aws, &wanted.place, draft, &process)?;
        let endpoint = ENDPOINT.iter().find_map(|name| draft.variable(name, &process));
        let upstream = Upstream::new(Deadlines::default().connect)?;
        let access = Access { upstream, sources: aws.clone(), settings, clock: Clock::System };
        let endpoint = endpoint.map(|endpoint| endpoint.reveal().to_owned());
        let client = SecretsManager::new(access, endpoint, SecretsManager::LIFETIME, Tasks::default());
        Ok(Self { client, wanted })
    }

    /// The fields of a secret that holds the others.
    async fn of_primary(&self, primary: &str) -> Result<Vec<(String, Secret)>, NotRead> {
        let read = self.client.renew(primary).await;
        let text = read.map_err(|error| NotRead::Refused { name: primary.to_owned(), error })?;
        let no_object = |_| NotRead::NoObject(primary.to_owned());
        let fields: Map<String, Value> = serde_json::from_str(text.reveal()).map_err(no_object)?;
        let fields = fields.into_iter().filter(|(name, _)| self.wanted.hosts(name));
        let texts = fields.filter_map(|(name, value)| {
            let text = match value {
                Value::String(text) => text,
                Value::Number(_) | Value::Bool(_) => value.to_string(),
                _ => return None,
            };
            Some((name, Secret::new(text)))
        });
        Ok(texts.collect())
    }
}

fn references(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::String(text) => names.extend(environment::reference(text).map(str::to_owned)),
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        Value::Object(fields) => fields.values().for_each(|field| references(field, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn warn(not_read: Vec<NotRead>) {
    for error in not_read {
        tracing::warn!(
            "a secret was not read from AWS Secrets Manager, and what was read before stays in use: {error}"
        );
    }
}

async fn take_up(app: &App) -> Result<(), LiveError> {
    app.live().resolve_again()?;
    app.live().take_up(app).await
}
