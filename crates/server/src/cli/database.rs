//! Which database is opened, and how one gets into it.

use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, bail};
use engine::clock::Clock;
use engine::cloud::aws::{AwsAuth, Base, Database, Settings, SignError, Source, Sources};
use engine::secret::Secret;
use store::{Db, PostgresOptions, StoreError};
use tokio::time::sleep;

use super::StoreArguments;
use crate::config::{Written, environment};

/// A password that IAM made is good for new connections during fifteen minutes.
const RENEWAL: Duration = Duration::from_mins(10);
const PAUSE: Duration = Duration::from_secs(15);
/// Read by the command line; here it may be a secret that is kept elsewhere.
const DATABASE_URL: &str = "DATABASE_URL";
const REGION: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// An open database, and what keeps the way into it open.
pub(super) struct Opened {
    pub(super) db: Db,
    pub(super) renewal: Option<Renewal>,
}

/// New passwords for as long as the database is used.
pub(super) struct Renewal {
    auth: AwsAuth,
    database: Database,
    db: Db,
}

/// Opens the database that was asked for, or the one in the data folder.
pub(super) async fn open(
    arguments: &StoreArguments,
    written: &Written,
    variables: &dyn Fn(&str) -> Option<String>,
    data_dir: &Path,
    aws: &Sources,
) -> anyhow::Result<Opened> {
    let configured = written.general_settings.database_url.as_ref().map(|url| url.value.reveal());
    let elsewhere = written.variable(DATABASE_URL, variables);
    let url = arguments.database_url.as_deref().or(configured).or(elsewhere.as_ref().map(Secret::reveal));
    let opened = match url {
        Some(url) if PostgresOptions::is_url(url) => return open_postgres(url, arguments, written, aws).await,
        _ if arguments.iam_token_db_auth => {
            bail!("IAM_TOKEN_DB_AUTH is for PostgreSQL: set DATABASE_URL to postgres://…")
        }
        Some(url) => Db::open(url).await,
        None => Db::open_path(&data_dir.join("turnpike.db")).await,
    };
    Ok(Opened { db: said(opened)?, renewal: None })
}

async fn open_postgres(
    url: &str,
    arguments: &StoreArguments,
    written: &Written,
    aws: &Sources,
) -> anyhow::Result<Opened> {
    let mut options = said(PostgresOptions::parse(url))?;
    if let Some(most) = written.general_settings.database_connections {
        options = options.with_connections(most);
    }
    if !arguments.iam_token_db_auth {
        return Ok(Opened { db: said(Db::open_postgres(&options).await)?, renewal: None });
    }
    let (host, port, user) = options.address();
    let database = Database { host: host.to_owned(), port, user: user.to_owned() };
    let region = region(&database.host, written)
        .context("the region of the database cannot be told from its host: set AWS_REGION")?;
    let settings = Settings { region, source: Source::Own(Base::Chain), sts_endpoint: None };
    let auth = aws.auth("rds-db", settings);
    let password = password(&auth, &database).await.context("IAM made no password for the database")?;
    let db = said(Db::open_postgres(&options.with_readable_password(password.reveal())).await)?;
    Ok(Opened { renewal: Some(Renewal { auth, database, db: db.clone() }), db })
}

impl Renewal {
    /// Gives the pool a new password before the last one is too old for new connections.
    pub(super) async fn run(self) {
        sleep(RENEWAL).await;
        loop {
            match password(&self.auth, &self.database).await {
                Ok(password) => {
                    self.db.set_password(password.reveal());
                    sleep(RENEWAL).await;
                }
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "IAM made no new password for the database; open connections stay"
                    );
                    sleep(PAUSE).await;
                }
            }
        }
    }
}

async fn password(auth: &AwsAuth, database: &Database) -> Result<Secret, SignError> {
    let micros = u64::try_from(Clock::System.now()).unwrap_or_default();
    auth.database_password(database, SystemTime::UNIX_EPOCH + Duration::from_micros(micros)).await
}

/// RDS writes it in its names, `NAME.ID.REGION.rds.amazonaws.com`; behind a name of one's own the environment says it.
fn region(host: &str, written: &Written) -> Option<String> {
    let process = environment::process();
    region_of(host).map(str::to_owned).or_else(|| {
        REGION.iter().find_map(|name| written.variable(name, &process)).map(|region| region.reveal().to_owned())
    })
}

fn region_of(host: &str) -> Option<&str> {
    let (front, _) = host.split_once(".rds.amazonaws.com")?;
    front.rsplit('.').next().filter(|region| region.contains('-'))
}

/// A location may hold a password, so it is not repeated.
fn said<T>(opened: Result<T, StoreError>) -> anyhow::Result<T> {
    match opened {
        Err(StoreError::Location { reason, .. }) => bail!("the database cannot be opened: its URL is wrong: {reason}"),
        Err(error) => {
            let error = anyhow::Error::from(error);
            let cause = error.root_cause().to_string();
            Err(error.context(match advice(&cause) {
                Some(advice) => format!("the database cannot be opened: {advice}"),
                None => "the database cannot be opened".to_owned(),
            }))
        }
        Ok(opened) => Ok(opened),
    }
}

/// What to do about a certificate that is not trusted. The store passes on what TLS says, which has no kinds there.
fn advice(cause: &str) -> Option<&'static str> {
    let refused = cause.contains("invalid peer certificate");
    if refused && cause.contains("not valid for") {
        return Some("the host in the URL has to be a name in the server's certificate");
    }
    if refused {
        return Some(
            "sslrootcert has to be the file with the certificates of the authority that the server's is from (of RDS: \
             its bundle for all regions)",
        );
    }
    cause.contains("No such file").then_some("the file that sslrootcert names, or the socket of the host, is not there")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_stands_in_the_names_of_rds() {
        for (host, region) in [
            ("db.c1x2y3.eu-west-1.rds.amazonaws.com", Some("eu-west-1")),
            ("db.cluster-c1x2y3.us-gov-west-1.rds.amazonaws.com", Some("us-gov-west-1")),
            ("db.c1x2y3.cn-north-1.rds.amazonaws.com.cn", Some("cn-north-1")),
            ("rds.amazonaws.com", None),
            ("db.internal", None),
        ] {
            assert_eq!(region_of(host), region, "{host}");
        }
    }
}
