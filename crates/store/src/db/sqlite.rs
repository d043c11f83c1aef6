//! A SQLite file: one writing connection and four that read.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::STATEMENTS;
use crate::StoreError;

const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
pub(super) const READERS: u32 = 4;
/// Pages in the log before they are copied into the file: 32 MiB. Those of busy keys are written anew with every commit, and are
/// copied once so; at SQLite's own 1,000 a call costs a twentieth more where a
/// thousand keys call in turn.
const CHECKPOINT: &str = "8192";
const OPEN_ATTEMPTS: u32 = 50;
const OPEN_PAUSE: Duration = Duration::from_millis(20);

/// The writer and the readers of a file; it and its folder are made when missing.
pub(super) async fn open(path: &Path) -> Result<(SqlitePool, SqlitePool), StoreError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| StoreError::Unavailable { source: error.into() })?;
    }
    // The writer first: it sets WAL, which a read-only connection cannot.
    let write = open_writer(path).await?;
    let read = pool(READERS).connect_with(common(path).read_only(true)).await?;
    Ok((write, read))
}

pub(super) fn path_of(location: &str) -> Result<PathBuf, StoreError> {
    let refuse = |reason| Err(StoreError::Location { location: location.to_owned(), reason });
    let path = match location.strip_prefix("sqlite:") {
        Some(rest) if rest.contains('?') => return refuse("parameters are not supported"),
        Some(rest) => rest.strip_prefix("//").unwrap_or(rest),
        None if location.contains("://") => return refuse("only sqlite and postgres are supported"),
        None => location,
    };
    match path {
        "" | ":memory:" => refuse("a file is needed"),
        path => Ok(PathBuf::from(path)),
    }
}

fn common(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .statement_cache_capacity(STATEMENTS)
        .pragma("temp_store", "memory")
        .pragma("cache_size", "-16384")
}

/// Connections are never closed for age or idleness: the writer keeps WAL and the caches warm.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .min_connections(1)
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(BUSY_TIMEOUT)
}

/// Switching a new file to WAL answers "busy" at once when another process does the same, whatever the busy timeout is.
async fn open_writer(path: &Path) -> Result<SqlitePool, StoreError> {
    let options = common(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", "67108864")
        .pragma("wal_autocheckpoint", CHECKPOINT);
    let mut attempt = 1;
    loop {
        match pool(1).connect_with(options.clone()).await {
            Ok(pool) => return Ok(pool),
            Err(sqlx::Error::Database(error)) if attempt < OPEN_ATTEMPTS && is_busy(error.as_ref()) => {
                attempt += 1;
                tokio::time::sleep(OPEN_PAUSE).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn is_busy(error: &dyn sqlx::error::DatabaseError) -> bool {
    error.code().and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == 5)
}
