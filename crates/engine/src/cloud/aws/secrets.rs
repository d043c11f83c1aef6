//! AWS Secrets Manager: secrets by name, remembered for a while.
//!
//! A value is used as it is until its lifetime is over. During the next lifetime whoever asks gets it at once and begins its
//! renewal; after that they wait for the renewal. While AWS does not answer, the old value stays in use, for as long as it
//! takes; an answer that refuses (the secret is gone, the role may no longer read it) ends it at once, and holds for a few
//! seconds.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::call::{Access, Service, region_of};
use super::error::CallError;
use crate::clock::Clock;
use crate::secret::Secret;
use crate::tasks::Tasks;

const SERVICE: &str = "secretsmanager";
/// How long a refusal is remembered, in microseconds: calls that need the secret do not ask AWS each.
const REFUSED_MICROS: i64 = 5_000_000;
/// Secrets remembered; when there are more, those that nobody is asking for are forgotten.
const MOST: usize = 1000;

/// Secrets of one account, of any region.
#[derive(Debug)]
pub struct SecretsManager {
    access: Access,
    endpoint: Option<String>,
    tasks: Tasks,
    lifetime_micros: i64,
    services: Mutex<HashMap<String, Arc<Service>>>,
    slots: Mutex<HashMap<String, Arc<Slot>>>,
}

/// One secret.
#[derive(Debug)]
struct Slot {
    id: String,
    service: Arc<Service>,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    held: Option<Held>,
    /// When it was refused last, if that was the answer to the last question.
    refused: Option<(i64, SecretError)>,
    /// Whether the last renewal had no answer.
    behind: bool,
    loading: Option<Loading>,
}

#[derive(Clone, Debug)]
struct Held {
    text: Arc<Secret>,
    read_at: i64,
}

type Outcome = Result<Arc<Secret>, SecretError>;
type Loading = watch::Receiver<Option<Outcome>>;

/// Why there is no secret. Names the secret, never what stands in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("the secret {0} does not exist, or is about to be deleted: check its name and region")]
    Missing(String),
    #[error("the secret {0} is binary: only text can be used")]
    Binary(String),
    #[error("the secret {0} is no JSON object, so it has no field {1}: leave out what stands behind the #")]
    NotJson(String, String),
    #[error("the secret {0} has no field {1} that is text or a number")]
    NoField(String, String),
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetSecretValue<'a> {
    secret_id: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SecretValue {
    secret_string: Option<String>,
}

impl SecretsManager {
    /// How long a value is used before it is asked for again, where nobody says otherwise.
    pub const LIFETIME: Duration = Duration::from_mins(5);

    /// Asks nobody yet. `endpoint` is a URL in place of AWS's own, whatever the region. Values are loaded in `tasks`.
    pub fn new(access: Access, endpoint: Option<String>, lifetime: Duration, tasks: Tasks) -> Self {
        let lifetime_micros = i64::try_from(lifetime.as_micros()).unwrap_or(i64::MAX);
        let (services, slots) = (Mutex::default(), Mutex::default());
        Self { access, endpoint, tasks, lifetime_micros, services, slots }
    }

    /// The secret of that name or ARN; behind a `#` one field of it, which then is a JSON object. The region is the ARN's,
    /// else that of the settings.
    pub async fn get_secret(&self, reference: &str) -> Result<Secret, SecretError> {
        let (id, field) = parts(reference);
        part(id, field, &*self.whole(&self.slot(id)?).await?)
    }

    /// The same as AWS has it now, or as it was read last when AWS does not answer.
    pub async fn renew(&self, reference: &str) -> Result<Secret, SecretError> {
        let (id, field) = parts(reference);
        let slot = self.slot(id)?;
        let loading = self.load(&slot, &mut slot.state.lock());
        part(id, field, &*loaded(loading).await?)
    }

    /// Each of them as [`SecretsManager::renew`] has it, all asked for at once.
    pub async fn renew_all(&self, references: &[String]) -> Vec<Result<Secret, SecretError>> {
        futures_util::future::join_all(references.iter().map(|reference| self.renew(reference))).await
    }

    fn slot(&self, id: &str) -> Result<Arc<Slot>, SecretError> {
        if let Some(slot) = self.slots.lock().get(id) {
            return Ok(Arc::clone(slot));
        }
        let service = self.service(region_of(id, SERVICE).unwrap_or(&self.access.settings.region))?;
        let mut slots = self.slots.lock();
        if slots.len() >= MOST {
            slots.retain(|_, slot| Arc::strong_count(slot) > 1);
        }
        let clock = self.access.clock.clone();
        let new = || Arc::new(Slot { id: id.to_owned(), service, clock, state: Mutex::default() });
        Ok(Arc::clone(slots.entry(id.to_owned()).or_insert_with(new)))
    }

    fn service(&self, region: &str) -> Result<Arc<Service>, CallError> {
        let mut services = self.services.lock();
        if let Some(service) = services.get(region) {
            return Ok(Arc::clone(service));
        }
        let service = Arc::new(Service::new(&self.access, SERVICE, region, self.endpoint.as_deref())?);
        services.insert(region.to_owned(), Arc::clone(&service));
        Ok(service)
    }

    async fn whole(&self, slot: &Arc<Slot>) -> Outcome {
        let now = self.access.clock.now();
        let loading = {
            let mut state = slot.state.lock();
            let held = state.held.clone();
            let younger = |held: &Held, lifetimes: i64| {
                (0..self.lifetime_micros.saturating_mul(lifetimes)).contains(&now.saturating_sub(held.read_at))
            };
            if let Some(held) = held.as_ref().filter(|held| younger(held, 1)) {
                return Ok(Arc::clone(&held.text));
            }
            if let Some((at, error)) = &state.refused
                && (0..REFUSED_MICROS).contains(&now.saturating_sub(*at))
            {
                return Err(error.clone());
            }
            let loading = self.load(slot, &mut state);
            if let Some(held) = held.filter(|held| state.behind || younger(held, 2)) {
                return Ok(held.text);
            }
            loading
        };
        loaded(loading).await
    }

    /// Joins the load that runs, or begins one. It is a task of its own: a client that leaves does not end it.
    fn load(&self, slot: &Arc<Slot>, state: &mut State) -> Loading {
        if let Some(loading) = state.loading.as_ref().filter(|loading| loading.has_changed().is_ok()) {
            return loading.clone();
        }
        let (said, loading) = watch::channel(None);
        state.loading = Some(loading.clone());
        let slot = Arc::clone(slot);
        self.tasks.spawn("load a secret", async move {
            let read = slot.read().await;
            said.send_replace(Some(slot.settle(read)));
        });
        loading
    }
}

impl Slot {
    async fn read(&self) -> Outcome {
        let asked = GetSecretValue { secret_id: &self.id };
        let answer: Result<SecretValue, _> = self.service.call("secretsmanager.GetSecretValue", &asked).await;
        match answer {
            Ok(SecretValue { secret_string: Some(text) }) => Ok(Arc::new(Secret::new(text))),
            Ok(SecretValue { secret_string: None }) => Err(SecretError::Binary(self.id.clone())),
            // the second is what a secret says that is about to be deleted
            Err(error) if matches!(error.code(), "ResourceNotFoundException" | "InvalidRequestException") => {
                Err(SecretError::Missing(self.id.clone()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What is used from now on.
    fn settle(&self, read: Outcome) -> Outcome {
        let mut state = self.state.lock();
        match read {
            Ok(text) => {
                let held = Held { text: Arc::clone(&text), read_at: self.clock.now() };
                *state = State { held: Some(held), ..State::default() };
                Ok(text)
            }
            Err(SecretError::Call(error)) if error.may_pass() => {
                state.loading = None;
                let Some(held) = state.held.clone() else { return Err(error.into()) };
                if !std::mem::replace(&mut state.behind, true) {
                    tracing::warn!(secret = self.id, "a secret cannot be read anew, its old value is used: {error}");
                }
                Ok(held.text)
            }
            Err(error) => {
                *state = State { refused: Some((self.clock.now(), error.clone())), ..State::default() };
                Err(error)
            }
        }
    }
}

async fn loaded(mut loading: Loading) -> Outcome {
    // a sender that is gone without a word has panicked
    let outcome = loading.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone());
    outcome.unwrap_or(Err(CallError::Unreadable { service: SERVICE }.into()))
}

/// A secret's name, and the field of it that is meant.
fn parts(reference: &str) -> (&str, Option<&str>) {
    reference.split_once('#').map_or((reference, None), |(id, field)| (id, Some(field)))
}

fn part(id: &str, field: Option<&str>, text: &Secret) -> Result<Secret, SecretError> {
    match field {
        None => Ok(text.clone()),
        Some(field) => self::field(id, text.reveal(), field),
    }
}

fn field(id: &str, text: &str, field: &str) -> Result<Secret, SecretError> {
    use serde_json::Value;
    let (name, wanted) = (id.to_owned(), field.to_owned());
    let Ok(Value::Object(mut object)) = serde_json::from_str(text) else {
        return Err(SecretError::NotJson(name, wanted));
    };
    match object.remove(field) {
        Some(Value::String(text)) => Ok(Secret::new(text)),
        Some(number @ Value::Number(_)) => Ok(Secret::new(number.to_string())),
        _ => Err(SecretError::NoField(name, wanted)),
    }
}
