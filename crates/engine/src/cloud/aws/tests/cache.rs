//! When credentials are loaded, and who waits for it. The wall clock is an argument, tokio's clock is paused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use parking_lot::Mutex;
use tokio::time::Instant;

use super::super::cache::Cache;
use super::super::{Base, CredentialError, Source};
use super::settings;
use crate::tasks::Tasks;

/// Gives what it is told to, so long after it is asked.
#[derive(Clone, Debug, Default)]
struct Fake(Arc<Script>);

#[derive(Debug, Default)]
struct Script {
    asked: AtomicUsize,
    takes: Mutex<Duration>,
    gives: Mutex<Gives>,
}

#[derive(Clone, Copy, Debug, Default)]
enum Gives {
    #[default]
    Nothing,
    Refusal,
    Panic,
    /// Credentials that end so many seconds after 1970.
    Until(u64),
    Endless,
}

impl Fake {
    fn new(gives: Gives) -> Self {
        let fake = Self::default();
        fake.gives(gives);
        fake
    }

    fn gives(&self, gives: Gives) {
        *self.0.gives.lock() = gives;
    }

    fn takes(&self, seconds: u64) {
        *self.0.takes.lock() = Duration::from_secs(seconds);
    }

    fn asked(&self) -> usize {
        self.0.asked.load(Ordering::Relaxed)
    }

    async fn give(&self) -> provider::Result {
        let number = self.0.asked.fetch_add(1, Ordering::Relaxed) + 1;
        let takes = *self.0.takes.lock();
        tokio::time::sleep(takes).await;
        let until = match *self.0.gives.lock() {
            Gives::Nothing => return Err(CredentialsError::not_loaded("nothing here")),
            Gives::Refusal => return Err(CredentialsError::provider_error("AccessDenied")),
            Gives::Panic => panic!("on purpose"),
            Gives::Until(seconds) => Some(at(seconds)),
            Gives::Endless => None,
        };
        Ok(Credentials::new(format!("id-{number}"), "secret", None, until, "fake"))
    }
}

impl ProvideCredentials for Fake {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.give())
    }
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

struct Kit {
    fake: Fake,
    cache: Arc<Cache>,
    tasks: Tasks,
}

fn kit(gives: Gives) -> Kit {
    let (fake, tasks) = (Fake::new(gives), Tasks::default());
    let cache = Cache::new(settings(Source::Own(Base::Chain)), fake.clone(), tasks.clone());
    Kit { fake, cache: Arc::new(cache), tasks }
}

impl Kit {
    /// The number of the load whose credentials are given.
    async fn get(&self, seconds: u64) -> Result<usize, CredentialError> {
        let held = self.cache.get(at(seconds)).await?;
        let credentials = held.identity.data::<Credentials>().unwrap();
        Ok(credentials.access_key_id().strip_prefix("id-").unwrap().parse().unwrap())
    }
}

#[tokio::test(start_paused = true)]
async fn loads_nothing_before_the_first_call_and_once_for_all() {
    let kit = kit(Gives::Until(3600));
    assert_eq!(kit.fake.asked(), 0);
    kit.fake.takes(2);
    let all = futures_util::future::join_all((0..50).map(|_| kit.get(0))).await;
    assert!(all.iter().all(|got| *got == Ok(1)), "{all:?}");
    assert_eq!((kit.get(3299).await, kit.fake.asked()), (Ok(1), 1));
}

#[tokio::test(start_paused = true)]
async fn renews_ahead_and_nobody_waits() {
    let kit = kit(Gives::Until(3600));
    assert_eq!(kit.get(0).await, Ok(1));
    tokio::time::advance(Duration::from_mins(55)).await;
    kit.fake.takes(4);
    kit.fake.gives(Gives::Until(7200));
    let before = Instant::now();
    for _call in 0..10 {
        assert_eq!(kit.get(3300).await, Ok(1));
    }
    assert_eq!(before.elapsed(), Duration::ZERO, "the old ones are still good");
    kit.tasks.drained().await;
    assert_eq!((kit.get(3304).await, kit.fake.asked()), (Ok(2), 2));
}

#[tokio::test(start_paused = true)]
async fn keeps_what_is_good_while_renewal_fails() {
    let kit = kit(Gives::Until(3600));
    assert_eq!(kit.get(0).await, Ok(1));
    kit.fake.gives(Gives::Refusal);
    for (seconds, asked) in [(3400, 2), (3401, 2), (3406, 3), (3589, 4)] {
        tokio::time::advance(Duration::from_secs(if seconds == 3401 { 1 } else { 5 })).await;
        assert_eq!(kit.get(seconds).await, Ok(1));
        kit.tasks.drained().await;
        assert_eq!(kit.fake.asked(), asked, "{seconds}");
    }
    assert_eq!(kit.get(3590).await, Err(CredentialError::Failed), "too late to arrive");
    tokio::time::advance(Duration::from_secs(5)).await;
    kit.fake.gives(Gives::Until(7200));
    assert_eq!(kit.get(3600).await, Ok(5));
}

/// EC2 gives the old credentials until the new ones are there.
#[tokio::test(start_paused = true)]
async fn does_not_ask_all_the_time_for_newer_ones() {
    let kit = kit(Gives::Until(200));
    for (step, asked) in [(0, 1), (1, 1), (1, 1), (3, 2), (4, 2), (1, 3)] {
        tokio::time::advance(Duration::from_secs(step)).await;
        kit.get(0).await.unwrap();
        kit.tasks.drained().await;
        assert_eq!(kit.fake.asked(), asked);
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_remembered_for_a_moment() {
    for (gives, error) in [
        (Gives::Nothing, CredentialError::Missing),
        (Gives::Refusal, CredentialError::Failed),
        (Gives::Until(99), CredentialError::Expired),
    ] {
        let kit = kit(gives);
        for (step, asked) in [(0, 1), (4, 1), (1, 2), (0, 2)] {
            tokio::time::advance(Duration::from_secs(step)).await;
            assert_eq!(kit.get(100).await, Err(error));
            assert_eq!(kit.fake.asked(), asked, "{error}");
        }
        tokio::time::advance(Duration::from_secs(5)).await;
        kit.fake.gives(Gives::Endless);
        assert_eq!(kit.get(100).await, Ok(3));
        assert_eq!(kit.get(u64::from(u32::MAX)).await, Ok(3), "they do not end");
    }
}

#[tokio::test(start_paused = true)]
async fn waits_five_seconds_at_most() {
    let kit = kit(Gives::Endless);
    kit.fake.takes(60);
    let before = Instant::now();
    assert_eq!(kit.get(0).await, Err(CredentialError::TimedOut));
    assert_eq!(before.elapsed().as_secs(), 5);
    kit.tasks.drained().await;
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_does_not_end_the_load() {
    let kit = kit(Gives::Endless);
    kit.fake.takes(3);
    assert!(tokio::time::timeout(Duration::from_secs(1), kit.get(0)).await.is_err());
    let before = Instant::now();
    assert_eq!((kit.get(0).await, kit.fake.asked()), (Ok(1), 1));
    assert_eq!(before.elapsed().as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_load_that_panics_is_a_failure_and_not_the_last() {
    let kit = kit(Gives::Panic);
    assert_eq!(kit.get(0).await, Err(CredentialError::Failed));
    kit.tasks.drained().await;
    kit.fake.gives(Gives::Endless);
    assert_eq!(kit.get(0).await, Ok(2));
}
