//! What can go wrong in the store, in kinds that callers match. Each message says its own level; the source is chained.

use std::error::Error;

type Source = Box<dyn Error + Send + Sync>;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The same key exists already.
    #[error("the key is already in use")]
    Conflict,
    /// The row does not exist, or not for this scope: the two cannot be told apart on purpose.
    #[error("no such {what}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// The other instances have given this one up: what it had taken out of balances is not its own any more.
    #[error("this instance was taken for dead: it begins anew")]
    Fenced,
    /// What the database had committed is gone, as after a failover to a replica that was behind.
    #[error("the database has lost what it had committed")]
    WentBack,
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
    /// The database did not say whether it committed a transaction.
    #[error("the database did not say whether a transaction was committed")]
    Unconfirmed {
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
        matches!(self, Self::Refused { .. } | Self::InvalidText { .. } | Self::OutOfRange { .. } | Self::Conflict)
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

fn from_database(reported: Box<dyn sqlx::error::DatabaseError>) -> StoreError {
    // SQLite names the column, PostgreSQL the constraint
    let names_hash = || reported.message().ends_with("keys.hash") || reported.constraint() == Some("keys_hash");
    if reported.is_unique_violation() && names_hash() {
        return StoreError::Conflict;
    }
    let kind = reported.code().map_or(Kind::Statement, |code| kind(&code));
    let source = sqlx::Error::Database(reported).into();
    match kind {
        Kind::Refused => StoreError::Refused { source },
        Kind::Unavailable => StoreError::Unavailable { source },
        Kind::Statement => StoreError::Statement { source },
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Refused,
    Unavailable,
    Statement,
}

/// SQLite's result codes are numbers: <https://www.sqlite.org/rescode.html>. PostgreSQL's have five characters, the first two
/// of which are a class: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn kind(code: &str) -> Kind {
    if code.len() == 5 && code.is_ascii() {
        return match code.split_at(2) {
            // data exceptions, integrity
            ("22" | "23", _) => Kind::Refused,
            // connections, passwords, transactions rolled back for others' sake, resources, operators, system
            ("08" | "28" | "40" | "53" | "57" | "58", _) => Kind::Unavailable,
            // a server that takes reads only for now, a lock that did not come
            ("25", "006") | ("55", "P03") => Kind::Unavailable,
            _ => Kind::Statement,
        };
    }
    match code.parse::<u32>().map(|code| code & 0xff) {
        // toobig, constraint, mismatch
        Ok(18..=20) => Kind::Refused,
        // perm, busy, locked, nomem, readonly, interrupt, ioerr, corrupt, full, cantopen, protocol, notadb
        Ok(3 | 5..=11 | 13..=15 | 26) => Kind::Unavailable,
        _ => Kind::Statement,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_engines_have_a_kind() {
        for (code, expected) in [
            ("5", Kind::Unavailable),
            ("261", Kind::Unavailable),
            ("1555", Kind::Refused),
            ("1", Kind::Statement),
            ("23505", Kind::Refused),
            ("22021", Kind::Refused),
            ("40P01", Kind::Unavailable),
            ("53300", Kind::Unavailable),
            ("57P03", Kind::Unavailable),
            ("25006", Kind::Unavailable),
            ("25001", Kind::Statement),
            ("42P01", Kind::Statement),
            ("", Kind::Statement),
        ] {
            assert_eq!(kind(code), expected, "{code}");
        }
    }
}
