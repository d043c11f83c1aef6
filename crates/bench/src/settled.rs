//! How many calls are settled a second on PostgreSQL, with every budget and limit: until their rows are in the ledger, as a share of
//! what the same server takes of the same rows in batches when nobody asks it anything else.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _};
use tokio::runtime::Runtime;

use crate::ask::{Ask, Language, Pace, Whom};
use crate::figures::{Figure, Figures, Run};
use crate::governed;
use crate::load::{Plan, Shape};
use crate::program::pause;
use crate::session::{IDLE, Session};

pub(crate) const SETTLED: &str = "settled-postgres";
/// The server alone.
pub(crate) const POSTGRES: &str = "PostgreSQL";

const SHAPE: Shape = Shape::Closed { connections: 64, warm_ms: 200, run_ms: 4_000 };
/// Rows that the server takes alone, and how many at once.
const ROWS: usize = 20_000;
const BATCH: usize = 500;
/// All rows are in the ledger by then.
const LATEST: Duration = Duration::from_mins(1);

impl Session {
    pub(crate) fn settled(&mut self, repetition: u32, tell: &dyn Fn(&str)) -> anyhow::Result<()> {
        // a server of normal priority would only come to its work when the load is over
        let is_wanted = self.takes(SETTLED) && !self.machine.is_realtime();
        let Some(server) = self.postgres().filter(|_| is_wanted) else { return Ok(()) };
        tell(&format!("repetition {}: settled on PostgreSQL", repetition + 1));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut database = Database::new(runtime, server, &format!("bench_settled_{repetition}"))?;
        let gateway = self.gateway_with(&format!("settled-{repetition}"), Some(database.url.clone()))?;
        let target = self.started(&gateway)?;
        let key = governed::key_of("governed", &governed::all_limits(), &gateway, &target)?;
        pause(IDLE)?;
        let before = database.rows()?;
        let ask = Ask { client: Language::OpenAi, provider: Language::OpenAi, pace: Pace::AtOnce, stream: false };
        let requests = vec![ask.request(target.address, Whom::Gateway { key: &key })];
        let (address, expect) = (target.address, ask.expect());
        let began = Instant::now();
        let (outcome, cpu) =
            self.drive(&target, &Plan { address, requests, expect, shape: SHAPE, watch: target.pid() })?;
        let settled = usize::try_from(outcome.total).context("a count of seconds")?;
        while database.rows()? < before + settled {
            if began.elapsed() > LATEST {
                bail!("{} of {settled} calls are in the ledger", database.rows()? - before);
            }
            pause(Duration::from_millis(20))?;
        }
        let mut figures = crate::session::figures(&outcome, cpu, 1);
        figures.insert(Figure::PerSecond, per_second(settled, began.elapsed()));
        if let Some(program) = target.program {
            program.stop()?;
        }
        let alone = database.take_alone()?;
        let of = |target: &str, figures, errors| Run {
            scenario: SETTLED.to_owned(),
            target: target.to_owned(),
            repetition,
            figures,
            errors,
        };
        self.runs.0.push(of(&target.name, figures, outcome.errors));
        self.runs.0.push(of(POSTGRES, Figures::from([(Figure::PerSecond, alone)]), [].into()));
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of seconds are far below what is lost")]
fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// A database of a run's own.
struct Database {
    runtime: Runtime,
    connection: PgConnection,
    url: String,
}

impl Database {
    fn new(runtime: Runtime, server: &str, name: &str) -> anyhow::Result<Self> {
        let (place, _maintenance) = server.rsplit_once('/').context("no URL of a PostgreSQL's database")?;
        let url = format!("{place}/{name}");
        let connection = runtime.block_on(async {
            let mut maintenance = connect(server).await?;
            sqlx::raw_sql(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name}"))).execute(&mut maintenance).await?;
            sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut maintenance).await?;
            connect(&url).await
        })?;
        Ok(Self { runtime, connection, url })
    }

    fn rows(&mut self) -> anyhow::Result<usize> {
        // not there before the gateway's first start
        let count = "SELECT COUNT(*) FROM ledger";
        let count: i64 = self.runtime.block_on(sqlx::query_scalar(count).fetch_one(&mut self.connection))?;
        Ok(usize::try_from(count)?)
    }

    /// The rows of the ledger into a table like it, a transaction a batch: so many a second.
    fn take_alone(&mut self) -> anyhow::Result<f64> {
        let Self { runtime, connection, .. } = self;
        runtime.block_on(async {
            sqlx::raw_sql("CREATE TABLE taken (LIKE ledger INCLUDING ALL)").execute(&mut *connection).await?;
            let columns =
                "SELECT STRING_AGG('quote_nullable(' || column_name || ')', ' || '', '' || ' ORDER BY ordinal_position)
                 FROM information_schema.columns WHERE table_name = 'ledger'";
            let columns: String = sqlx::query_scalar(columns).fetch_one(&mut *connection).await?;
            let rows = format!("SELECT '(' || {columns} || ')' FROM ledger LIMIT {ROWS}");
            let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(rows)).fetch_all(&mut *connection).await?;
            let batches: Vec<_> =
                rows.chunks(BATCH).map(|rows| format!("INSERT INTO taken VALUES {}", rows.join(", "))).collect();
            let began = Instant::now();
            for batch in batches {
                sqlx::raw_sql(AssertSqlSafe(batch)).execute(&mut *connection).await?;
            }
            Ok(per_second(rows.len(), began.elapsed()))
        })
    }
}

async fn connect(url: &str) -> anyhow::Result<PgConnection> {
    let options = url.parse::<PgConnectOptions>()?.disable_statement_logging();
    options.connect().await.context("PostgreSQL cannot be reached")
}
