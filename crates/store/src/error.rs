//! What can go wrong in the store, in kinds that callers match. Each message says its own level; the source is chained.

use std::error::Error;

type Source = Box<dyn Error + Send + Sync>;

/// The columns in which a value may occur once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unique {
    /// `keys.hash`: the same key exists already.
    Key,
    /// `keys.key_alias`: another key has this alias.
    KeyAlias,
}

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A value that must be unique is taken.
    #[error("{} is already in use", match what { Unique::Key => "the key", Unique::KeyAlias => "the key alias" })]
    Conflict {
        /// Which value.
        what: Unique,
    },
    /// The row does not exist, or not for this scope: the two cannot be told apart on purpose.
    #[error("no such {what}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// The scope may not do this at all.
    #[error("this is outside the caller's scope")]
    OutOfScope,
    /// Text with a NUL character, which PostgreSQL cannot hold and SQLite cuts.
    #[error("{field} contains a NUL character, which cannot be stored")]
    InvalidText {
        /// The field.
        field: &'static str,
    },
    /// A number outside what its column holds.
    #[error("{field} is out of range")]
    OutOfRange {
        /// The field.
        field: &'static str,
    },
    /// Not 64 lower-case hexadecimal digits.
    #[error("a key hash is 64 lower-case hexadecimal digits")]
    InvalidKeyHash,
    /// The database location cannot be used.
    #[error("cannot use the database location `{location}`: {reason}")]
    Location {
        /// As it was given.
        location: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The database was migrated by a newer release.
    #[error(
        "the database schema is at version {found} and this release knows up to {known}: start the release that migrated \
         it (or a newer one), or restore the backup taken before that upgrade"
    )]
    NewerSchema {
        /// The highest version in the database.
        found: i64,
        /// The highest version in this binary.
        known: i64,
    },
    /// A migration in this binary is not the one that was applied under its number.
    #[error(
        "migration {version} in this release differs from the one that the database was migrated with: applied migrations \
         are never edited; start the release that migrated it"
    )]
    EditedMigration {
        /// Its number.
        version: i64,
    },
    /// The database cannot be reached, is locked, full or failing: try again later.
    #[error("the database is not available")]
    Unavailable {
        /// What the driver said.
        #[source]
        source: Source,
    },
    /// The database refused this row by a constraint or for its type or size.
    #[error("the database refused the row")]
    Refused {
        /// What the driver said.
        #[source]
        source: Source,
    },
    /// A statement failed for another reason (for example: the schema is not migrated).
    #[error("a statement failed")]
    Statement {
        /// What the driver said.
        #[source]
        source: Source,
    },
    /// A stored value is not what its column promises.
    #[error("the stored value of `{column}` cannot be read")]
    Unreadable {
        /// The column.
        column: &'static str,
    },
    /// The journal failed.
    #[error("the journal failed")]
    Journal(#[source] crate::journal::JournalError),
    /// The ledger writer has ended; rows are safe in the journal and are posted at the next start.
    #[error("the ledger writer has ended")]
    WriterEnded,
}

impl StoreError {
    /// Whether the fault is in the row itself, so that trying again cannot help and other rows are not to blame.
    pub fn is_row_fault(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. } | Self::InvalidText { .. } | Self::OutOfRange { .. } | Self::Conflict { .. }
        )
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(reported) => from_database(reported),
            sqlx::Error::Encode(_) | sqlx::Error::InvalidArgument(_) => Self::Refused { source: error.into() },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed => Self::Unavailable { source: error.into() },
            _ => Self::Statement { source: error.into() },
        }
    }
}

/// SQLite's primary result codes: <https://www.sqlite.org/rescode.html>.
fn from_database(reported: Box<dyn sqlx::error::DatabaseError>) -> StoreError {
    if reported.is_unique_violation() {
        let message = reported.message();
        if message.contains("key_alias") {
            return StoreError::Conflict { what: Unique::KeyAlias };
        }
        if message.contains("keys.hash") || message.contains("keys_pkey") {
            return StoreError::Conflict { what: Unique::Key };
        }
    }
    let code = reported.code().and_then(|code| code.parse::<u32>().ok());
    let source = sqlx::Error::Database(reported).into();
    match code.map(|code| code & 0xff) {
        // toobig, constraint, mismatch
        Some(18..=20) => StoreError::Refused { source },
        // perm, busy, locked, nomem, readonly, interrupt, ioerr, corrupt, full, cantopen, protocol, notadb
        Some(3 | 5..=11 | 13..=15 | 26) => StoreError::Unavailable { source },
        _ => StoreError::Statement { source },
    }
}
