//! PostgreSQL and Redis of a test's own, as processes on this machine.
//!
//! Each has a free port of 127.0.0.1 and a fresh folder; dropped, or when the process that started it ends in whatever
//! way, it is ended and its folder removed. [`database()`] and [`redis()`] are on servers that tests share.
//! `tests/services.sh` puts the programs where they are looked for.

mod guard;
mod installed;
mod place;
mod postgres;
mod process;
mod redis;
mod shared;
mod tls;

pub use postgres::{Postgres, PostgresOptions, fresh_database, query};
pub use redis::{Redis, RedisCluster, RedisOptions, redis_command};
pub use shared::{database, redis};
pub use tls::Certificate;
pub(crate) use tls::config as tls_config;
