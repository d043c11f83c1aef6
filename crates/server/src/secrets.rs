//! What stands behind `os.environ/NAME`: secrets of AWS Secrets Manager, where the configuration says that they are there, and
//! else variables of the process.
//!
//! Values are read when a configuration is taken up, and again every few minutes; a value that has changed is in force without
//! a restart. Whatever goes wrong later, the last value that was read stays in use.

use std::collections::{BTreeSet, HashMap};
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
use crate::meaning;

/// Where the service is, in place of AWS's own address, as AWS's tools know it.
const ENDPOINT: [&str; 2] = ["AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL"];
/// After a provider has refused a credential and all were read anew: until the next refusal is heard.
const PAUSE: Duration = Duration::from_secs(30);

/// Cheap to clone.
#[derive(Clone, Default)]
pub struct Secrets(Arc<Mutex<Known>>);

/// What is known at one time.
#[derive(Clone, Default)]
pub(crate) struct Known {
    source: Option<Arc<Source>>,
    /// All names that were asked for; none where nobody has such a secret.
    values: HashMap<String, Option<Secret>>,
}

struct Source {
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
            let known = shared.lock().values.get(name).cloned().flatten();
            known.map_or_else(|| process(name), |secret| Some(secret.reveal().to_owned()))
        }
    }

    /// Reads what `draft` names, from where it says, and what was known before if it says that it is still there. Returns what
    /// could not be read: whether it is missed is for the reader of the configuration to say.
    pub async fn read(&self, draft: &Written, aws: &Sources) -> Result<Vec<NotRead>, SecretsError> {
        let Some(wanted) = draft.general_settings.key_management.clone() else {
            *self.0.lock() = Known::default();
            return Ok(Vec::new());
        };
        let source = Arc::new(Source::new(wanted, draft, aws)?);
        let names = {
            let mut known = self.0.lock();
            known.source = Some(Arc::clone(&source));
            known.values.retain(|name, _| source.wanted.hosts(name));
            let hosted = source.wanted.hosted_keys.iter().flatten().chain(&draft.references);
            let names: BTreeSet<_> =
                hosted.filter(|name| source.wanted.hosts(name)).chain(known.values.keys()).collect();
            names.into_iter().cloned().collect()
        };
        Ok(self.ask(&source, names).await.not_read)
    }

    /// What is known now, to go back to if the configuration that asks for others cannot be run.
    pub(crate) fn known(&self) -> Known {
        self.0.lock().clone()
    }

    pub(crate) fn go_back_to(&self, known: Known) {
        *self.0.lock() = known;
    }

    /// Reads what stands behind the references in `params` and was not read before, all at once.
    pub(crate) async fn want(&self, params: impl IntoIterator<Item = &Map<String, Value>>) {
        let Some(source) = self.0.lock().source.clone() else { return };
        let mut names = Vec::new();
        for value in params.into_iter().flat_map(Map::values) {
            references(value, &mut names);
        }
        names.sort_unstable();
        names.dedup();
        {
            let known = self.0.lock();
            names.retain(|name| source.wanted.hosts(name) && known.values.get(name).is_none_or(Option::is_none));
        }
        if !names.is_empty() {
            warn(self.ask(&source, names).await.not_read);
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
                match app.live().take_up_secrets(&app).await {
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
        let Some(source) = self.0.lock().source.clone() else { return false };
        let names = self.0.lock().values.keys().cloned().collect();
        let round = self.ask(&source, names).await;
        warn(round.not_read);
        round.has_changed
    }

    async fn ask(&self, source: &Arc<Source>, names: Vec<String>) -> Round {
        let mut round = Round::default();
        let read = if let Some(primary) = &source.wanted.primary_secret_name {
            source.of_primary(primary).await.unwrap_or_else(|error| {
                round.not_read.push(error);
                Vec::new()
            })
        } else {
            self.by_name(source, &names, &mut round.not_read).await
        };
        let mut known = self.0.lock();
        if !known.source.as_ref().is_some_and(|current| Arc::ptr_eq(current, source)) {
            // a configuration with another source was taken up meanwhile
            return Round::default();
        }
        for name in names {
            known.values.entry(name).or_default();
        }
        for (name, secret) in read {
            let before = known.values.insert(name, Some(secret.clone())).flatten();
            round.has_changed |= before.is_none_or(|before| before.reveal() != secret.reveal());
        }
        round
    }

    async fn by_name(&self, source: &Source, names: &[String], not_read: &mut Vec<NotRead>) -> Vec<(String, Secret)> {
        let mut known = Vec::with_capacity(names.len());
        for (name, read) in names.iter().cloned().zip(source.client.renew_all(names).await) {
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
        self.0.lock().values.get(name).is_some_and(Option::is_some)
    }
}

impl Source {
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
