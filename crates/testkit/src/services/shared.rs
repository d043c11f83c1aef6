//! The servers that many tests share: those that `testkit-services` runs, else one of this process's own.

use tokio::sync::OnceCell;

use super::postgres::{Postgres, fresh_database};
use super::redis::Redis;

/// Never dropped, so its guard ends it, with this process.
static POSTGRES: OnceCell<Postgres> = OnceCell::const_new();
static REDIS: OnceCell<Redis> = OnceCell::const_new();

/// Creates an empty database, of which no other test knows, and returns its URL. It is on the server that
/// `TURNPIKE_TEST_POSTGRES` names; where that is not set, on one that this process starts, which takes a second.
///
/// # Panics
/// If there is no server, or it refuses.
#[expect(clippy::expect_used, reason = "a test cannot go on without its database")]
pub async fn database() -> String {
    let maintenance = match variable("TURNPIKE_TEST_POSTGRES") {
        Some(url) => url,
        None => POSTGRES.get_or_init(Postgres::start).await.url(),
    };
    fresh_database(&maintenance).await.expect("a fresh database")
}

/// The URL of the Redis that `TURNPIKE_TEST_REDIS` names, or of one that this process starts. Other tests use it at the
/// same time: what is kept in it needs names of its own, and flushing it is not for them. [`Redis`] is for those.
///
/// # Panics
/// If there is none and none can be started.
pub async fn redis() -> String {
    match variable("TURNPIKE_TEST_REDIS") {
        Some(url) => url,
        None => REDIS.get_or_init(Redis::start).await.url(),
    }
}

#[expect(clippy::disallowed_methods, reason = "the testkit stands outside the gateway and its configuration")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
