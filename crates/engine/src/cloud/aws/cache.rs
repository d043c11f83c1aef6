//! Credentials that end: loaded once for everybody, renewed in the background while the old ones are good, and not asked
//! for again at once after a failure.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::provider::ProvideCredentials;
use aws_smithy_runtime_api::client::identity::Identity;
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::error::CredentialError;
use super::source::Settings;
use crate::tasks::Tasks;

/// The longest that a load may take.
const DEADLINE: Duration = Duration::from_secs(5);
/// How long before their end credentials are renewed. EC2 has new ones ready five minutes before the old ones end.
const RENEW_AHEAD: Duration = Duration::from_mins(5);
/// What ends this soon would end on the way.
const ON_THE_WAY: Duration = Duration::from_secs(10);
/// Between the end of a load and the next one ahead of need, where the first one failed or its credentials end soon as well.
const PAUSE: Duration = Duration::from_secs(5);

/// Credentials of one source.
#[derive(Debug)]
pub(super) struct Cache {
    settings: Settings,
    shared: Arc<Shared>,
    tasks: Tasks,
}

#[derive(Debug)]
struct Shared {
    provider: Box<dyn ProvideCredentials>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    held: Option<Arc<Held>>,
    /// The end of the last load, and why it failed, if it did.
    last: Option<(Instant, Option<CredentialError>)>,
    loading: Option<Loading>,
}

/// Credentials as they are signed with.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) identity: Identity,
    /// `None` for credentials that do not end.
    until: Option<SystemTime>,
}

type Outcome = Result<Arc<Held>, CredentialError>;
type Loading = watch::Receiver<Option<Outcome>>;

impl Cache {
    pub(super) fn new(settings: Settings, provider: impl ProvideCredentials + 'static, tasks: Tasks) -> Self {
        let shared = Shared { provider: Box::new(provider), state: Mutex::default() };
        Self { settings, shared: Arc::new(shared), tasks }
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What was loaded last, good or not.
    pub(super) fn held(&self) -> Option<Identity> {
        self.shared.state.lock().held.as_ref().map(|held| held.identity.clone())
    }

    /// Credentials that are good at `now`. Waits for a load only if none are at hand.
    pub(super) async fn get(&self, now: SystemTime) -> Outcome {
        let mut loading = {
            let mut state = self.shared.state.lock();
            if let Some(held) = state.held.as_ref().filter(|held| !held.ends_within(ON_THE_WAY, now)).cloned() {
                if held.ends_within(RENEW_AHEAD, now) && state.rested() {
                    self.load(&mut state, now);
                }
                return Ok(held);
            }
            match state.last {
                Some((_, Some(error))) if !state.rested() => return Err(error),
                _ => self.load(&mut state, now),
            }
        };
        // a sender that is gone without a word has panicked
        let outcome = loading.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone());
        outcome.unwrap_or(Err(CredentialError::Failed))
    }

    /// Joins the load that runs, or begins one. It is a task of its own: a client that leaves does not end it.
    fn load(&self, state: &mut State, now: SystemTime) -> Loading {
        if let Some(loading) = state.loading.as_ref().filter(|loading| loading.has_changed().is_ok()) {
            return loading.clone();
        }
        let (said, loading) = watch::channel(None);
        state.loading = Some(loading.clone());
        let shared = Arc::clone(&self.shared);
        self.tasks.spawn("load AWS credentials", async move {
            let outcome = shared.provide(now).await;
            let mut state = shared.state.lock();
            state.last = Some((Instant::now(), outcome.as_ref().err().copied()));
            state.loading = None;
            if let Ok(held) = &outcome {
                state.held = Some(Arc::clone(held));
            }
            drop(state);
            said.send_replace(Some(outcome));
        });
        loading
    }
}

impl Shared {
    async fn provide(&self, now: SystemTime) -> Outcome {
        let credentials = match timeout(DEADLINE, self.provider.provide_credentials()).await {
            Ok(Ok(credentials)) => credentials,
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "AWS credentials could not be loaded");
                return Err(CredentialError::from(&error));
            }
            Err(_late) => {
                tracing::warn!(seconds = DEADLINE.as_secs(), "AWS credentials did not arrive in time");
                return Err(CredentialError::TimedOut);
            }
        };
        let held = Held { until: credentials.expiry(), identity: credentials.into() };
        if held.ends_within(Duration::ZERO, now) {
            tracing::warn!("AWS credentials had expired when they were loaded");
            return Err(CredentialError::Expired);
        }
        Ok(Arc::new(held))
    }
}

impl State {
    /// Whether the last load is long enough ago for another one.
    fn rested(&self) -> bool {
        self.last.as_ref().is_none_or(|(end, _)| end.elapsed() >= PAUSE)
    }
}

impl Held {
    fn ends_within(&self, time: Duration, now: SystemTime) -> bool {
        self.until.is_some_and(|until| until <= now + time)
    }
}
