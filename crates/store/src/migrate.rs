//! Migrations: forward only, embedded, run under the write lock. How to add one: `migrations/README.md`.

use crate::db::{Row, Sql, Tx};
use crate::{Db, StoreError};

struct Migration {
    version: i64,
    name: &'static str,
    /// The highest version that a release must know to work with a database that has this one: instances of it go on, and
    /// start again, while an upgrade rolls. The version before, unless the change before it was a contraction.
    works_with: i64,
    sql: &'static str,
}

/// In order, without gaps.
const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "keys_audit_ledger",
        works_with: 0,
        sql: include_str!("../migrations/0001_keys_audit_ledger.sql"),
    },
    Migration { version: 2, name: "tenants", works_with: 1, sql: include_str!("../migrations/0002_tenants.sql") },
    Migration {
        version: 3,
        name: "aliases_within_sight",
        works_with: 2,
        sql: include_str!("../migrations/0003_aliases_within_sight.sql"),
    },
    Migration { version: 4, name: "money", works_with: 3, sql: include_str!("../migrations/0004_money.sql") },
    Migration { version: 5, name: "rollups", works_with: 4, sql: include_str!("../migrations/0005_rollups.sql") },
    Migration { version: 6, name: "alerts", works_with: 5, sql: include_str!("../migrations/0006_alerts.sql") },
    Migration { version: 7, name: "forgiven", works_with: 6, sql: include_str!("../migrations/0007_forgiven.sql") },
];

/// The schema version that this release brings a database to.
pub fn known_version() -> i64 {
    MIGRATIONS.last().map_or(0, |last| last.version)
}

/// Applies what is missing, all or none, and returns how many that were. Safe to run from several processes at once.
/// `now` (microseconds UTC) is noted beside each.
pub async fn run(db: &Db, now: i64) -> Result<usize, StoreError> {
    let mut tx = db.begin_migration().await?;
    let applied = applied(&mut tx).await?;
    let known = known_version();
    let found = applied.last().map_or(0, |newest| newest.version);
    if applied.iter().any(|applied| applied.version > known && applied.works_with > known) {
        return Err(StoreError::NewerSchema { found, known });
    }
    let mut count = 0;
    for migration in MIGRATIONS {
        let checksum = i64::from(crc32fast::hash(migration.sql.as_bytes()));
        match applied.iter().find(|applied| applied.version == migration.version) {
            Some(applied) if applied.checksum == checksum => {}
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

/// What the database says of a migration that it has.
struct Applied {
    version: i64,
    checksum: i64,
    works_with: i64,
}

async fn applied(tx: &mut Tx) -> Result<Vec<Applied>, StoreError> {
    tx.execute_script(
        "CREATE TABLE IF NOT EXISTS schema_migrations (
            version BIGINT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            checksum BIGINT NOT NULL,
            applied_at BIGINT NOT NULL
        );
        CREATE TABLE IF NOT EXISTS schema_compatibility (
            version BIGINT NOT NULL PRIMARY KEY,
            works_with BIGINT NOT NULL
        );",
    )
    .await?;
    let rows = tx
        .fetch_all(Sql::new(
            "SELECT m.version, m.checksum, COALESCE(c.works_with, m.version) AS works_with
             FROM schema_migrations m LEFT JOIN schema_compatibility c ON c.version = m.version
             ORDER BY m.version",
        ))
        .await?;
    let read = |row: &Row| {
        Ok(Applied { version: row.get("version")?, checksum: row.get("checksum")?, works_with: row.get("works_with")? })
    };
    rows.iter().map(read).collect()
}

async fn apply(tx: &mut Tx, migration: &Migration, checksum: i64, now: i64) -> Result<(), StoreError> {
    tx.execute_script(migration.sql).await?;
    let insert = "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";
    let insert = Sql::new(insert).bind(migration.version).bind(migration.name).bind(checksum).bind(now);
    tx.execute(insert).await?;
    let compatible = Sql::new("INSERT INTO schema_compatibility (version, works_with) VALUES ($1, $2)");
    tx.execute(compatible.bind(migration.version).bind(migration.works_with)).await?;
    tracing::info!(migration.version, migration.name, "migration {} applied", migration.version);
    Ok(())
}
