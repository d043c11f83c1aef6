//! A pool of connections to PostgreSQL.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode};

use super::STATEMENTS;
use crate::StoreError;

/// LiteLLM's default of `database_connection_pool_limit`.
const CONNECTIONS: u32 = 10;
/// How long a query waits for a connection, a new one included.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// Behind a load balancer or a failover a connection that is never renewed stays at the old server.
const LONGEST_LIFE: Duration = Duration::from_mins(30);
/// No statement of ours takes so long; one that does waits for a lock that nobody gives back.
const STATEMENT_TIMEOUT: &str = "30s";

/// Where PostgreSQL is and how it is used.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    connect: PgConnectOptions,
    connections: u32,
}

impl PostgresOptions {
    /// Whether a location names PostgreSQL.
    pub fn is_url(location: &str) -> bool {
        location.starts_with("postgres://") || location.starts_with("postgresql://")
    }

    /// Reads `postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=…`, as libpq writes it:
    /// <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS>.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        let connect: PgConnectOptions = url.parse().map_err(|_| StoreError::Location {
            // the address may hold a password
            location: "postgres://…".to_owned(),
            reason: "it is no PostgreSQL URL",
        })?;
        let connect = connect
            .application_name("turnpike")
            .statement_cache_capacity(STATEMENTS)
            .options([("statement_timeout", STATEMENT_TIMEOUT), ("idle_in_transaction_session_timeout", "60s")]);
        Ok(Self { connect, connections: CONNECTIONS })
    }

    /// At most so many connections.
    #[must_use]
    pub fn with_connections(self, connections: u32) -> Self {
        Self { connections: connections.max(1), ..self }
    }

    pub(super) fn connections(&self) -> u32 {
        self.connections
    }

    /// This password instead of the one in the URL. It travels readable, so the connection is encrypted unless the URL says
    /// `sslmode=disable`.
    #[must_use]
    pub fn with_readable_password(self, password: &str) -> Self {
        let connect = match self.connect.get_ssl_mode() {
            PgSslMode::Allow | PgSslMode::Prefer => self.connect.ssl_mode(PgSslMode::Require),
            PgSslMode::Disable | PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull => self.connect,
        };
        Self { connect: connect.password(password), ..self }
    }

    /// Where the server is: a signed password is made for host, port and user.
    pub fn address(&self) -> (&str, u16, &str) {
        (self.connect.get_host(), self.connect.get_port(), self.connect.get_username())
    }
}

pub(super) async fn open(options: &PostgresOptions) -> Result<PgPool, StoreError> {
    let pool = PgPoolOptions::new()
        .max_connections(options.connections)
        .max_lifetime(LONGEST_LIFE)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options.connect.clone())
        .await?;
    Ok(pool)
}
