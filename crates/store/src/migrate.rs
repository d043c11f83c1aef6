//! Migrations: forward only, embedded, run under the write lock. How to add one: `migrations/README.md`.

use sqlx::{Sqlite, Transaction};

use crate::{Db, StoreError};

struct Migration {
    version: i64,
    name: &'static str,
    sql: &'static str,
}

/// In order, without gaps.
const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "keys_audit_ledger",
    sql: include_str!("../migrations/0001_keys_audit_ledger.sql"),
}];

/// The schema version that this release brings a database to.
pub fn known_version() -> i64 {
    MIGRATIONS.last().map_or(0, |last| last.version)
}

/// Applies what is missing, all or none, and returns how many that were. Safe to run from several processes at once.
/// `now` (microseconds UTC) is noted beside each.
pub async fn run(db: &Db, now: i64) -> Result<usize, StoreError> {
    let mut tx = db.begin().await?;
    let applied = applied(&mut tx).await?;
    if let Some(&(found, _)) = applied.last().filter(|(version, _)| *version > known_version()) {
        return Err(StoreError::NewerSchema { found, known: known_version() });
    }
    let mut count = 0;
    for migration in MIGRATIONS {
        let checksum = i64::from(crc32fast::hash(migration.sql.as_bytes()));
        match applied.iter().find(|(version, _)| *version == migration.version) {
            Some((_, known)) if *known == checksum => {}
            Some(_) => return Err(StoreError::EditedMigration { version: migration.version }),
            None => {
                apply(&mut tx, migration, checksum, now).await?;
                count += 1;
            }
        }
    }
    tx.commit().await?;
    Ok(count)
}

async fn applied(tx: &mut Transaction<'static, Sqlite>) -> Result<Vec<(i64, i64)>, StoreError> {
    sqlx::raw_sql(
        "CREATE TABLE IF NOT EXISTS schema_migrations (
            version BIGINT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            checksum BIGINT NOT NULL,
            applied_at BIGINT NOT NULL
        )",
    )
    .execute(&mut **tx)
    .await?;
    Ok(sqlx::query_as("SELECT version, checksum FROM schema_migrations ORDER BY version").fetch_all(&mut **tx).await?)
}

async fn apply(
    tx: &mut Transaction<'static, Sqlite>,
    migration: &Migration,
    checksum: i64,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::raw_sql(migration.sql).execute(&mut **tx).await?;
    sqlx::query("INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)")
        .bind(migration.version)
        .bind(migration.name)
        .bind(checksum)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    tracing::info!(migration.version, migration.name, "migration {} applied", migration.version);
    Ok(())
}
