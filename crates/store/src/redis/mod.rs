//! Redis or Valkey: what instances tell each other quickly. Nothing that is kept there is the truth about anything, and nobody
//! waits for it for longer than a blink.

mod limits;
mod news;

pub use limits::{LimitAnswer, LimitAsk, LimitAskOf, LimitGrant, LimitRound};
pub use news::News;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};

use crate::StoreError;

/// The longest that anybody waits for an answer.
const PATIENCE: Duration = Duration::from_millis(50);
/// How long making a connection may take; nobody waits for that.
const CONNECTING: Duration = Duration::from_secs(2);
/// Between tries to come back.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A Redis that may come and go. Cheap to clone.
#[derive(Clone)]
pub struct Redis {
    client: redis::Client,
    commands: ConnectionManager,
    /// The hash of the script of limits, once it is loaded.
    limits: Arc<OnceLock<String>>,
}

impl Redis {
    /// Takes `redis://` and `rediss://` URLs. Connects when it is first needed: the gateway starts without it.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with(url, PATIENCE)
    }

    /// The same with another patience, for machines that are slow.
    pub fn open_with(url: &str, patience: Duration) -> Result<Self, StoreError> {
        // the address may hold a password
        let refuse = |_| StoreError::Location { location: "redis://…".to_owned(), reason: "it is no Redis URL" };
        let client = redis::Client::open(url).map_err(refuse)?;
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(patience))
            .set_connection_timeout(Some(CONNECTING))
            .set_max_delay(LONGEST_PAUSE);
        let commands = ConnectionManager::new_lazy_with_config(client.clone(), config).map_err(refuse)?;
        Ok(Self { client, commands, limits: Arc::default() })
    }
}

/// Where it is may be a secret.
impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redis")
    }
}

impl From<redis::RedisError> for StoreError {
    fn from(error: redis::RedisError) -> Self {
        Self::Unavailable { source: error.into() }
    }
}
