//! AWS: where credentials come from, how long they are good, and SigV4 over the request as our own client sends it; and what
//! is asked of AWS's own services with them: data keys (`kms`), secrets (`secrets`), passwords for databases (`rds`).
//!
//! [`Sources`] is made once for the process. Configuration asks it for an [`AwsAuth`] a deployment; nothing is loaded until
//! the first call signs with it.

mod cache;
mod call;
mod error;
mod kms;
mod load;
mod rds;
mod secrets;
mod sign;
mod source;

#[cfg(test)]
pub(crate) mod tests;

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::SystemTime;

use aws_smithy_runtime_api::client::identity::Identity;
use bytes::Bytes;
use http::request::Parts;
use parking_lot::Mutex;

use crate::secret::Secret;
use crate::tasks::Tasks;
use cache::Cache;
use load::Loader;

pub use call::Access;
pub use error::{CallError, CredentialError, Refusal, SignError};
pub use kms::Kms;
pub use rds::Database;
pub use secrets::{SecretError, SecretsManager};
pub use source::{Base, Keys, Role, Settings, Source, Token};

/// What a deployment needs to sign its requests. Cheap to clone; prints without secrets.
#[derive(Clone, Debug)]
pub struct AwsAuth(Arc<Signer>);

#[derive(Debug)]
struct Signer {
    region: String,
    /// The name that stands in the signature's scope: `bedrock` for bedrock-runtime.
    service: String,
    credentials: Credentials,
}

enum Credentials {
    /// Written in the configuration: they neither have to be loaded nor end.
    Fixed(Identity),
    Loaded(Arc<Cache>),
}

impl AwsAuth {
    pub fn region(&self) -> &str {
        &self.0.region
    }

    /// Adds `authorization`, `x-amz-date` and, for temporary credentials, `x-amz-security-token` to a request that is
    /// complete otherwise; what it had of them is replaced. Signed are `host`, `content-type` and every `x-amz…` header, so
    /// that a proxy may change the others. A default port is taken out of the URI: HTTP/1.1 does not send it as host.
    ///
    /// Waits only where no credentials are at hand, and then at most five seconds.
    pub async fn sign(&self, parts: &mut Parts, body: &Bytes, now: SystemTime) -> Result<(), SignError> {
        let Signer { region, service, .. } = &*self.0;
        let scope = sign::Scope { region, service, now };
        sign::sign(parts, body, &self.identity(now).await?, &scope)
    }

    /// A password for `database` in this region, good for new connections during fifteen minutes or until the credentials
    /// end. It waits as `sign` does.
    pub async fn database_password(&self, database: &Database, now: SystemTime) -> Result<Secret, SignError> {
        rds::password(database, &self.identity(now).await?, &self.0.region, now)
    }

    async fn identity(&self, now: SystemTime) -> Result<Identity, CredentialError> {
        match &self.0.credentials {
            Credentials::Fixed(identity) => Ok(identity.clone()),
            Credentials::Loaded(cache) => Ok(cache.get(now).await?.identity.clone()),
        }
    }

    /// What requests are signed with at the moment: of loaded credentials those that were loaded last.
    pub(crate) fn credentials(&self) -> Option<aws_credential_types::Credentials> {
        let identity = match &self.0.credentials {
            Credentials::Fixed(identity) => Some(identity.clone()),
            Credentials::Loaded(cache) => cache.held(),
        };
        identity?.data().cloned()
    }
}

/// Everybody's credential caches: deployments with the same settings share one, also across a reload of the configuration.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    tasks: Tasks,
    caches: Arc<Mutex<Vec<Weak<Cache>>>>,
}

impl Sources {
    /// Loads credentials in `tasks`.
    pub fn new(tasks: Tasks) -> Self {
        Self { tasks, caches: Arc::default() }
    }

    /// What signs for `service` with credentials of `settings`. Loads nothing yet.
    pub fn auth(&self, service: &str, settings: Settings) -> AwsAuth {
        let region = settings.region.clone();
        let credentials = match &settings.source {
            Source::Own(Base::Keys(keys)) => Credentials::Fixed(keys.credentials().into()),
            _ => Credentials::Loaded(self.cache(settings)),
        };
        AwsAuth(Arc::new(Signer { region, service: service.to_owned(), credentials }))
    }

    fn cache(&self, settings: Settings) -> Arc<Cache> {
        let mut caches = self.caches.lock();
        caches.retain(|cache| cache.strong_count() > 0);
        let known = caches.iter().filter_map(Weak::upgrade).find(|cache| cache.settings() == &settings);
        known.unwrap_or_else(|| {
            let loader = Loader::new(settings.clone());
            let cache = Arc::new(Cache::new(settings, loader, self.tasks.clone()));
            caches.push(Arc::downgrade(&cache));
            cache
        })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(_) => f.write_str("Fixed(…)"),
            Self::Loaded(cache) => f.debug_tuple("Loaded").field(&cache.settings().source).finish(),
        }
    }
}
